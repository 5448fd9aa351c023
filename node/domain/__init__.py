"""The pure rules of one company."""
