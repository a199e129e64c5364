"""Loads, creates and edits events and their sessions."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select

from outreach.accounts.actions import record
from outreach.database import db, now
from outreach.errors import Refusal
from outreach.events import queries
from outreach.events.facts import EventFacts, SessionFacts, pair, read_event, with_days
from outreach.events.models import Announcement, Event, EventState, News, Session

SECOND_THOUGHTS: Final = timedelta(minutes=5)
"""How long what was pressed by mistake can be taken back before anybody is told."""

STATE_NEWS: Final = frozenset({News.CANCELLED, News.REINSTATED})
"""What says whether the event takes place."""


def load_event(table: Mapping[str, Any], at: datetime | None = None, user_id: int | None = None) -> Event:
    """The event of a TOML table, made or brought up to date: loading the same table twice changes nothing.

    Raises Faulty naming each key that is wrong, and Refusal when a session that people have chosen would go.
    """
    moment = at or now()
    facts = read_event(table, _day_of_auto(table, moment))
    event = queries.find_event(facts.slug)
    if event is None:
        return create_event(facts, moment, user_id)
    return edit_event(event, facts, user_id)


def create_event(facts: EventFacts, at: datetime, user_id: int | None = None) -> Event:
    """A new event with its sessions."""
    if queries.find_event(facts.slug) is not None:
        raise Refusal("There is already an event called “%(slug)s”.", field="slug", slug=facts.slug)
    event = Event(slug=facts.slug, state=EventState.OPEN, revision=0, created_at=at)
    _write(event, facts)
    db.session.add(event)
    _write_sessions(event, facts.sessions)
    db.session.flush()
    record("event.created", "event", event.id, user_id)
    return event


def edit_event(event: Event, facts: EventFacts, user_id: int | None = None) -> Event:
    """Write what has changed; calendars learn of it by the revision."""
    before = (event.starts_on, event.ends_on, event.place, event.place_address, event.title)
    changed = _write(event, facts)
    moved = _write_sessions(event, facts.sessions)
    after = (event.starts_on, event.ends_on, event.place, event.place_address, event.title)
    if moved or before != after:
        event.revision += 1
    db.session.flush()
    if changed or moved:
        record("event.edited", "event", event.id, user_id)
    return event


def edit_details(event: Event, facts: EventFacts, user_id: int | None = None) -> Event:
    """Write everything but the sessions, which move along with the first day."""
    moved_by = facts.starts_on - event.starts_on
    return edit_event(event, with_days(facts, queries.facts_of(event).sessions, moved_by), user_id)


def add_session(event: Event, facts: SessionFacts, user_id: int | None = None) -> None:
    """One more day or workshop."""
    known = queries.facts_of(event)
    edit_event(event, replace(known, sessions=(*known.sessions, facts)), user_id)


def edit_session(event: Event, session: Session, facts: SessionFacts, user_id: int | None = None) -> None:
    """Change one day or workshop. Refuses a capacity below the seats already taken."""
    if _write_session(session, facts):
        event.revision += 1
        record("event.session_edited", "event", event.id, user_id, session=session.id)


def remove_session(event: Event, session: Session, user_id: int | None = None) -> None:
    """Take a session off the programme. Refuses one that people have chosen."""
    _remove(event, session)
    event.revision += 1
    record("event.session_removed", "event", event.id, user_id)


def open_registration(event: Event, is_open: bool, user_id: int | None = None) -> None:
    """Let people who come through a share link register, or no longer."""
    if event.registration_open is not is_open:
        event.registration_open = is_open
        record("event.registration_opened" if is_open else "event.registration_closed", "event", event.id, user_id)


def cancel(event: Event, is_cancelled: bool, user_id: int | None = None, at: datetime | None = None) -> None:
    """Call the event off, or on again; calendars learn of it by the revision, and those who come by a message."""
    wanted = EventState.CANCELLED if is_cancelled else EventState.OPEN
    if event.state is not wanted:
        event.state = wanted
        event.revision += 1
        record("event.cancelled" if is_cancelled else "event.reinstated", "event", event.id, user_id)
        announce(event, News.CANCELLED if is_cancelled else News.REINSTATED, at or now(), user_id)


def announce(event: Event, news: News, at: datetime, user_id: int | None = None) -> Announcement:
    """Have everybody who comes told by message; the engine does it, from five minutes later on.

    What was announced before of the same matter and is not all told yet is told no further: whether the event takes
    place is one matter, what has changed in it another. Nobody is told what they were told already: announced again
    with nothing changed since, a change is the announcement that there is.
    """
    if news is News.CHANGED and (known := _announced_already(event)) is not None:
        return known
    matter = {News.CHANGED} if news is News.CHANGED else STATE_NEWS
    open_ones = select(Announcement).where(
        Announcement.event_id == event.id, Announcement.news.in_(matter), Announcement.ended_at.is_(None)
    )
    for one in db.session.scalars(open_ones.with_for_update()).all():
        one.ended_at = at
    made = Announcement(
        event_id=event.id, news=news, revision=event.revision, made_at=at, due_at=at + SECOND_THOUGHTS, user_id=user_id
    )
    db.session.add(made)
    record("event.announced", "event", event.id, user_id, news=news.value)
    return made


def _announced_already(event: Event) -> Announcement | None:
    """The announcement of this very change; of two who press at once the second waits, and finds the first one's."""
    db.session.flush()
    db.session.refresh(event, ["revision"], with_for_update={"key_share": True})
    made = select(Announcement).where(
        Announcement.event_id == event.id, Announcement.revision == event.revision, Announcement.news == News.CHANGED
    )
    return db.session.scalars(made.order_by(Announcement.id).limit(1)).one_or_none()


