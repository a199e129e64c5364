"""What was decided, written: everything in one transaction, and taken back the same way."""
