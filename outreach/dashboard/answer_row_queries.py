"""Reads the rows of the list of answers and of its exports."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from outreach.accounts.models import User
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Address, Contact
from outreach.contacts.queries import FIRST, in_use
from outreach.dashboard import answer_queries, chain_queries
from outreach.dashboard.asking import Filters
from outreach.database import db, now
from outreach.invitations.models import Invitation, Origin, Reply
from outreach.rsvp.models import AccessNeeds, Answer, Participant, Way
from outreach.rsvp.needs import Need


@dataclass(frozen=True, slots=True)
class Row:
    """An invitation with its answer in force, or without one."""

    id: int
    contact_id: int
    name: str
    """Empty for somebody who was erased."""
    organisation: str
    role_label: str
    kind: Kind
    department: str
    postal_code: str
    locality: str
    country: str
    phone: str
    email: str
    reply: Reply | None
    answered_at: datetime | None
    coming: int
    companions: tuple[str, ...]
    sessions: tuple[int, ...]
    """Every session in which somebody of this answer takes a seat."""
    words: str
    delegate: str
    way: Way | None
    entered_by: str
    origin: Origin
    through: str
    """Whoever passed it on."""
    through_id: int | None
    depth: int


@dataclass(frozen=True, slots=True)
class NeedsRow:
    """What one person needs: for the role that may see it, in an export of its own."""

    name: str
    of: str
    """On whose invitation they come."""
    needs: tuple[Need, ...]
    meal: str
    note: str


def everyone(filters: Filters) -> Iterator[Row]:
    """The whole list."""
    for ids in answer_queries.everyone(filters):
        yield from rows(ids)


def rows(ids: Sequence[int]) -> list[Row]:
    """These invitations as rows, in this order; a few statements whatever their number."""
    invitations = {
        one.id: one
        for one in db.session.scalars(
            select(Invitation)
            .options(joinedload(Invitation.contact).joinedload(Contact.organisation))
            .where(Invitation.id.in_(ids))
        )
    }
    answers = _answers(ids)
    emails = _emails(one.contact_id for one in invitations.values())
    relays = {one.id: one.name for one in chain_queries.nodes(_numbers(one.parent_id for one in invitations.values()))}
    staff = _names(one.user_id for one in answers.values())
    return [
        _row(one, answers.get(number), emails, relays, staff)
        for number in ids
        if (one := invitations.get(number)) is not None
    ]


def needs(event_id: int) -> Iterator[NeedsRow]:
    """Everybody who said what they need, by name."""
    statement = (
        select(AccessNeeds, Participant.name, Invitation.id)
        .join(Participant, Participant.id == AccessNeeds.participant_id)
        .join(Answer, Answer.id == Participant.answer_id)
        .join(Invitation, Invitation.id == Answer.invitation_id)
        .where(Invitation.event_id == event_id, Answer.replaced_at.is_(None))
        .order_by(Participant.name, Participant.id)
    )
    found = db.session.execute(statement).all()
    hosts = {one.id: one.name for one in chain_queries.nodes([number for _needs, _name, number in found])}
    for one, name, number in found:
        chosen = tuple(Need(code) for code in one.needs)
        yield NeedsRow(name, hosts.get(number, ""), chosen, one.meal, one.note)


def _answers(ids: Sequence[int]) -> dict[int, Answer]:
    statement = (
        select(Answer)
        .options(selectinload(Answer.participants).selectinload(Participant.seats))
        .where(Answer.invitation_id.in_(ids), Answer.replaced_at.is_(None))
    )
    return {one.invitation_id: one for one in db.session.scalars(statement)}


def _emails(contact_ids: Iterable[int | None]) -> dict[int, str]:
    """Where each contact is written to: the preferred address in use."""
    statement = (
        select(Address.contact_id, Address.email)
        .where(Address.contact_id.in_(_numbers(contact_ids)), in_use(now().date()))
        .order_by(*FIRST)
    )
    found: dict[int, str] = {}
    for number, text in db.session.execute(statement):
        found.setdefault(number, text)
    return found


def _names(user_ids: Iterable[int | None]) -> dict[int, str]:
    statement = select(User.id, User.name).where(User.id.in_(_numbers(user_ids)))
    return {number: text for number, text in db.session.execute(statement)}  # noqa: C416


def _numbers(given: Iterable[int | None]) -> list[int]:
    return sorted({number for number in given if number is not None})


def _row(
    one: Invitation, answer: Answer | None, emails: dict[int, str], relays: dict[int, str], staff: dict[int, str]
) -> Row:
    contact = one.contact
    if contact is None:
        raise ValueError("an open invitation has a contact")
    people = answer.participants if answer else []
    house = contact.organisation.name if contact.organisation else ""
    return Row(
        id=one.id,
        contact_id=contact.id,
        name=contact.name,
        organisation=house if house != contact.name else "",
        role_label=contact.role_label,
        kind=contact.kind,
        department=contact.department or "",
        postal_code=contact.postal_code,
        locality=contact.locality,
        country=contact.country,
        phone=contact.phone,
        email=emails.get(contact.id, ""),
        reply=one.reply,
        answered_at=one.answered_at,
        coming=one.coming,
        companions=tuple(each.name for each in people if each.position),
        sessions=tuple(sorted({seat.session_id for each in people for seat in each.seats})),
        words=answer.words if answer else "",
        delegate=answer.delegate_name if answer else "",
        way=answer.way if answer else None,
        entered_by=staff.get(answer.user_id or 0, "") if answer else "",
        origin=one.origin,
        through=relays.get(one.parent_id or 0, ""),
        through_id=one.parent_id,
        depth=one.depth,
    )
