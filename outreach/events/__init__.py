"""What we invite to: events and their sessions."""