def _write(event: Event, facts: EventFacts) -> bool:
    changed = False
    for name in EventFacts.__dataclass_fields__:
        value = getattr(facts, name)
        if name != "sessions" and getattr(event, name) != value:
            setattr(event, name, value)
            changed = True
    return changed


def _write_sessions(event: Event, wanted: Sequence[SessionFacts]) -> bool:
    """Bring the sessions to what is wanted, in order; those nobody has chosen may go."""
    kept = queries.in_order(event)
    paired = pair([queries.facts_of_session(session) for session in kept], wanted)
    changed = len(kept) != len(wanted)
    for number, gone in enumerate(kept):
        if number not in paired:
            _remove(event, gone)
    for position, (facts, place) in enumerate(zip(wanted, paired, strict=True)):
        session = Session(taken=0) if place is None else kept[place]
        session.position = position
        changed |= _write_session(session, facts)
        if place is None:
            event.sessions.append(session)
    return changed


def _remove(event: Event, session: Session) -> None:
    if session.taken:
        raise Refusal(
            "A session that %(taken)d people have chosen cannot be removed.", field="session", taken=session.taken
        )
    if queries.was_chosen(session.id):
        raise Refusal("A session that somebody had chosen before cannot be removed.", field="session")
    event.sessions.remove(session)
    db.session.delete(session)


def _write_session(session: Session, facts: SessionFacts) -> bool:
    if facts.capacity is not None and facts.capacity < (session.taken or 0):
        raise Refusal(
            "A capacity of %(capacity)d is too small: %(taken)d seats are taken.",
            field="capacity",
            capacity=facts.capacity,
            taken=session.taken,
        )
    changed = False
    for name in SessionFacts.__dataclass_fields__:
        if getattr(session, name) != getattr(facts, name):
            setattr(session, name, getattr(facts, name))
            changed = True
    return changed


def _day_of_auto(table: Mapping[str, Any], at: datetime) -> date:
    """The day from which "auto" counts: the one on which the event was first loaded."""
    slug = table.get("slug")
    known = queries.find_event(slug) if isinstance(slug, str) else None
    return (known.created_at if known else at).date()
