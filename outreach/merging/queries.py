"""Reads what the page of a pair shows: both contacts field by field, what each has been through, what a merge makes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from outreach.contacts.duplicates.choosing import CHOICES, Side, differs, is_empty, proposal
from outreach.contacts.duplicates.models import ContactMerge
from outreach.contacts.duplicates.uniting import values_of
from outreach.contacts.models import Contact
from outreach.database import db
from outreach.delivery.models import Message
from outreach.events.models import Event
from outreach.events.wording import in_language
from outreach.invitations.models import Invitation, Reply
from outreach.rsvp.models import Answer


@dataclass(frozen=True, slots=True)
class Line:
    """One field of two contacts."""

    choice: str
    survivor: Mapping[str, Any]
    absorbed: Mapping[str, Any]
    side: Side
    """Whose value is proposed."""
    differs: bool
    """Both say something, and not the same: a person chooses."""


@dataclass(frozen=True, slots=True)
class Past:
    """What a contact has been through, counted."""

    invitations: int
    messages: int
    answers: int

    @property
    def weight(self) -> int:
        """How much there is."""
        return self.invitations + self.messages + self.answers


@dataclass(frozen=True, slots=True)
class Shared:
    """An event that both were invited to, and which of the two answers holds."""

    title: str
    survivor: Reply | None
    survivor_at: datetime | None
    absorbed: Reply | None
    absorbed_at: datetime | None

    @property
    def holds(self) -> Reply | None:
        """The later of the answers."""
        both = [
            (at, reply)
            for at, reply in ((self.survivor_at, self.survivor), (self.absorbed_at, self.absorbed))
            if at and reply
        ]
        return max(both)[1] if both else None

    @property
    def both(self) -> bool:
        """True when one of the answers becomes an earlier one."""
        return self.survivor is not None and self.absorbed is not None


def lines(survivor: Contact, absorbed: Contact) -> list[Line]:
    """Every field that at least one of the two says something in."""
    mine, theirs = values_of(survivor), values_of(absorbed)
    return [
        Line(choice, mine, theirs, proposal(choice, mine, theirs), differs(choice, mine, theirs))
        for choice in CHOICES
        if not (is_empty(choice, mine) and is_empty(choice, theirs))
    ]


def past_of(contact_id: int) -> Past:
    """How much a contact has been through."""
    theirs = select(Invitation.id).where(Invitation.contact_id == contact_id)
    counted = [
        db.session.scalar(select(func.count()).select_from(theirs.subquery())),
        db.session.scalar(select(func.count()).where(Message.invitation_id.in_(theirs))),
        db.session.scalar(select(func.count()).where(Answer.invitation_id.in_(theirs))),
    ]
    return Past(*(count or 0 for count in counted))


def who_stays(first: Contact, second: Contact, asked: int | None) -> tuple[Contact, Contact]:
    """(who stays, who goes): as asked, else the one with more behind it, else the older one."""
    if asked in {first.id, second.id}:
        return (first, second) if asked == first.id else (second, first)
    if past_of(second.id).weight > past_of(first.id).weight:
        return second, first
    return first, second


def shared_events(survivor_id: int, absorbed_id: int, language: str) -> Sequence[Shared]:
    """The events that both were invited to, the latest first, named in a language."""
    mine, theirs = aliased(Invitation), aliased(Invitation)
    columns = (Event.title, mine.reply, mine.answered_at, theirs.reply, theirs.answered_at)
    asked = (
        select(*columns)
        .join(mine, mine.event_id == Event.id)
        .join(theirs, theirs.event_id == Event.id)
        .where(mine.contact_id == survivor_id, theirs.contact_id == absorbed_id)
        .order_by(Event.starts_on.desc())
    )
    return [
        Shared(in_language(title, language), mine_said, mine_at, their_said, their_at)
        for title, mine_said, mine_at, their_said, their_at in db.session.execute(asked)
    ]


def contacts_of(merge: ContactMerge) -> tuple[Contact, Contact]:
    """(who stayed, who went) of a merge."""
    return db.session.get_one(Contact, merge.survivor_id), db.session.get_one(Contact, merge.absorbed_id)
