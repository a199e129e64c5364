"""What whoever looks after sending sees: who is at work, what waits, what is stuck."""
