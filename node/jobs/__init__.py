"""What happens without a person: the ticker."""
