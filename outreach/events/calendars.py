"""Decides what a calendar file says (RFC 5545): one entry for each day somebody comes, or that they come no more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Event, Timezone

PRODUCT = "-//Outreach//Invitations//EN"
LONGEST_LINE: Final = 75
"""Octets, without the end of the line."""
_END: Final = "\r\n"
_BREAK: Final = "\n"
_ESCAPED: Final = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n", "\r": r"\n"})


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
    zone = ZoneInfo(entry.zone)
    instants = [at for day in days for at in (day.starts_at, day.ends_at)]
    hours = _hours(zone, min(instants).date().replace(month=1, day=1), _after(instants))
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", f"METHOD:{method(days)}", "")
    return "".join((_END.join(head), hours, *(_event(entry, day, zone) for day in days), "END:VCALENDAR", _END))


@lru_cache(16)
def _hours(zone: ZoneInfo, first: date, last: date) -> str:
    """The hours of a zone in those years, written once: they take longer than the days."""
    return bytes(Timezone.from_tzinfo(zone, first_date=first, last_date=last).to_ical()).decode()


def method(days: Sequence[Day]) -> str:
    """What the file asks of a calendar program."""
    return "CANCEL" if all(day.cancelled for day in days) else "PUBLISH"


def _after(instants: Sequence[datetime]) -> date:
    return max(instants).date().replace(year=max(instants).year + 1, month=1, day=1)


def _event(entry: Entry, day: Day, zone: ZoneInfo) -> str:
    details = "\n\n".join(filter(None, (day.details, entry.url)))
    lines = (
        "BEGIN:VEVENT",
        f"SUMMARY{_text(entry.title, entry.language)}",
        *_when(day.starts_at, day.ends_at, zone),
        f"DTSTAMP:{entry.stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"UID:{uid(entry, day)}",
        f"SEQUENCE:{entry.sequence}",
        f"DESCRIPTION{_text(details, entry.language)}",
        f"LOCATION{_text(entry.place, entry.language)}",
        f"STATUS:{'CANCELLED' if day.cancelled else 'CONFIRMED'}",
        f"TRANSP:{'TRANSPARENT' if day.cancelled else 'OPAQUE'}",
        f"URL:{entry.url}",
        "END:VEVENT",
        "",
    )
    return _END.join(map(_folded, lines))


@lru_cache(256)
def _when(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> tuple[str, ...]:
    """Both lines of a day's hours."""
    made = Event()
    made.add("dtstart", starts_at.astimezone(zone))
    made.add("dtend", ends_at.astimezone(zone))
    return tuple(bytes(made.to_ical()).decode().split(_END)[1:-2])


def _text(words: str, language: str) -> str:
    """Words as a value (RFC 5545, 3.3.11) with its language."""
    return f";LANGUAGE={language}:{words.replace(_END, _BREAK).translate(_ESCAPED)}"


def _folded(line: str) -> str:
    """The same in lines of 75 octets at most, none of which parts a character (RFC 5545, 3.1)."""
    octets = line.encode()
    if len(octets) <= LONGEST_LINE:
        return line
    parts, at = list[bytes](), 0
    while at < len(octets):
        end = at + LONGEST_LINE - bool(parts)
        while end < len(octets) and octets[end] & 0xC0 == 0x80:
            end -= 1
        parts.append(octets[at:end])
        at = end
    return b"\r\n ".join(parts).decode()
