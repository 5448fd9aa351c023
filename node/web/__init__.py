"""Four web applications, one an audience."""
