"""What people read about pairs: error sheets and the words for findings, states and reasons."""
