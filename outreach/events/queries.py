"""Finds events and their sessions."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import column, func, literal, select, table
from sqlalchemy.orm import selectinload

from outreach.database import db
from outreach.errors import NotFound
from outreach.events.facts import EventFacts, SessionFacts
from outreach.events.models import Announcement, Event, EventState, Session

# Seats belong to the answers, which build on this room; whether there are any is asked by the table's name.
_SEAT = table("seat", column("session_id"))
_PLACE = table("waiting_place", *map(column, ("session_id", "answer_id", "state", "seats")))
_INVITATION = table("invitation", *map(column, ("event_id", "state", "reply")))
_ANSWER = table("answer", column("id"), column("replaced_at"))


def get_event(number: int) -> Event:
    """The event of that number, with its sessions. Raises NotFound."""
    event = db.session.get(Event, number, options=[selectinload(Event.sessions)])
    if event is None:
        raise NotFound("This event does not exist.")
    return event


def find_event(slug: str) -> Event | None:
    """The event of that short name, if there is one."""
    return db.session.scalars(
        select(Event).where(Event.slug == slug).options(selectinload(Event.sessions))
    ).one_or_none()


def get_event_by_slug(slug: str) -> Event:
    """The event of that short name. Raises NotFound."""
    event = find_event(slug)
    if event is None:
        raise NotFound("There is no event called “%(slug)s”: load it first.", slug=slug)
    return event


def events() -> Sequence[Event]:
    """Every event, the latest first."""
    return db.session.scalars(
        select(Event).options(selectinload(Event.sessions)).order_by(Event.starts_on.desc())
    ).all()


def open_events(today: date) -> Sequence[Event]:
    """The events that are on and not over, the nearest first."""
    return db.session.scalars(
        select(Event)
        .where(Event.state == EventState.OPEN, Event.ends_on >= today)
        .options(selectinload(Event.sessions))
        .order_by(Event.starts_on, Event.id)
    ).all()


def sessions(event_id: int) -> Sequence[Session]:
    """The days and workshops of an event, in the order of the programme."""
    return db.session.scalars(
        select(Session).where(Session.event_id == event_id).order_by(Session.starts_at, Session.position)
    ).all()


def get_session(event_id: int, number: int) -> Session:
    """One session of that event. Raises NotFound."""
    session = db.session.get(Session, number)
    if session is None or session.event_id != event_id:
        raise NotFound("This session does not exist.")
    return session


def facts_of(event: Event) -> EventFacts:
    """The event as plain values, its sessions in the order in which they were written down."""
    values = {name: getattr(event, name) for name in EventFacts.__dataclass_fields__ if name != "sessions"}
    return EventFacts(**values, sessions=tuple(facts_of_session(session) for session in in_order(event)))


def in_order(event: Event) -> list[Session]:
    """The sessions of an event in the order in which they were written down."""
    return sorted(event.sessions, key=lambda session: (session.position, session.id))


def was_chosen(session_id: int) -> bool:
    """True when some answer, an earlier one included, has a seat in that session or waited for one."""
    asked = (select(literal(1)).where(table.c.session_id == session_id).limit(1) for table in (_SEAT, _PLACE))
    return any(db.session.scalar(one) is not None for one in asked)


def telling(event: Event) -> dict[str, Any]:
    """What those who come were told: how many come, the latest announcement, whether something was changed since."""
    come = (_INVITATION.c.event_id == event.id, _INVITATION.c.state == "open", _INVITATION.c.reply == "yes")
    latest = db.session.scalars(
        select(Announcement).where(Announcement.event_id == event.id).order_by(Announcement.id.desc()).limit(1)
    ).one_or_none()
    return {
        "come": db.session.scalar(select(func.count()).select_from(_INVITATION).where(*come)) or 0,
        "latest": latest,
        "changed": event.revision > (latest.revision if latest else 0),
    }


def lines(event_id: int) -> dict[int, dict[str, int]]:
    """By session, the seats that are "offered" to people of its waiting list, and those they are "waiting" for."""
    found: dict[int, dict[str, int]] = {}
    for session_id, state, seats in db.session.execute(
        select(_PLACE.c.session_id, _PLACE.c.state, func.sum(_PLACE.c.seats))
        .join(Session, Session.id == _PLACE.c.session_id)
        .join(_ANSWER, _ANSWER.c.id == _PLACE.c.answer_id)
        .where(
            Session.event_id == event_id, _PLACE.c.state.in_(["waiting", "offered"]), _ANSWER.c.replaced_at.is_(None)
        )
        .group_by(_PLACE.c.session_id, _PLACE.c.state)
    ):
        found.setdefault(session_id, {})[state] = seats
    return found


def facts_of_session(session: Session) -> SessionFacts:
    """The session as plain values."""
    return SessionFacts(**{name: getattr(session, name) for name in SessionFacts.__dataclass_fields__})
