"""The audit bundle of one node: its records, and what an auditor checks (PROTOCOL 8)."""
