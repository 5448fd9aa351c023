"""One company's running node."""
