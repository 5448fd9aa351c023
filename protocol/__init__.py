"""What two nodes, a candidate's browser and an auditor must agree on; no clock, no disk."""
