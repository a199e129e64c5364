"""Decides when messages may leave: hours on the clock of a zone for each weekday, and no public holiday.

Instants are compared in UTC only. On the clock of one zone two hours of an October night have the same names, and
Python compares them by their names.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from outreach.campaigns.holidays import Place, public_holidays
from outreach.errors import Refusal

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT: Final = time(0)
_AHEAD: Final = 400
"""Days within which every week that is ever open opens."""


class NamedTwice(Refusal):
    """Hours in which a day stands twice: which of them is meant?"""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From one hour of a day to another; midnight as the end is the end of the day."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        """Refuse what ends before it begins."""
        if self.closes != MIDNIGHT and self.closes <= self.opens:
            raise Refusal("The hours of a day end after they begin: 08:00-19:00.", field="hours")


Week = tuple[Span | None, ...]
"""Seven days, Monday first; None is closed."""


def week_of(days: Mapping[int, Span]) -> Week:
    """The week that is open on these days; Monday is 0."""
    return tuple(days.get(day) for day in range(7))


USUAL_SPAN: Final = Span(time(8), time(19))
WORKING_WEEK: Final[Week] = week_of(dict.fromkeys(range(5), USUAL_SPAN))


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When messages may leave, on the clock of a zone. `place` None: on public holidays too."""

    zone: str = "Europe/Paris"
    week: Week = WORKING_WEEK
    place: Place | None = Place.METROPOLE

    def spans(self, since: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Every opening that ends after that instant, in UTC and in order; ends where none is to be found."""
        first = since.astimezone(ZoneInfo(self.zone)).date()
        for ahead in range(-1, _AHEAD):
            span = self._span(first + timedelta(days=ahead))
            if span and span[0] < span[1] and span[1] > since:
                yield span

    def _span(self, day: date) -> tuple[datetime, datetime] | None:
        span = self.week[day.weekday()]
        if span is None or (self.place is not None and day in public_holidays(day.year, self.place)):
            return None
        last = day + timedelta(days=1) if span.closes == MIDNIGHT else day
        zone = ZoneInfo(self.zone)
        opens, closes = datetime.combine(day, span.opens, zone), datetime.combine(last, span.closes, zone)
        # Of an hour that comes twice it opens at the first and closes at the second; no hour that is left out is used.
        return opens.astimezone(UTC), closes.replace(fold=1).astimezone(UTC)


USUAL_HOURS: Final = OfficeHours()


def next_open(at: datetime, hours: OfficeHours) -> datetime:
    """That instant if it is open then, else the next opening; in UTC. Raises Refusal when it never opens."""
    at = at.astimezone(UTC)
    for opens, _closes in hours.spans(at):
        return max(at, opens)
    raise Refusal("Choose at least one day of the week on which messages may leave.", field="hours")


def is_open(at: datetime, hours: OfficeHours) -> bool:
    """True when messages may leave at that instant."""
    at = at.astimezone(UTC)
    return next((opens <= at for opens, _closes in hours.spans(at)), False)


def after_open(at: datetime, length: timedelta, hours: OfficeHours) -> datetime:
    """When it will have been open for so long since that instant; beyond a year, as if it never closed again."""
    at = at.astimezone(UTC)
    for opens, closes in hours.spans(at):
        begins = max(at, opens)
        if begins + length <= closes:
            return begins + length
        length -= closes - begins
        at = closes
    return at + length


_PART: Final = re.compile(r"(?P<days>[a-z]{3}(?:-[a-z]{3})?)\s+(?P<opens>\d{1,2}:\d\d)\s*-\s*(?P<closes>\d{1,2}:\d\d)")


def read_week(text: str) -> Week:
    """Hours as people write them: "mon-fri 08:00-19:00, sat 09:00-12:00". Raises Refusal."""
    week: dict[int, Span] = {}
    for part in filter(None, (one.strip() for one in text.lower().split(","))):
        found = _PART.fullmatch(part)
        if found is None:
            raise _unreadable(part)
        first, _dash, last = found["days"].partition("-")
        last = last or first
        if not {first, last} <= set(WEEKDAYS) or WEEKDAYS.index(last) < WEEKDAYS.index(first):
            raise _unreadable(part)
        span = Span(_clock(found["opens"], part), _clock(found["closes"], part))
        for day in range(WEEKDAYS.index(first), WEEKDAYS.index(last) + 1):
            if day in week:
                raise NamedTwice(
                    "The hours name %(day)s twice: give each day once, with its first and its last hour.",
                    field="hours",
                    day=WEEKDAYS[day],
                )
            week[day] = span
    if not week:
        raise Refusal("Choose at least one day of the week on which messages may leave.", field="hours")
    return week_of(week)


def spell_week(week: Week) -> str:
    """The shortest spelling that `read_week` reads back."""
    parts: list[tuple[int, int, Span]] = []
    for day, span in enumerate(week):
        if span and parts and parts[-1][1] == day - 1 and parts[-1][2] == span:
            parts[-1] = parts[-1][0], day, span
        elif span:
            parts.append((day, day, span))
    return ", ".join(f"{_days(first, last)} {span.opens:%H:%M}-{_end(span)}" for first, last, span in parts)


def _days(first: int, last: int) -> str:
    return WEEKDAYS[first] if first == last else f"{WEEKDAYS[first]}-{WEEKDAYS[last]}"


def _end(span: Span) -> str:
    return "24:00" if span.closes == MIDNIGHT else f"{span.closes:%H:%M}"


def _clock(text: str, part: str) -> time:
    hour, minute = (int(one) for one in text.split(":"))
    if (hour, minute) == (24, 0):
        return MIDNIGHT
    if hour > 23 or minute > 59:
        raise _unreadable(part)
    return time(hour, minute)


def _unreadable(text: str) -> Refusal:
    return Refusal(
        "“%(text)s” are no hours: write mon-fri 08:00-19:00, sat 09:00-12:00.", field="hours", text=text[:60]
    )
