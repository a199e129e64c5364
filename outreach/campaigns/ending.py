"""Decides when a campaign is expected to have left: what its calendar, the relay and the lanes let through."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from outreach.campaigns.hours import after_open
from outreach.campaigns.planning import Calendar, PlannedBatch

_HOUR: Final = timedelta(hours=1)
ASSUMED_PER_HOUR: Final = 36_000
"""Messages an hour, ten a second, that the expected end reckons with for the relay; most take more."""


@dataclass(frozen=True, slots=True)
class Load:
    """What passes through one narrow place: what waits there now, and its share of each batch to come."""

    per_hour: int
    waiting: int = 0
    share: float = 1.0


def expected_end(
    batches: Sequence[PlannedBatch], calendar: Calendar, loads: Iterable[Load] = (), now: datetime | None = None
) -> datetime | None:
    """When the last of these batches should have left; `now` is when what already waits begins to leave.

    Other campaigns in the same lanes are not reckoned with. None where nothing is left to send.
    """
    places = [*loads, Load(ASSUMED_PER_HOUR)] if now is None else [*loads]
    ends = [end for load in places if (end := _through(load, batches, calendar, now)) is not None]
    return max(ends, default=None)


def _through(load: Load, batches: Sequence[PlannedBatch], calendar: Calendar, now: datetime | None) -> datetime | None:
    free = _leaves(now, load.waiting, load, calendar) if now is not None and load.waiting else None
    for batch in batches if load.share else ():
        begins = batch.due_at if free is None else max(free, batch.due_at)
        free = _leaves(begins, batch.size * load.share, load, calendar)
    return free


def _leaves(at: datetime, count: float, load: Load, calendar: Calendar) -> datetime:
    """When so many have passed, to the second."""
    length = timedelta(seconds=-(-count * _HOUR.total_seconds() // load.per_hour))
    return at + length if calendar.any_hour else after_open(at, length, calendar.hours)
