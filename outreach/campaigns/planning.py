"""Decides when each batch leaves: instants in UTC, computed once from a start, a size, a pause and office hours."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from outreach.errors import Refusal

SHORTEST_STEP: Final = timedelta(seconds=1)
MOST_BATCHES: Final = 20_000
LARGEST_BATCH: Final = 1_000_000
_ASSUMED_PER_SECOND: Final = 10
"""Messages a second that the expected end reckons with; most relays take more."""


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When batches may leave, on the clock of a zone. Weekdays: Monday is 0."""

    zone: str = "Europe/Paris"
    opens: time = time(8)
    closes: time = time(19)
    weekdays: frozenset[int] = frozenset(range(5))
    holidays: bool = False
    """True: batches also leave on French public holidays."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """How a campaign leaves; without a start it cannot be planned yet."""

    starts_at: datetime | None
    batch_size: int
    pause: timedelta
    any_hour: bool = False
    hours: OfficeHours = OfficeHours()

    def check(self) -> None:
        """Refuse what no plan can be made of."""
        if not 1 <= self.batch_size <= LARGEST_BATCH:
            raise Refusal("A batch holds from 1 to %(most)d messages.", field="batch_size", most=LARGEST_BATCH)
        if self.pause < timedelta(0):
            raise Refusal("The pause between two batches cannot be negative.", field="pause")


@dataclass(frozen=True, slots=True)
class PlannedBatch:
    """A slice of a campaign with its instant."""

    number: int
    due_at: datetime
    size: int


def plan(total: int, calendar: Calendar) -> tuple[PlannedBatch, ...]:
    """The batches of so many messages, in order; no two leave at one instant. Nothing to send: no batch.

    Raises Refusal when there is no start, or would be too many batches to look after.
    """
    calendar.check()
    if calendar.starts_at is None:
        raise Refusal("The campaign has no date of departure.", field="starts_at")
    if total > MOST_BATCHES * calendar.batch_size:
        raise Refusal(
            "This makes more than %(most)d batches: choose larger ones.", field="batch_size", most=MOST_BATCHES
        )
    return tuple(_batches(total, calendar.starts_at, calendar))


def expected_end(batches: tuple[PlannedBatch, ...]) -> datetime | None:
    """When the last message should have left, if the relay takes ten a second."""
    if not batches:
        return None
    last = batches[-1]
    return last.due_at + timedelta(seconds=-(-last.size // _ASSUMED_PER_SECOND))


def next_open(at: datetime, hours: OfficeHours) -> datetime:
    """That instant if the office is open then, else its next opening; in UTC."""
    zone = ZoneInfo(hours.zone)
    local = at.astimezone(zone)
    if _works(local.date(), hours) and hours.opens <= local.time() < hours.closes:
        return at.astimezone(UTC)
    day = local.date() if local.time() < hours.opens else local.date() + timedelta(days=1)
    while not _works(day, hours):
        day += timedelta(days=1)
    return datetime.combine(day, hours.opens, zone).astimezone(UTC)


@cache
def public_holidays(year: int) -> frozenset[date]:
    """The public holidays of France (Code du travail, L3133-1)."""
    easter = _easter(year)
    moving = (easter + timedelta(days=days) for days in (1, 39, 50))
    fixed = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    return frozenset([*moving, *(date(year, month, day) for month, day in fixed)])


def _batches(total: int, start: datetime, calendar: Calendar) -> Iterator[PlannedBatch]:
    due, left, number = start.astimezone(UTC), total, 1
    step = max(calendar.pause, SHORTEST_STEP)
    while left > 0:
        if not calendar.any_hour:
            due = next_open(due, calendar.hours)
        size = min(left, calendar.batch_size)
        yield PlannedBatch(number, due, size)
        due, left, number = due + step, left - size, number + 1


def _works(day: date, hours: OfficeHours) -> bool:
    return day.weekday() in hours.weekdays and (hours.holidays or day not in public_holidays(day.year))


def _easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Butcher's rule)."""
    century, in_century = divmod(year, 100)
    leap_centuries, rest = divmod(century, 4)
    shift = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * (year % 19) + century - leap_centuries - shift + 15) % 30
    week = (32 + 2 * rest + 2 * (in_century // 4) - moon - in_century % 4) % 7
    late = (year % 19 + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)
