"""From what was signed, and whom it is for, to the bytes of one message."""
