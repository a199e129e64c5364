"""What a person can do about a message that is in doubt, or that waits."""
