"""Reads where somebody who answers is written to: their own address, else the mailbox of their organisation."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, select
from sqlalchemy.orm import aliased

from outreach.contacts.models import Address, Contact
from outreach.contacts.queries import suppressed, usable_address
from outreach.database import db
from outreach.delivery.models import Message
from outreach.delivery.states import MessageState
from outreach.invitations.models import Invitation


def mailbox_of(invitation: Invitation) -> str | None:
    """Where to write to the holder of an invitation; None when there is nowhere.

    Whoever has no address of their own, and got the invitation at their organisation, is written to where it went; at
    another mailbox of the organisation once that one is used no more. Nobody is who asked for silence.
    """
    if invitation.contact_id is None:
        return None
    own = usable_address(invitation.contact_id)
    return own.email if own is not None else _at_house(invitation)


def is_at_house(event_id: int) -> ColumnElement[bool]:
    """The same of those without an address of their own, as a condition on Contact and Invitation."""
    desk = aliased(Contact)
    own = exists().where(Address.contact_id == Contact.id, Address.retired_at.is_(None))
    mailbox = select(Address.id).join(desk, desk.id == Address.contact_id)
    mailbox = mailbox.where(desk.organisation_id == Contact.organisation_id, *_serves(desk, event_id))
    return and_(
        Contact.erased_at.is_(None),
        Contact.silent_since.is_(None),
        Invitation.silent_since.is_(None),
        ~own.correlate(Contact),
        _went(Message.id).correlate(Invitation).exists(),
        mailbox.correlate(Contact).exists(),
    )


def _at_house(invitation: Invitation) -> str | None:
    went = _went(Message.email).where(Invitation.id == invitation.id, Message.email.is_not(None))
    last = db.session.scalar(went.order_by(Message.id.desc()).limit(1)) or ""
    desk = aliased(Contact)
    return db.session.scalar(
        select(Address.email)
        .select_from(Invitation)
        .join(Contact, Contact.id == Invitation.contact_id)
        .join(desk, desk.organisation_id == Contact.organisation_id)
        .join(Address, Address.contact_id == desk.id)
        .where(Invitation.id == invitation.id, is_at_house(invitation.event_id), *_serves(desk, invitation.event_id))
        .order_by((Address.email == last).desc(), Address.preferred.desc(), Address.id)
        .limit(1)
    )


def _went(*columns: Any) -> Select[Any]:
    """The messages of an invitation that left."""
    left = Message.state.in_((MessageState.SENT, MessageState.IN_DOUBT))
    return select(*columns).select_from(Message).where(Message.invitation_id == Invitation.id, left)


def _serves(desk: type[Contact], event_id: int) -> tuple[ColumnElement[bool], ...]:
    """The conditions that an address is one of a desk, and may be written to."""
    stands = (desk.family_name == "", desk.given_name == "", desk.erased_at.is_(None))
    return *stands, Address.retired_at.is_(None), ~suppressed(event_id)
