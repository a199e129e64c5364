"""Reads what an invitation puts into its holder's calendar."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from outreach.events.calendars import Day, Entry, calendar
from outreach.events.models import Event, EventState, Session, SessionKind
from outreach.events.wording import clock_range, in_language
from outreach.invitations.models import Invitation, Reply
from outreach.links import links
from outreach.rsvp import queries
from outreach.rsvp.queries import Given
from outreach.rsvp.waiting.queries import seated_since

SITE = "outreach"


def calendar_of(invitation: Invitation, language: str, url: str) -> str:
    """The calendar file of an invitation: the days of its answer, and those an earlier answer had and it has not.

    `url` is where the entry leads. "" when its holder never said they come.
    """
    given = queries.given(invitation.id)
    if not any(one.reply is Reply.YES for one in given):
        return ""
    offers, seated_at = seated_since(invitation.id)
    changes = len(given) + sum(one.replaced_at is not None for one in given) + offers
    stamp = max([*(one.replaced_at or one.at for one in given), *filter(None, [seated_at])])
    return _file(invitation.event, invitation.key, given, changes, stamp, language, url)


def first_calendar(event: Event, key: str, given: Given, language: str, url: str) -> str:
    """The same of an answer before which there was none, and which waits for nothing."""
    return _file(event, key, [given], 1, given.at, language, url) if given.reply is Reply.YES else ""


def _file(
    event: Event, key: str, given: Sequence[Given], changes: int, stamp: datetime, language: str, url: str
) -> str:
    current = next((one for one in given if one.replaced_at is None), None)
    entry = Entry(
        key=key,
        host=urlsplit(links().base_url).hostname or SITE,
        sequence=event.revision + changes,
        stamp=stamp,
        zone=event.timezone,
        title=in_language(event.title, language),
        place=", ".join(filter(None, (in_language(event.place, language), event.place_address))),
        url=url,
        language=language,
    )
    return calendar(entry, _days(event, [one for one in given if one.reply is Reply.YES], current, language))


def _days(event: Event, coming: Sequence[Given], current: Given | None, language: str) -> list[Day]:
    is_on = event.state is EventState.OPEN and current is not None and current.reply is Reply.YES
    chosen = current.sessions if is_on and current else frozenset()
    ever = frozenset().union(*(one.sessions for one in coming))
    days = [one for one in event.sessions if one.kind is SessionKind.DAY and one.id in ever]
    return [
        Day(one.id, one.starts_at, one.ends_at, one.id not in chosen, _workshops(event, one, chosen, language))
        for one in days
    ]


def _workshops(event: Event, day: Session, chosen: frozenset[int], language: str) -> str:
    """What the invited person comes to on that day, one session a line."""
    date = day.starts_at.date()
    return "\n".join(
        f"{clock_range(one.starts_at, one.ends_at, event.timezone, language)} · {in_language(one.title, language)}"
        for one in event.sessions
        if one.kind is SessionKind.WORKSHOP and one.id in chosen and one.starts_at.date() == date
    )
