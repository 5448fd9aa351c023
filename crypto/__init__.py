"""Pure functions over bytes, one standard a file."""
