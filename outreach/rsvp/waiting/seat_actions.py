"""Takes seats and gives them back; two answers at once can never take the same last one."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Integer, Row, Select, Update, bindparam, or_, select, update

from outreach.database import BigId, affected, db
from outreach.events.models import Event, Session
from outreach.events.wording import in_language
from outreach.rsvp import queries
from outreach.rsvp.answering import Programme, seats_wanted
from outreach.rsvp.models import Answer
from outreach.rsvp.submission import Submission
from outreach.rsvp.waiting import queries as waiting_queries
from outreach.rsvp.waiting.models import PlaceState
from outreach.rsvp.waiting.queueing import offers_are_made
from outreach.rsvp.waiting.seating import Room, Seating, seat

Locked = Row[int, dict[str, str], int | None, int, datetime]
"""A room: number, title, capacity, seats taken, beginning."""


def take_seats(
    event: Event, settled: Submission, programme: Programme, current: Answer | None, at: datetime, language: str
) -> Seating:
    """Take what a new answer gets, give back what the current one had and it has not; the rest of it waits.

    Raises NotAccepted for a party larger than the room; the caller then rolls back.
    """
    locked = _lock({*seats_wanted(settled), *_sessions_of(current)})
    held = held_by(current)
    seating = seat(settled, programme, _rooms(event, locked, current, at, language), held)
    taken = seats_wanted(seating.submission)
    short = move_seats({number: taken[number] - held[number] for number in {*taken, *held}})
    if short:
        raise RuntimeError("seats that were locked are gone")
    return seating


def give_back(answer: Answer) -> None:
    """Free every seat of an answer, and those it is offered."""
    _lock(_sessions_of(answer))
    held = held_by(answer)
    move_seats({number: -count for number, count in held.items()})


def held_by(answer: Answer | None) -> Counter[int]:
    """The seats of an answer in each session, and those it is offered: they are taken for it already.

    For whoever holds the rooms: an offer may end at any moment until then.
    """
    if answer is None:
        return Counter()
    held = queries.seats_of(answer.id)
    for place in waiting_queries.open_places(answer.id):
        if place.state is PlaceState.OFFERED:
            held[place.session_id] += place.seats
    return held


def move_seats(changes: Mapping[int, int]) -> list[int]:
    """Take (or give back, when negative) seats in each session; returns the sessions that had too few.

    One statement a session decides and takes at once; sessions are always visited in the same order, so that two
    answers wait for each other and never for ever. When any session had too few, the caller must roll back.
    """
    return [session_id for session_id in sorted(changes) if changes[session_id] and not _move(session_id, changes)]


def _sessions_of(answer: Answer | None) -> set[int]:
    """Where an answer has seats, or waits for them."""
    if answer is None:
        return set()
    return {*queries.seats_of(answer.id), *(place.session_id for place in waiting_queries.open_places(answer.id))}


def _lock(sessions: Collection[int]) -> Sequence[Locked]:
    """The rooms as they are, until the commit: whoever else wants a seat in them waits for us, all in one order."""
    return db.session.execute(_locking(), {"sessions": sorted(sessions)}).all()


@cache
def _locking() -> Select[int, dict[str, str], int | None, int, datetime]:
    return (
        select(Session.id, Session.title, Session.capacity, Session.taken, Session.starts_at)
        .where(Session.id.in_(bindparam("sessions", expanding=True)))
        .order_by(Session.id)
        .with_for_update(key_share=True)
    )


def _rooms(
    event: Event, locked: Sequence[Locked], current: Answer | None, at: datetime, language: str
) -> dict[int, Room]:
    limited = [
        row.id
        for row in locked
        if row.capacity is not None and row.taken < row.capacity and offers_are_made(row.starts_at, at)
    ]
    least = waiting_queries.least_waiting(event.id, limited, current.id if current else 0, at.date())
    return {
        row.id: Room(in_language(row.title, language), row.capacity, row.taken, least.get(row.id)) for row in locked
    }


def _move(session_id: int, changes: Mapping[int, int]) -> bool:
    number = changes[session_id]
    db.session.flush()
    moved = db.session.connection().execute(_moving(number > 0), {"session": session_id, "number": number})
    return affected(moved) == 1


@cache
def _moving(is_taking: bool) -> Update:
    """Built once: to write it down takes longer than to carry it out."""
    number = bindparam("number", type_=Integer())
    statement = update(Session).where(Session.id == bindparam("session", type_=BigId))
    statement = statement.values(taken=Session.taken + number)
    if is_taking:
        statement = statement.where(or_(Session.capacity.is_(None), Session.taken + number <= Session.capacity))
    return statement
