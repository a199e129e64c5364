"""Tells a person who filled a form from a machine that sent it at once, or that fills whatever it finds."""

import enum
from datetime import datetime, timedelta

OLDEST = timedelta(days=2)
"""A page left open longer than this is shown again before what it sends counts."""


class Pace(enum.StrEnum):
    """What a form sent back deserves."""

    HUMAN = "human"
    TOO_FAST = "too_fast"
    """As machines do: sooner than a person reads, or with what people do not see filled in. Asked to be confirmed, on a
    page that is timed too."""
    UNKNOWN = "unknown"
    """No mark, or one too old: the page is shown again with what was typed."""


MARKS_ROUND_DOWN = timedelta(seconds=1)
"""A mark knows its time in whole seconds, so a page looks up to that much older than it is."""


def judge(made_at: datetime | None, at: datetime, pace: timedelta, *, trapped: bool = False) -> Pace:
    """How fast a form came back: `made_at` is when its page was made, None when its mark is missing or not ours.

    `trapped` when the field that people do not see was filled in: a program that fills a person's forms may do that
    too, so it costs a second page, never the form.
    """
    if made_at is None or at - made_at > OLDEST:
        return Pace.UNKNOWN
    if trapped:
        return Pace.TOO_FAST
    if not pace:
        return Pace.HUMAN
    return Pace.TOO_FAST if at - made_at < pace + MARKS_ROUND_DOWN else Pace.HUMAN
