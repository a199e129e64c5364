"""What happened to a message, what its row forgets, and how fast messages left."""
