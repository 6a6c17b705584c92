"""What strangers wrote is looked at here before anything else reads it."""
