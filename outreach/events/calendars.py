"""Decides what a calendar file says (RFC 5545): one entry for each day somebody comes, or that they come no more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vText

PRODUCT = "-//Outreach//Invitations//EN"
_FIRST_DAY = "BEGIN:VEVENT"


@dataclass(frozen=True, slots=True)
class Day:
    """A day in somebody's calendar. `number` names it for ever, whatever becomes of its hours."""

    number: int
    starts_at: datetime
    ends_at: datetime
    cancelled: bool = False
    details: str = ""
    """What they come to on that day, one session a line."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the days of one invitation share."""

    key: str
    """Of the invitation: with the number of the day, the UID."""
    host: str
    sequence: int
    """Grows with every change: the calendar program keeps the highest."""
    stamp: datetime
    """When the answer was given; the same answer always gives the same file."""
    zone: str
    title: str
    place: str
    url: str
    language: str


def uid(entry: Entry, day: Day) -> str:
    """The name of a day of an invitation, the same in every file that speaks of it."""
    return f"{entry.key}-{day.number}@{entry.host}"


def calendar(entry: Entry, days: Sequence[Day]) -> str:
    """The file: PUBLISH while one day is on (those given up are marked so), CANCEL when none is; "" without a day."""
    if not days:
        return ""
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", method(days))
    zone = ZoneInfo(entry.zone)
    instants = [at for day in days for at in (day.starts_at, day.ends_at)]
    for day in days:
        made.add_component(_event(entry, day, zone))
    hours = _hours(zone, min(instants).date().replace(month=1, day=1), _after(instants))
    return bytes(made.to_ical()).decode().replace(_FIRST_DAY, hours + _FIRST_DAY, 1)


@lru_cache(16)
def _hours(zone: ZoneInfo, first: date, last: date) -> str:
    """The hours of a zone in those years, written once: they take longer than the days."""
    return bytes(Timezone.from_tzinfo(zone, first_date=first, last_date=last).to_ical()).decode()


def method(days: Sequence[Day]) -> str:
    """What the file asks of a calendar program."""
    return "CANCEL" if all(day.cancelled for day in days) else "PUBLISH"


def _after(instants: Sequence[datetime]) -> date:
    return max(instants).date().replace(year=max(instants).year + 1, month=1, day=1)


def _event(entry: Entry, day: Day, zone: ZoneInfo) -> Event:
    made = Event()
    made.add("uid", uid(entry, day))
    made.add("sequence", entry.sequence)
    made.add("dtstamp", entry.stamp)
    made.add("dtstart", day.starts_at.astimezone(zone))
    made.add("dtend", day.ends_at.astimezone(zone))
    made.add("summary", _text(entry.title, entry.language))
    made.add("location", _text(entry.place, entry.language))
    made.add("description", _text("\n\n".join(filter(None, (day.details, entry.url))), entry.language))
    made.add("url", entry.url)
    made.add("status", "CANCELLED" if day.cancelled else "CONFIRMED")
    made.add("transp", "TRANSPARENT" if day.cancelled else "OPAQUE")
    return made


def _text(words: str, language: str) -> vText:
    return vText(words, params={"LANGUAGE": language})
