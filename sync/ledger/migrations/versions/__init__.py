"""One file a version of the ledger; what is written here is never changed."""
