"""Reads where somebody who answers is written to: their own address, else the mailbox of their organisation."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from outreach.contacts.models import Address, Contact, Suppression, SuppressionReason
from outreach.contacts.queries import in_use, suppressed, usable_address
from outreach.database import db, now
from outreach.delivery.models import Message
from outreach.delivery.states import MessageState
from outreach.invitations.models import Invitation


@dataclass(frozen=True, slots=True)
class WhereTo:
    """An address, and whether others than the holder of the invitation read there."""

    email: str
    is_shared: bool


def mailbox_of(invitation: Invitation) -> WhereTo | None:
    """Where to write to the holder of an invitation; None when there is nowhere.

    Whoever has no address of their own, and got the invitation at their organisation, is written to where it went; at
    another mailbox of the organisation once that one is used no more. Nobody is who asked for silence.
    """
    if invitation.contact_id is None:
        return None
    own = usable_address(invitation.contact_id)
    if own is not None:
        return WhereTo(own.email, is_shared=False)
    house = _at_house(invitation)
    return WhereTo(house, is_shared=True) if house else None


def is_at_house(event_id: int, today: date) -> ColumnElement[bool]:
    """The same of those without an address of their own, as a condition on Contact and Invitation."""
    desk = aliased(Contact)
    own = exists().where(Address.contact_id == Contact.id, in_use(today), ~suppressed(event_id))
    mailbox = select(Address.id).join(desk, desk.id == Address.contact_id)
    mailbox = mailbox.where(desk.organisation_id == Contact.organisation_id, *_serves(desk, event_id))
    return and_(
        Contact.erased_at.is_(None),
        Contact.silent_since.is_(None),
        Invitation.silent_since.is_(None),
        ~own.correlate(Contact),
        ~_said_no(event_id),
        _went_to_a_desk(),
        mailbox.correlate(Contact).exists(),
    )


def _at_house(invitation: Invitation) -> str | None:
    last = db.session.scalar(select(Message.email).where(Message.id == _last(invitation.id))) or ""
    desk, event_id = aliased(Contact), invitation.event_id
    return db.session.scalar(
        select(Address.email)
        .select_from(Invitation)
        .join(Contact, Contact.id == Invitation.contact_id)
        .join(desk, desk.organisation_id == Contact.organisation_id)
        .join(Address, Address.contact_id == desk.id)
        .where(Invitation.id == invitation.id, is_at_house(event_id, now().date()), *_serves(desk, event_id))
        .order_by((Address.email == last).desc(), Address.preferred.desc(), Address.id)
        .limit(1)
    )


def _said_no(event_id: int) -> ColumnElement[bool]:
    """At any address they have or had: silence is asked of us, whatever the address."""
    theirs = aliased(Address)
    return (
        select(Suppression.id)
        .join(theirs, theirs.digest == Suppression.digest)
        .where(
            theirs.contact_id == Contact.id,
            or_(Suppression.event_id.is_(None), Suppression.event_id == event_id),
            Suppression.lifted_at.is_(None),
            Suppression.reason != SuppressionReason.BOUNCE,
        )
        .correlate(Contact)
        .exists()
    )


def _went_to_a_desk() -> ColumnElement[bool]:
    """The last message of the invitation went to the organisation: what went to the person stays with the person."""
    desk, theirs = aliased(Contact), aliased(Address)
    return (
        select(Message.id)
        .join(theirs, theirs.email == Message.email)
        .join(desk, desk.id == theirs.contact_id)
        .where(
            Message.id == _last(Invitation.id),
            desk.organisation_id == Contact.organisation_id,
            *_is_desk(desk),
        )
        .correlate(Contact, Invitation)
        .exists()
    )


def _last(invitation_id: Any) -> ScalarSelect[int]:
    """The last message of an invitation that left."""
    sent = aliased(Message)
    left = sent.state.in_((MessageState.SENT, MessageState.IN_DOUBT))
    last = select(func.max(sent.id)).where(sent.invitation_id == invitation_id, left)
    return last.correlate(Invitation).scalar_subquery()


def _is_desk(desk: type[Contact]) -> tuple[ColumnElement[bool], ...]:
    return desk.family_name == "", desk.given_name == "", desk.erased_at.is_(None)


def _serves(desk: type[Contact], event_id: int) -> tuple[ColumnElement[bool], ...]:
    """The conditions that an address is one of a desk, and may be written to."""
    return *_is_desk(desk), Address.retired_at.is_(None), ~suppressed(event_id)
