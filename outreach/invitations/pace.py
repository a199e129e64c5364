"""Tells a person who filled a form from a machine that sent it at once."""

import enum
from datetime import datetime, timedelta

OLDEST = timedelta(days=2)
"""A page left open longer than this is shown again before what it sends counts."""


class Pace(enum.StrEnum):
    """What a form sent back deserves."""

    HUMAN = "human"
    TOO_FAST = "too_fast"
    """Sooner than a person reads: asked to be confirmed, on a page that is timed too."""
    UNKNOWN = "unknown"
    """No mark, or one too old: the page is shown again with what was typed."""


MARKS_ROUND_DOWN = timedelta(seconds=1)
"""A mark knows its time in whole seconds, so a page looks up to that much older than it is."""


def judge(made_at: datetime | None, at: datetime, pace: timedelta) -> Pace:
    """How fast a form came back: `made_at` is when its page was made, None when its mark is missing or not ours."""
    if made_at is None or at - made_at > OLDEST:
        return Pace.UNKNOWN
    if not pace:
        return Pace.HUMAN
    return Pace.TOO_FAST if at - made_at < pace + MARKS_ROUND_DOWN else Pace.HUMAN
