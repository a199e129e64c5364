"""Records the first answer given by a link in a few statements: most answers are one, and come on the same evening.

It leaves what `actions.answer` leaves. Whatever needs more is left to that: an answer given before or waiting for a
seat, somebody who is represented or stood in for, a mailbox that others read too.
"""

from collections import Counter
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, insert, select, update
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.sql.dml import ReturningInsert, Update

from outreach.contacts.queries import usable_email
from outreach.database import BigId, UtcDateTime, db
from outreach.delivery.models import NoticePurpose
from outreach.delivery.notices import notify_first
from outreach.events.models import Event, EventState, SessionKind
from outreach.invitations.models import Invitation, InvitationState, Reply
from outreach.invitations.opened_queries import Opened, read_opened
from outreach.links import Purpose, links
from outreach.rsvp import queries
from outreach.rsvp.actions import NEEDS_KEPT
from outreach.rsvp.answering import Programme, check, seats_wanted, settle
from outreach.rsvp.models import AccessNeeds, Answer, Participant, Seat, Way
from outreach.rsvp.passes.saying import Pass
from outreach.rsvp.queries import Given
from outreach.rsvp.standing import Standing
from outreach.rsvp.submission import Person, Submission
from outreach.rsvp.telling.diary_queries import first_calendar
from outreach.rsvp.telling.saying import said
from outreach.rsvp.waiting.seat_actions import move_seats, take_seats
from outreach.rsvp.waiting.seating import Seating


def open_first(key: str, at: datetime) -> Opened | None:
    """An open invitation that was never answered and for which nobody stands in, held until the commit; else None."""
    connection = db.session.connection()
    if connection.dialect.name != "sqlite":  # which has one writer
        connection.execute(_holding(), {"key": key})
    opened = read_opened(connection, key, _more())
    if opened is None or opened.is_joined or queries.standing_of_opened(opened, at) is not Standing.OPEN:
        return None
    *_numbers, was_answered, is_stood_in_for = opened.more
    return None if was_answered or is_stood_in_for else opened


def answer_first(
    opened: Opened, submitted: Submission, at: datetime, *, language: str, mark: str, reserved: bool
) -> bool:
    """Keep the answer and its confirmation; False, and nothing is kept, where it has to go the longer way.

    Raises NotAccepted with every fault; the caller then rolls back.
    """
    number, event_id, contact_id, *_facts = opened.more
    email = usable_email(contact_id)
    if email is None or submitted.reply is Reply.REPRESENTED:
        return False
    event, programme = _event(opened.mark, event_id), _programme(opened.mark, event_id, reserved, language)
    check(submitted, programme, at)
    seating = take_seats(event, settle(submitted, programme), programme, None, at, language)
    if seating.waiting:
        move_seats({each: -count for each, count in seats_wanted(seating.submission).items()})
        return False
    answer_id = _keep(number, event, seating.submission, at, language, mark)
    coming = seating.coming if seating.submission.reply is Reply.YES else 0
    given = {"number": number, "given": seating.submission.reply, "at": at, "persons": coming}
    db.session.connection().execute(_making_current(), given)
    values = _values(opened, event, seating, answer_id, at, language)
    notify_first(NoticePurpose.CONFIRMATION, number, f"answer-{answer_id}", language, email, values, at)
    return True


def _keep(number: int, event: Event, settled: Submission, at: datetime, language: str, mark: str) -> int:
    connection = db.session.connection()
    row = {"invitation_id": number, "reply": settled.reply, "at": at, "way": Way.LINK, "language": language}
    answer_id = connection.scalars(_answering(), {**row, "mark": mark, "words": settled.words}).one()
    for position, one in enumerate(settled.persons if settled.reply is Reply.YES else ()):
        person = {"answer_id": answer_id, "position": position, "name": one.name}
        participant = connection.scalars(_participating(), person).one()
        if one.sessions:
            connection.execute(
                insert(Seat), [{"participant_id": participant, "session_id": each} for each in one.sessions]
            )
        if settled.may_keep(one) and one.confides:
            connection.execute(insert(AccessNeeds), _needs(participant, one, event, at))
    return answer_id


def _needs(participant: int, one: Person, event: Event, at: datetime) -> dict[str, Any]:
    kept = {"needs": [need.value for need in one.needs], "meal": one.meal, "note": one.note}
    return {"participant_id": participant, **kept, "consented_at": at, "delete_after": event.ends_on + NEEDS_KEPT}


def _values(
    opened: Opened, event: Event, seating: Seating, answer_id: int, at: datetime, language: str
) -> dict[str, Any]:
    """What the notice says, as `notice_actions.confirm` has it."""
    settled = seating.submission
    reply = settled.reply or Reply.NO
    given = Given(reply, at, None, frozenset(each for one in settled.persons for each in one.sessions))
    url = links().url(Purpose.ANSWER, opened.key)
    words = said(
        event,
        language,
        reply=reply,
        name=opened.name,
        persons=settled.persons,
        entry=_pass(opened, event, seating, answer_id),
        calendar=first_calendar(event, opened.key, given, language, url),
    )
    return {"salutation": opened.salutation(language), **words}


def _pass(opened: Opened, event: Event, seating: Seating, answer_id: int) -> str:
    is_on = event.state is EventState.OPEN and opened.state is InvitationState.OPEN
    if seating.submission.reply is not Reply.YES or not seating.coming or not is_on:
        return ""
    days = {one.id for one in event.sessions if one.kind is SessionKind.DAY}
    seats = Counter(each for one in seating.submission.persons for each in one.sessions if each in days)
    return Pass(opened.key, answer_id, seats).text


@lru_cache(32)
def _event(_mark: tuple[str, ...], number: int) -> Event:
    """The event with its programme, read once for as long as their rows stay what they are; of nobody's session."""
    with Session(db.engine) as session:
        return session.scalars(select(Event).options(selectinload(Event.sessions)).where(Event.id == number)).one()


@lru_cache(64)
def _programme(mark: tuple[str, ...], number: int, reserved: bool, language: str) -> Programme:
    return queries.programme(_event(mark, number), reserved, language)


@cache
def _more() -> tuple[ColumnElement[Any], ...]:
    other = Invitation.__table__.alias()
    return (
        Invitation.id.label("number"),
        Invitation.event_id.label("of_event"),
        Invitation.contact_id.label("of_contact"),
        exists().where(Answer.invitation_id == Invitation.id).correlate(Invitation).label("was_answered"),
        exists().where(other.c.represents_id == Invitation.id).correlate(Invitation).label("is_stood_in_for"),
    )


@cache
def _holding() -> Select[int]:
    return select(Invitation.id).where(Invitation.key == bindparam("key")).with_for_update(key_share=True)


@cache
def _answering() -> ReturningInsert[int]:
    return insert(Answer).returning(Answer.id)


@cache
def _participating() -> ReturningInsert[int]:
    return insert(Participant).returning(Participant.id)


@cache
def _making_current() -> Update:
    values = {
        "reply": bindparam("given", type_=Invitation.reply.type),
        "answered_at": bindparam("at", type_=UtcDateTime()),
        "coming": bindparam("persons"),
    }
    return update(Invitation).where(Invitation.id == bindparam("number", type_=BigId)).values(**values)
