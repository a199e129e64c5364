"""Decides into which days or weeks the answers are gathered, on the calendar of the event's zone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MOST_DAYS = 45
MOST_WEEKS = 104


@dataclass(frozen=True, slots=True)
class Period:
    """A day, or a week by its Monday, and its borders in UTC: [starts_at, ends_at)."""

    first: date
    starts_at: datetime
    ends_at: datetime


def periods(first: datetime, last: datetime, zone: str) -> tuple[Period, ...]:
    """Every day from one instant to another; weeks when there would be too many days to tell apart.

    A day of 23 or 25 hours is one day: borders are midnights of the zone.
    """
    home = ZoneInfo(zone)
    start, end = first.astimezone(home).date(), last.astimezone(home).date()
    step = 1
    if (end - start).days >= MOST_DAYS:
        step, start = 7, start - timedelta(days=start.weekday())
    start = max(start, end - timedelta(days=end.weekday() + 7 * (MOST_WEEKS - 1))) if step == 7 else start
    days = [start + timedelta(days=number) for number in range(0, (end - start).days + 1, step)]
    return tuple(Period(day, _midnight(day, home), _midnight(day + timedelta(days=step), home)) for day in days)


def are_weeks(found: tuple[Period, ...]) -> bool:
    """True when each period is a week."""
    return any(one.ends_at - one.starts_at > timedelta(days=2) for one in found)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
