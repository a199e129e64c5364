"""Passing it on: share links, registrations through them, the chain."""
