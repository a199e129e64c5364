"""What the clock does once a day for people's rights: empties what was kept for long enough, or came too late."""

from datetime import timedelta
from typing import Final

from outreach.database import committed, now
from outreach.rights.erasing import rewrite, settle
from outreach.rights.sweeping import LISTED, sweep

LATE: Final = timedelta(days=3)
"""A sender may still write about a message it had in hand when its reader was erased."""


def keep_promises() -> None:
    """Slice by slice, each in a transaction of its own, so that nothing that is sent waits for long."""
    committed(lambda: rewrite(now() - LATE))
    while committed(lambda: sweep(now(), LISTED)).more:
        pass
    settle()
