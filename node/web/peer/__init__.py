"""What other nodes call."""
