"""What an administrator's monitoring calls."""
