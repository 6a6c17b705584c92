"""What a mapping writes, planned along the schema of its target."""
