"""Telling people: what was recorded of their answer, and what changes at an event they come to."""
