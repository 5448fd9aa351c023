"""The app that the company's own systems call: JSON in and out, a key each, no session."""
