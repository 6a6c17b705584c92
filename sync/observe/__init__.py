"""What can be seen of a run while it goes on: the log, and a progress bar."""
