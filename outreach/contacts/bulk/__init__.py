"""Changing many contacts at once: those of a list, those chosen, those who have a tag."""
