"""What an operator or a consortium may set; no logic."""
