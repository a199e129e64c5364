"""Reads answers, and what one may answer to."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, bindparam, func, select
from sqlalchemy.orm import joinedload, selectinload

from outreach.accounts.models import User
from outreach.contacts.models import Address, Contact
from outreach.contacts.particulars import sort_name
from outreach.database import db
from outreach.delivery.models import Notice, NoticePurpose
from outreach.events.models import Event, EventState
from outreach.events.wording import in_language
from outreach.invitations.masking import mask
from outreach.invitations.models import Invitation, InvitationState, Reply
from outreach.invitations.opened_queries import Opened
from outreach.rsvp.answering import Programme, Slot
from outreach.rsvp.models import AccessNeeds, Answer, Participant, Seat
from outreach.rsvp.needs import Need
from outreach.rsvp.standing import LINKS_LIVE, Facts, Standing, standing
from outreach.rsvp.submission import Delegate, Person, Submission


def programme(event: Event, reserved: bool = False, language: str = "fr") -> Programme:
    """What one may answer to; hours are those of the place, titles in that language."""
    zone = ZoneInfo(event.timezone)
    slots = tuple(
        Slot(
            one.id,
            one.kind,
            one.starts_at.astimezone(zone),
            one.ends_at.astimezone(zone),
            in_language(one.title, language),
        )
        for one in event.sessions
    )
    return Programme(event.answer_by, event.companions_max, slots, reserved)


def standing_of(invitation: Invitation, at: datetime) -> Standing:
    """Where an invitation stands."""
    contact, event = invitation.contact, invitation.event
    facts = Facts(
        state=invitation.state,
        answered=invitation.reply is not None,
        erased=contact is not None and contact.erased_at is not None,
        event_state=event.state,
        answer_by=event.answer_by,
        ends_on=event.ends_on,
    )
    return standing(facts, at)


def standing_of_opened(opened: Opened, at: datetime) -> Standing:
    """The same of one that its link opened."""
    facts = Facts(
        state=opened.state,
        answered=opened.reply is not None,
        erased=opened.is_erased,
        event_state=opened.event_state,
        answer_by=opened.answer_by,
        ends_on=opened.ends_on,
    )
    return standing(facts, at)


def find_answer(invitation_id: int) -> Answer | None:
    """The current answer of an invitation, with who comes, where they sit and what they need."""
    return db.session.scalars(_current(), {"invitation": invitation_id}).one_or_none()


@cache
def _current() -> Select[Answer]:
    """Built once, as all that every answer asks for."""
    return _whole().where(Answer.invitation_id == bindparam("invitation"), Answer.replaced_at.is_(None))


@dataclass(frozen=True, slots=True)
class Given:
    """What a calendar needs of an answer, current or replaced."""

    reply: Reply
    at: datetime
    replaced_at: datetime | None
    sessions: frozenset[int]
    """Of everybody who came on it."""


def given(invitation_id: int) -> list[Given]:
    """All the answers of an invitation, in one statement."""
    found: dict[int, tuple[Row[*tuple[Any, ...]], set[int]]] = {}
    for row in db.session.execute(_given(), {"invitation": invitation_id}):
        found.setdefault(row.id, (row, set()))[1].add(row.session_id)
    return [Given(one.reply, one.at, one.replaced_at, frozenset(sessions - {None})) for one, sessions in found.values()]


@cache
def _given() -> Select[*tuple[Any, ...]]:
    return (
        select(Answer.id, Answer.reply, Answer.at, Answer.replaced_at, Seat.session_id)
        .outerjoin(Participant, Participant.answer_id == Answer.id)
        .outerjoin(Seat, Seat.participant_id == Participant.id)
        .where(Answer.invitation_id == bindparam("invitation"))
    )


def answers(invitation_id: int) -> Sequence[Answer]:
    """All the answers of an invitation, the latest first."""
    return db.session.scalars(
        _whole().where(Answer.invitation_id == invitation_id).order_by(Answer.at.desc(), Answer.id.desc())
    ).all()


def names_of_staff(invitation_id: int) -> dict[int, str]:
    """Who entered which answers of an invitation, by number of the answer."""
    rows = db.session.execute(
        select(Answer.id, User.name).join(User, User.id == Answer.user_id).where(Answer.invitation_id == invitation_id)
    )
    return {row.id: row.name for row in rows}


def ever_came(invitation_id: int) -> bool:
    """True when somebody said at least once that they come on this invitation."""
    came = select(Answer.id).where(Answer.invitation_id == invitation_id, Answer.reply == Reply.YES)
    return db.session.scalar(select(came.exists())) or False


def confirmed_at(answer: Answer) -> str:
    """The address to which the confirmation of an answer goes, masked; "" when there was none to send it to."""
    email = db.session.scalar(
        select(Notice.email).where(
            Notice.purpose == NoticePurpose.CONFIRMATION,
            Notice.invitation_id == answer.invitation_id,
            Notice.key == f"answer-{answer.id}",
        )
    )
    return mask(email) if email else ""


def seats_of(answer_id: int) -> Counter[int]:
    """How many seats an answer takes in each session."""
    return Counter({row.session_id: row[1] for row in db.session.execute(_seats(), {"answer": answer_id})})


@cache
def _seats() -> Select[int, int]:
    return (
        select(Seat.session_id, func.count())
        .join(Participant, Participant.id == Seat.participant_id)
        .where(Participant.answer_id == bindparam("answer"))
        .group_by(Seat.session_id)
    )


def submission_of(answer: Answer) -> Submission:
    """An answer as its form would say it, for changing it."""
    delegate = (answer.delegate_given_name, answer.delegate_family_name, answer.delegate_email, answer.delegate_role)
    persons = tuple(_person(one) for one in answer.participants) or (Person(0),)
    return Submission(
        reply=answer.reply,
        persons=persons,
        words=answer.words,
        delegate=Delegate(*delegate),
    )


def invitations_at(digest: str, at: datetime) -> Sequence[Invitation]:
    """The invitations that still open, of everybody who is written to at that address."""
    return db.session.scalars(
        select(Invitation)
        .join(Contact, Contact.id == Invitation.contact_id)
        .join(Address, Address.contact_id == Contact.id)
        .join(Event, Event.id == Invitation.event_id)
        .where(
            Address.digest == digest,
            Address.retired_at.is_(None),
            Contact.erased_at.is_(None),
            Invitation.state == InvitationState.OPEN,
            Event.state == EventState.OPEN,
            Event.ends_on >= at.date() - LINKS_LIVE,
        )
        .options(joinedload(Invitation.event), joinedload(Invitation.contact))
        .order_by(Invitation.id)
        .distinct()
    ).all()


def find_principal(own: Invitation, besides: int = 0) -> int | None:
    """Whose current answer says that the holder of this invitation represents them: the first one but `besides`."""
    contact = own.contact
    if contact is None:
        return None
    emails = select(func.lower(Address.email)).where(Address.contact_id == contact.id)
    rows = db.session.execute(
        select(Answer.invitation_id, Answer.delegate_given_name, Answer.delegate_family_name)
        .join(Invitation, Invitation.id == Answer.invitation_id)
        .where(
            Invitation.event_id == own.event_id,
            Invitation.state == InvitationState.OPEN,
            Invitation.reply == Reply.REPRESENTED,
            Invitation.id != besides,
            Answer.replaced_at.is_(None),
            func.lower(Answer.delegate_email).in_(emails),
        )
        .order_by(Answer.id)
    )
    named = (number for number, given, family in rows if sort_name(given, family) == contact.sort_name)
    return next(named, None)


def was_told(own: Invitation, principal: Invitation) -> bool:
    """True when a message went already to the holder of `own` because `principal` named them."""
    told = select(Notice.id).where(
        Notice.invitation_id == own.id,
        Notice.purpose == NoticePurpose.OWN_INVITATION,
        Notice.key == f"represents-{principal.id}",
    )
    return db.session.scalar(select(told.exists())) or False


def _whole() -> Select[Answer]:
    people = selectinload(Answer.participants)
    return select(Answer).options(people.selectinload(Participant.seats), people.selectinload(Participant.needs))


def _person(one: Participant) -> Person:
    needs: AccessNeeds | None = one.needs
    return Person(
        position=one.position,
        name=one.name,
        sessions=tuple(sorted(seat.session_id for seat in one.seats)),
        needs=tuple(Need(code) for code in needs.needs) if needs else (),
        meal=needs.meal if needs else "",
        note=needs.note if needs else "",
        agrees=needs is not None,
        agreed=needs is not None,
    )
