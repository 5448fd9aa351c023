"""The demo: invented applicants and the driver of three real node processes."""
