"""Doors to the company's other systems."""
