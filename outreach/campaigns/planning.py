"""Decides when each batch leaves: instants in UTC, computed once from a start, a size, a pause, hours and a ramp."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from outreach.campaigns.hours import USUAL_HOURS, OfficeHours, next_open
from outreach.errors import Refusal

SHORTEST_STEP: Final = timedelta(seconds=1)
MOST_BATCHES: Final = 20_000
LARGEST_BATCH: Final = 1_000_000
STEEPEST: Final = 1000
LONGEST: Final = timedelta(days=366)
"""A plan with a ramp that takes longer than that is a mistake."""
USUAL_TOLERANCE: Final = timedelta(days=1)
LEAST_TOLERANCE: Final = timedelta(minutes=5)
"""Less would pause a healthy campaign: what looks after it does so within seconds, and says so to the minute."""
LARGEST_TOLERANCE: Final = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Ramp:
    """How a sender whom nobody knows yet warms up: so many messages on the first day, each day more by so many %."""

    first: int
    growth: int = 50

    def check(self) -> None:
        """Refuse what would never get anywhere."""
        if not 1 <= self.first <= LARGEST_BATCH:
            raise Refusal("The first day takes from 1 to %(most)d messages.", field="ramp_first", most=LARGEST_BATCH)
        if not 0 <= self.growth <= STEEPEST:
            raise Refusal("Each day takes from 0 to %(most)d per cent more.", field="ramp_growth", most=STEEPEST)

    def most_on(self, day: int) -> int:
        """How many may leave on a day of sending; the first is 0."""
        most = self.first
        for _ in range(day):
            if most >= LARGEST_BATCH:
                break
            most = max(most + bool(self.growth), most * (100 + self.growth) // 100)
        return most


@dataclass(frozen=True, slots=True)
class Calendar:
    """How a campaign leaves; without a start it cannot be planned yet."""

    starts_at: datetime | None
    batch_size: int
    pause: timedelta
    any_hour: bool = False
    hours: OfficeHours = USUAL_HOURS
    ramp: Ramp | None = None
    late_tolerance: timedelta = USUAL_TOLERANCE
    """A batch that is due for longer, while nothing was sent, asks a person first."""

    def check(self) -> None:
        """Refuse what no plan can be made of."""
        if not 1 <= self.batch_size <= LARGEST_BATCH:
            raise Refusal("A batch holds from 1 to %(most)d messages.", field="batch_size", most=LARGEST_BATCH)
        if self.pause < timedelta(0):
            raise Refusal("The pause between two batches cannot be negative.", field="pause")
        if not LEAST_TOLERANCE <= self.late_tolerance <= LARGEST_TOLERANCE:
            raise Refusal("A campaign may be late by 5 minutes at least, and by 31 days at most.", field="late")
        if self.ramp is not None:
            self.ramp.check()
        if not self.any_hour:
            next_open(datetime(2026, 1, 1, tzinfo=UTC), self.hours)

    def opens(self, at: datetime) -> datetime:
        """When a batch may leave that is due then; in UTC."""
        return at.astimezone(UTC) if self.any_hour else next_open(at, self.hours)


@dataclass(frozen=True, slots=True)
class PlannedBatch:
    """A slice of a campaign with its instant."""

    number: int
    due_at: datetime
    size: int


def tolerated(seconds: int) -> timedelta:
    """How late a campaign may be for which so many seconds are kept: before there was a least, less could be."""
    return max(LEAST_TOLERANCE, timedelta(seconds=seconds))


def plan(total: int, calendar: Calendar) -> tuple[PlannedBatch, ...]:
    """The batches of so many messages, in order; no two leave at one instant. Nothing to send: no batch.

    Raises Refusal when there is no start, or would be too many batches to look after.
    """
    calendar.check()
    if calendar.starts_at is None:
        raise Refusal("The campaign has no date of departure.", field="starts_at")
    if total > MOST_BATCHES * calendar.batch_size:
        raise _too_many()
    return tuple(_batches(total, calendar, calendar.starts_at))


def plan_again(
    sizes: Sequence[int], calendar: Calendar, days_gone: int = 0, gone_today: int = 0
) -> tuple[datetime, ...]:
    """New instants for batches that have been made. Raises Refusal.

    Others left on so many earlier days, and so many messages on the day itself.
    """
    if calendar.starts_at is None:
        raise Refusal("The campaign has no date of departure.", field="starts_at")
    walk = _Walk(calendar, calendar.starts_at, days_gone, gone_today)
    return tuple(walk.place(walk.wait_for(size), size) for size in sizes)


def _batches(total: int, calendar: Calendar, start: datetime) -> Iterator[PlannedBatch]:
    walk, left, number = _Walk(calendar, start), total, 1
    while left > 0:
        due = walk.wait_for(1)
        size = min(left, calendar.batch_size, walk.room)
        yield PlannedBatch(number, walk.place(due, size), size)
        left, number = left - size, number + 1
        if left and (number > MOST_BATCHES or (calendar.ramp and due > start + LONGEST)):
            raise _too_many()


class _Walk:
    """Goes from batch to batch through the days of a calendar."""

    def __init__(self, calendar: Calendar, start: datetime, days_gone: int = 0, gone_today: int = 0) -> None:
        self._calendar = calendar
        self._zone = ZoneInfo(calendar.hours.zone)
        self._step = max(calendar.pause, SHORTEST_STEP)
        self._next = start.astimezone(UTC)
        self._day: date | None = None
        self._days = days_gone - 1
        self._gone_on = start.astimezone(self._zone).date() if gone_today else None, gone_today
        self.room = LARGEST_BATCH
        """How many more may leave on this day."""

    def wait_for(self, size: int) -> datetime:
        """The next instant with room for so many; on a day of its own, a batch that is larger than any room leaves."""
        while True:
            due = self._calendar.opens(self._next)
            if self._begin(due.astimezone(self._zone).date()) or size <= self.room:
                return due
            tomorrow = due.astimezone(self._zone).date() + timedelta(days=1)
            self._next = datetime.combine(tomorrow, time(0), self._zone).astimezone(UTC)

    def place(self, due: datetime, size: int) -> datetime:
        """Let so many leave then; the next batch comes one pause later."""
        if self._calendar.ramp:
            self.room -= size
        self._next = due + self._step
        return due

    def _begin(self, day: date) -> bool:
        """True when that day begins with this batch."""
        if day == self._day:
            return False
        self._day, self._days = day, self._days + 1
        first_day, gone = self._gone_on
        if self._calendar.ramp:
            self.room = self._calendar.ramp.most_on(self._days) - (gone if day == first_day else 0)
        return day != first_day


def _too_many() -> Refusal:
    return Refusal("This makes more than %(most)d batches: choose larger ones.", field="batch_size", most=MOST_BATCHES)
