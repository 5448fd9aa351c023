"""Use cases: one method, one transaction, with its log leaves and outbox rows."""
