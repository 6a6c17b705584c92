"""Where pairs are picked up and delivered."""
