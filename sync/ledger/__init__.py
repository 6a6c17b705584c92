"""The transfer ledger: what was claimed, what became of it, and what is known of each object."""
