"""What the office sees and presses."""
