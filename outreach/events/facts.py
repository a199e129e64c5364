"""Decides what an event's table says, and whether it holds together. The form is documented in docs/files.md."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from outreach.errors import N_, Refusal
from outreach.events.kinds import SessionKind
from outreach.events.tables import Table

AUTO: Final = "auto"
NOTICE_DAYS: Final = 60
"""How far ahead an event is whose first day is "auto"."""

_FRIDAY: Final = 4
_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_EVENT: Final = 60


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """A day or a workshop as the office describes it; instants in UTC."""

    kind: SessionKind
    title: dict[str, str]
    theme: dict[str, str]
    room: str
    starts_at: datetime
    ends_at: datetime
    capacity: int | None


@dataclass(frozen=True, slots=True)
class EventFacts:
    """An event as the office describes it; texts by language."""

    slug: str
    title: dict[str, str]
    question: dict[str, str]
    starts_on: date
    ends_on: date
    timezone: str
    place: dict[str, str]
    place_address: str
    contact_email: str
    answer_by: datetime
    registration_open: bool
    companions_max: int
    sessions: tuple[SessionFacts, ...]


def first_friday(today: date, notice: int = NOTICE_DAYS) -> date:
    """The first Friday at least so many days ahead: the first day of an event that says "auto"."""
    earliest = today + timedelta(days=notice)
    return earliest + timedelta(days=(_FRIDAY - earliest.weekday()) % 7)


def read_event(values: Mapping[str, Any], today: date) -> EventFacts:
    """What a table says of an event and its sessions. Raises Faulty, with every fault and its key."""
    table = Table(values)
    slug = table.text("slug", longest=60)
    if slug and not _SLUG.fullmatch(slug):
        table.refuse("slug", N_("“%(key)s” holds only small letters, figures and hyphens, like congres-2024."))
    starts_on, ends_on = _days(table, today)
    zone = table.zone("timezone", "Europe/Paris")
    facts = EventFacts(
        slug=slug,
        title=table.texts("title"),
        question=table.texts("question", required=False),
        starts_on=starts_on,
        ends_on=ends_on,
        timezone=zone,
        place=table.texts("place"),
        place_address=table.text("place_address", default=""),
        contact_email=table.mailbox("contact"),
        answer_by=_answer_by(table, starts_on, ends_on, zone),
        registration_open=table.truth("registration_open", default=True),
        companions_max=table.whole("companions_max", least=0, most=50, default=4) or 0,
        sessions=tuple(read_session(one, starts_on, ends_on, zone) for one in table.tables("session")),
    )
    table.finish()
    table.settle()
    return facts


def with_days(facts: EventFacts, sessions: Sequence[SessionFacts], moved_by: timedelta) -> EventFacts:
    """The event with its sessions moved along with its first day, at the same hours on the clock.

    Raises Refusal when a session would fall outside the event.
    """
    zone = ZoneInfo(facts.timezone)
    moved = tuple(
        replace(
            session,
            starts_at=(session.starts_at.astimezone(zone) + moved_by).astimezone(UTC),
            ends_at=(session.ends_at.astimezone(zone) + moved_by).astimezone(UTC),
        )
        for session in sessions
    )
    for session in moved:
        if not facts.starts_on <= session.starts_at.astimezone(zone).date() <= facts.ends_on:
            raise Refusal("A session would fall outside the days of the event.", field="last_day")
    return replace(facts, sessions=moved)


def pair(known: Sequence[SessionFacts], wanted: Sequence[SessionFacts]) -> list[int | None]:
    """Which of the sessions that are known each wanted one is, by its place among them; None for a new one.

    People have chosen a session for what it is and not for where it stands in a list: the same title at the same time
    first, then the same title, then whatever is left on both sides, in order.
    """
    left = dict(enumerate(known))
    found: list[int | None] = [None] * len(wanted)
    for traits in (("kind", "title", "starts_at"), ("kind", "title"), ("kind",), ()):
        for position, facts in enumerate(wanted):
            alike = (place for place, one in left.items() if all(getattr(one, t) == getattr(facts, t) for t in traits))
            if found[position] is None and (place := next(alike, None)) is not None:
                found[position] = place
                del left[place]
    return found


def read_session(table: Table, starts_on: date, ends_on: date, zone: str) -> SessionFacts:
    """What a table says of a day or a workshop; its faults stay in the table."""
    day = _session_day(table, starts_on, ends_on)
    opens, closes = table.hour("from"), table.hour("to")
    if opens and closes and opens >= closes:
        table.refuse("to", N_("“%(key)s” should be later than the hour of the beginning."))
    facts = SessionFacts(
        kind=SessionKind(table.choice("kind", list(SessionKind), SessionKind.WORKSHOP)),
        title=table.texts("title"),
        theme=table.texts("theme", required=False),
        room=table.text("room", default="", longest=120),
        starts_at=_instant(day, opens or time(), zone),
        ends_at=_instant(day, closes or time(), zone),
        capacity=table.whole("capacity", least=1, most=100_000),
    )
    table.finish()
    return facts


def _days(table: Table, today: date) -> tuple[date, date]:
    starts_on = first_friday(today) if table.raw("first_day") == AUTO else table.day("first_day")
    if table.has("last_day"):
        ends_on = table.day("last_day")
    else:
        ends_on = starts_on + timedelta(days=(table.whole("days", least=1, most=_LONGEST_EVENT, default=1) or 1) - 1)
    if ends_on < starts_on:
        table.refuse("last_day", N_("“%(key)s” is before the first day."))
        return starts_on, starts_on
    if (ends_on - starts_on).days >= _LONGEST_EVENT:
        table.refuse("last_day", N_("“%(key)s” is more than %(days)d days after the first one."), days=_LONGEST_EVENT)
        return starts_on, starts_on
    return starts_on, ends_on


def _answer_by(table: Table, starts_on: date, ends_on: date, zone: str) -> datetime:
    """An instant in the zone of the event: a day means its last minute."""
    if not table.has("answer_by"):
        before = table.whole("answer_days_before", least=0, most=365, default=7)
        return _instant(starts_on - timedelta(days=7 if before is None else before), time(23, 59), zone)
    value = table.raw("answer_by")
    if isinstance(value, str) and "T" in value:
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            value = None
    if isinstance(value, datetime):
        closes = (value if value.tzinfo else value.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    else:
        closes = _instant(table.day("answer_by"), time(23, 59), zone)
    if closes > _instant(ends_on, time(23, 59), zone):
        table.refuse("answer_by", N_("“%(key)s” is after the end of the event."))
    return closes


def _session_day(table: Table, starts_on: date, ends_on: date) -> date:
    if table.has("date"):
        day = table.day("date")
        if not starts_on <= day <= ends_on:
            table.refuse("date", N_("“%(key)s” is not one of the days of the event."))
        return day
    number = table.whole("day", least=1, most=(ends_on - starts_on).days + 1, default=1) or 1
    return starts_on + timedelta(days=number - 1)


def _instant(day: date, hour: time, zone: str) -> datetime:
    return datetime.combine(day, hour, ZoneInfo(zone)).astimezone(UTC)
