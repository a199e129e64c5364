"""Decides when a share link takes more registrations than people pass on: it is looked at by a person."""

from datetime import timedelta
from typing import Final

WATCHED: Final = timedelta(days=1)
WILD: Final = 60
"""Registrations through one share link within a day; the cap at which it takes no more is 200."""


def goes_wild(registrations: int) -> bool:
    """True once a day or so for a link: at the registration that makes it wild, not at each one after it."""
    return registrations == WILD
