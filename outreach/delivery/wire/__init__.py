"""From those bytes to the relay, and back with its answers."""
