"""Signed HTTP to the other members."""
