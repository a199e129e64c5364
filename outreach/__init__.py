"""Outreach: invitations of a mayor's office. Importing a room never starts the application."""
