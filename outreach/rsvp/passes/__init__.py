"""The pass of somebody who comes: what it says, and what it lets into."""
