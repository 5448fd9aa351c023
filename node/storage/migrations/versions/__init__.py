"""One migration a table module, in the order of their numbers."""
