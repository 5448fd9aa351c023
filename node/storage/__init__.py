"""The node's memory: tables, named queries, keys."""
