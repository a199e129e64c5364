"""Reads the waiting lists: who stands in line, what was offered, what a session's line looks like."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Date, Select, String, and_, bindparam, cast, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from outreach.contacts.kinds import Kind
from outreach.contacts.models import Address, Contact, Suppression, SuppressionReason
from outreach.contacts.queries import of_past_office, suppressed
from outreach.database import day_in, db
from outreach.delivery.models import Notice, NoticePurpose
from outreach.delivery.states import MessageState
from outreach.events.models import Event, EventState, Session, SessionKind
from outreach.events.wording import in_language, instant_phrase, session_times
from outreach.invitations.models import Invitation, InvitationState
from outreach.rsvp.models import Answer
from outreach.rsvp.queries import submission_of
from outreach.rsvp.submission import Submission
from outreach.rsvp.waiting.models import OPEN_PLACES, PlaceState, SeatPriority, WaitingPlace
from outreach.rsvp.waiting.queueing import Fate, Offered, Party

_LOST: Final = frozenset(
    {
        MessageState.FAILED,
        MessageState.REJECTED,
        MessageState.BOUNCED,
        MessageState.CANCELLED,
        MessageState.SUPPRESSED,
    }
)
_LEFT: Final = frozenset({MessageState.SENT, MessageState.IN_DOUBT})


def open_places(answer_id: int) -> Sequence[WaitingPlace]:
    """What an answer waits for, or was offered."""
    return db.session.scalars(_open_places(), {"answer": answer_id}).all()


@cache
def _open_places() -> Select[WaitingPlace]:
    return (
        select(WaitingPlace)
        .where(WaitingPlace.answer_id == bindparam("answer"), WaitingPlace.state.in_(OPEN_PLACES))
        .order_by(WaitingPlace.session_id)
        .execution_options(populate_existing=True)
    )


def workshops_of_its_day(place: WaitingPlace) -> Sequence[WaitingPlace]:
    """Where the answer of a place for a day waits for workshops of that day; none when the place is for a workshop."""
    day = aliased(Session)
    return db.session.scalars(
        select(WaitingPlace)
        .join(Session, Session.id == WaitingPlace.session_id)
        .join(Event, Event.id == Session.event_id)
        .join(day, day.event_id == Event.id)
        .where(
            WaitingPlace.answer_id == place.answer_id,
            WaitingPlace.state == PlaceState.WAITING,
            Session.kind == SessionKind.WORKSHOP,
            day.id == place.session_id,
            day.kind == SessionKind.DAY,
            day_in(day.starts_at, Event.timezone) == day_in(Session.starts_at, Event.timezone),
        )
        .order_by(WaitingPlace.id)
        .execution_options(populate_existing=True)
    ).all()


def places_told(answer: Answer, event: Event, language: str) -> list[dict[str, Any]]:
    """What an answer waits for, the offers first: the session, its times, who, and until when an offer holds, or ""."""
    sessions, zone = {one.id: one for one in event.sessions}, event.timezone
    names = {one.position: one.name for one in answer.participants}
    found = []
    for place in open_places(answer.id):
        session = sessions[place.session_id]
        is_offered = place.state is PlaceState.OFFERED and place.expires_at is not None
        told = {
            "number": place.id,
            "title": in_language(session.title, language),
            "times": session_times(session.starts_at, session.ends_at, zone, language),
            "seats": place.seats,
            "names": [names[position] for position in place.positions if names.get(position)],
            "until": instant_phrase(place.expires_at, zone, language) if is_offered and place.expires_at else "",
        }
        found.append(((not is_offered, session.starts_at, place.id), told))
    return [told for _order, told in sorted(found, key=lambda one: one[0])]


def asked_of(answer: Answer) -> Submission:
    """An answer as its form would say it, for changing it: with what it waits for."""
    given, places = submission_of(answer), open_places(answer.id)
    persons = (
        replace(
            one, sessions=tuple(sorted({*one.sessions, *(p.session_id for p in places if one.position in p.positions)}))
        )
        for one in given.persons
    )
    return replace(given, persons=tuple(persons))


def seated_since(invitation_id: int) -> tuple[int, datetime | None]:
    """How often offers gave an invitation seats, and when the last one did."""
    count, last = db.session.execute(_seated(), {"invitation": invitation_id}).one()
    return count, last


@cache
def _seated() -> Select[int, datetime | None]:
    return (
        select(func.count(), func.max(WaitingPlace.ended_at))
        .join(Answer, Answer.id == WaitingPlace.answer_id)
        .where(Answer.invitation_id == bindparam("invitation"), WaitingPlace.state == PlaceState.SEATED)
    )


def least_waiting(event_id: int, sessions: Collection[int], besides: int, today: date) -> dict[int, int]:
    """By session of an event, the seats that the smallest party in line needs; without the parties of one answer."""
    if not sessions:
        return {}
    asked = {"event": event_id, "today": today, "sessions": sessions, "besides": besides}
    return {row[0]: row[1] for row in db.session.execute(_smallest(), asked)}


@cache
def _smallest() -> Select[Any]:
    """Built once: to write it down takes longer than to carry it out."""
    return (
        _line(
            bindparam("event"), bindparam("today", type_=Date()), WaitingPlace.session_id, func.min(WaitingPlace.seats)
        )
        .where(
            WaitingPlace.session_id.in_(bindparam("sessions", expanding=True)),
            WaitingPlace.answer_id != bindparam("besides"),
        )
        .group_by(WaitingPlace.session_id)
    )


def line(event_id: int, session_id: int, most: int, today: date) -> list[Party]:
    """Who could be offered up to so many seats of a session of an event, in no order."""
    rows = db.session.execute(
        _line(event_id, today, WaitingPlace.id, WaitingPlace.seats, WaitingPlace.asked_at, Contact.kind).where(
            WaitingPlace.session_id == session_id, WaitingPlace.seats <= most
        )
    )
    return [Party(*row) for row in rows]


def with_seats_for_others(at: datetime) -> Sequence[int]:
    """The sessions still to come that have seats, or lost their limit, while somebody waits."""
    waits = exists().where(WaitingPlace.session_id == Session.id, WaitingPlace.state == PlaceState.WAITING)
    return db.session.scalars(
        select(Session.id)
        .join(Event, Event.id == Session.event_id)
        .where(
            Event.state == EventState.OPEN,
            Session.starts_at > at,
            or_(Session.capacity.is_(None), Session.taken < Session.capacity),
            waits,
        )
        .order_by(Session.id)
    ).all()


def offers() -> dict[int, Offered]:
    """Every offer that is open, by the number of its place, with what became of its message.

    An event that is cancelled keeps its offers: it may take place after all.
    """
    key = literal("place-").concat(cast(WaitingPlace.id, String))
    sent = and_(
        Notice.purpose == NoticePurpose.SEAT_OFFER, Notice.invitation_id == Answer.invitation_id, Notice.key == key
    )
    holds = and_(Answer.replaced_at.is_(None), Invitation.state == InvitationState.OPEN, Contact.erased_at.is_(None))
    rows = db.session.execute(
        select(
            WaitingPlace.id,
            WaitingPlace.offered_at,
            WaitingPlace.expires_at,
            holds,
            Notice.state,
            Notice.ended_at,
            Session.starts_at,
        )
        .select_from(WaitingPlace)
        .join(Session, Session.id == WaitingPlace.session_id)
        .join(Event, Event.id == Session.event_id)
        .join(Answer, Answer.id == WaitingPlace.answer_id)
        .join(Invitation, Invitation.id == Answer.invitation_id)
        .outerjoin(Contact, Contact.id == Invitation.contact_id)
        .outerjoin(Notice, sent)
        .where(WaitingPlace.state == PlaceState.OFFERED, Event.state == EventState.OPEN)
        .order_by(WaitingPlace.id)
    )
    return {
        number: Offered(offered_at, expires_at, bool(stands), _fate(state), ended_at, starts_at)
        for number, offered_at, expires_at, stands, state, ended_at, starts_at in rows
        if offered_at is not None and expires_at is not None
    }


def ranks(event_id: int) -> dict[Kind, int]:
    """What the organiser set: the kinds that go before or after the others."""
    rows = db.session.execute(select(SeatPriority.kind, SeatPriority.rank).where(SeatPriority.event_id == event_id))
    return {row.kind: row.rank for row in rows}


def counts(event_id: int) -> Mapping[int, Mapping[PlaceState, tuple[int, int]]]:
    """By session and state: how many places are open, and how many seats they are for."""
    found: dict[int, dict[PlaceState, tuple[int, int]]] = defaultdict(dict)
    for row in db.session.execute(
        select(WaitingPlace.session_id, WaitingPlace.state, func.count(), func.sum(WaitingPlace.seats))
        .join(Session, Session.id == WaitingPlace.session_id)
        .join(Answer, Answer.id == WaitingPlace.answer_id)
        .where(Session.event_id == event_id, WaitingPlace.state.in_(OPEN_PLACES), Answer.replaced_at.is_(None))
        .group_by(WaitingPlace.session_id, WaitingPlace.state)
    ):
        found[row[0]][row[1]] = (row[2], row[3])
    return found


def _fate(state: MessageState | None) -> Fate:
    """Without a message, erased with its reader, an offer holds until its hour."""
    if state is None or state in _LEFT:
        return Fate.LEFT
    return Fate.LOST if state in _LOST else Fate.WAITS


def _line(event_id: Any, today: Any, *columns: Any) -> Select[Any]:
    """Those who wait and may be offered a seat: their answer holds, and they can be written to."""
    return (
        select(*columns)
        .select_from(WaitingPlace)
        .join(Session, Session.id == WaitingPlace.session_id)
        .join(Event, Event.id == Session.event_id)
        .join(Answer, Answer.id == WaitingPlace.answer_id)
        .join(Invitation, Invitation.id == Answer.invitation_id)
        .join(Contact, Contact.id == Invitation.contact_id)
        .where(
            Session.event_id == event_id,
            WaitingPlace.state == PlaceState.WAITING,
            Answer.replaced_at.is_(None),
            Invitation.state == InvitationState.OPEN,
            Contact.erased_at.is_(None),
            is_reachable(event_id, today),
            ~_waits_for_its_day(),
        )
    )


def is_reachable(event_id: int, today: date) -> ColumnElement[bool]:
    """The condition on Contact that an address may be written to, and that nobody there asked us to stop."""
    other = aliased(Address)
    usable = exists().where(
        Address.contact_id == Contact.id,
        Address.retired_at.is_(None),
        ~of_past_office(today),
        ~suppressed(event_id),
    )
    refused = (
        select(literal(1))
        .select_from(Suppression)
        .join(other, other.digest == Suppression.digest)
        .where(
            other.contact_id == Contact.id,
            or_(Suppression.event_id.is_(None), Suppression.event_id == event_id),
            Suppression.lifted_at.is_(None),
            Suppression.reason != SuppressionReason.BOUNCE,
        )
        .correlate(Contact)
    )
    return and_(usable.correlate(Contact), ~refused.exists())


def _waits_for_its_day() -> ColumnElement[bool]:
    """The condition that the same answer still waits for the day to which the workshop belongs."""
    day, other = aliased(Session), aliased(WaitingPlace)
    return and_(
        Session.kind == SessionKind.WORKSHOP,
        select(literal(1))
        .select_from(other)
        .join(day, day.id == other.session_id)
        .where(
            other.answer_id == WaitingPlace.answer_id,
            other.state.in_(OPEN_PLACES),
            day.kind == SessionKind.DAY,
            day_in(day.starts_at, Event.timezone) == day_in(Session.starts_at, Event.timezone),
        )
        .correlate(WaitingPlace, Session, Event)
        .exists(),
    )
