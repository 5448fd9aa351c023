"""The composition root: the only place that knows every part of a node."""
