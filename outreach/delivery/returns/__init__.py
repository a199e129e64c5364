"""What comes back after a message was accepted, and whose it was."""
