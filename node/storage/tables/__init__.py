"""One table file a noun."""
