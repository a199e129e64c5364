"""What the clock does about duplicates: compares whoever is new or has changed, for a moment at a time."""

from typing import Final

from outreach.contacts.duplicates.finding import look_through

AT_A_TIME: Final = 8.0
"""Seconds that one tick may take, so that the engine can stop soon; what is left waits for the next."""


def look_for_duplicates() -> None:
    """Compare those who wait for it. Each slice is read first and written in a short transaction."""
    look_through(AT_A_TIME)
