"""What is wrong with a document, or with records of a list, by its schema."""
