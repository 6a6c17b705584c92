"""What runs the rounds: now the one-shot run of `pairsync run`."""
