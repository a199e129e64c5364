"""Decides how an event stands in a form: the table that a form says, the form that an event fills."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from outreach.contacts.folding import fold
from outreach.events.facts import EventFacts, SessionFacts, read_session
from outreach.events.tables import Table

LANGUAGES: Final = ("fr", "en")
_TEXTS: Final = ("title", "question", "place", "theme")
_PLAIN: Final = ("first_day", "last_day", "timezone", "place_address", "contact", "answer_by", "companions_max")


def event_table(form: Mapping[str, str], slug: str = "") -> dict[str, Any]:
    """The table of an event's form; its short name is made from the French title unless there is one."""
    said = {name: form.get(name, "").strip() for name in _PLAIN}
    texts = {name: _by_language(form, name) for name in _TEXTS[:3]}
    return {
        "slug": slug or _slug(form.get("slug", "") or texts["title"].get("fr", "")),
        **{name: value for name, value in said.items() if value},
        **texts,
        "registration_open": form.get("registration_open") is not None,
    }


def session_facts(form: Mapping[str, str], event: EventFacts) -> SessionFacts:
    """What a session's form says. Raises Faulty with every fault and its key."""
    values: dict[str, Any] = {name: form.get(name, "").strip() for name in ("kind", "room", "date", "from", "to")}
    values |= {name: _by_language(form, name) for name in ("title", "theme")}
    values["capacity"] = form.get("capacity", "").strip() or None
    table = Table({name: value for name, value in values.items() if value not in (None, "")})
    facts = read_session(table, event.starts_on, event.ends_on, event.timezone)
    table.settle()
    return facts


def event_form(facts: EventFacts) -> dict[str, Any]:
    """What an event's form shows."""
    return {
        **_spread(facts.title, "title"),
        **_spread(facts.question, "question"),
        **_spread(facts.place, "place"),
        "slug": facts.slug,
        "first_day": facts.starts_on.isoformat(),
        "last_day": facts.ends_on.isoformat(),
        "timezone": facts.timezone,
        "place_address": facts.place_address,
        "contact": facts.contact_email,
        "answer_by": _local(facts.answer_by, facts.timezone).strftime("%Y-%m-%dT%H:%M"),
        "companions_max": facts.companions_max,
        "registration_open": facts.registration_open,
    }


def session_form(facts: SessionFacts, zone: str) -> dict[str, Any]:
    """What a session's form shows."""
    starts, ends = _local(facts.starts_at, zone), _local(facts.ends_at, zone)
    return {
        **_spread(facts.title, "title"),
        **_spread(facts.theme, "theme"),
        "kind": facts.kind.value,
        "room": facts.room,
        "date": starts.date().isoformat(),
        "from": f"{starts:%H:%M}",
        "to": f"{ends:%H:%M}",
        "capacity": "" if facts.capacity is None else facts.capacity,
    }


def field_of(key: str | None) -> str:
    """The name of the field where a fault about a key is shown: `title.fr` is `title_fr`."""
    return (key or "").replace(".", "_")


def days_of(starts_on: date, ends_on: date) -> list[date]:
    """The days of an event."""
    return [date.fromordinal(number) for number in range(starts_on.toordinal(), ends_on.toordinal() + 1)]


def _by_language(form: Mapping[str, str], name: str) -> dict[str, str]:
    found = {code: form.get(f"{name}_{code}", "").strip() for code in LANGUAGES}
    return {code: text for code, text in found.items() if text}


def _spread(texts: Mapping[str, str], name: str) -> dict[str, str]:
    return {f"{name}_{code}": texts.get(code, "") for code in LANGUAGES}


def _slug(title: str) -> str:
    return "-".join(re.findall("[a-z0-9]+", fold(title)))[:60].strip("-")


def _local(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone))
