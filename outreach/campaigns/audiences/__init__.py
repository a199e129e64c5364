"""Saved audiences: conditions joined by and, or and not; what they say, whom they find, who uses them."""
