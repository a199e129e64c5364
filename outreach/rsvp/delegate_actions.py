"""Gives the person who represents somebody an invitation of their own, in their own name and rank."""

from datetime import datetime

from sqlalchemy import select

from outreach.contacts.actions import add_contact, find_person, find_suppression
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Contact
from outreach.database import db
from outreach.delivery.models import NoticePurpose
from outreach.delivery.notices import notify
from outreach.errors import Refusal
from outreach.invitations.actions import invite, withdraw
from outreach.invitations.models import Invitation, InvitationState, Origin
from outreach.rsvp.answering import NotAccepted
from outreach.rsvp.submission import Delegate

SOURCE = "named by the person they represent"


def invite_delegate(principal: Invitation, delegate: Delegate, language: str, at: datetime) -> Invitation:
    """The delegate's own invitation, and the message that brings it. Raises NotAccepted for oneself.

    A person invited already keeps their invitation and learns whom they represent. Anybody else who stood in for the
    same person, and has not answered, does so no longer.
    """
    contact = find_person(delegate.email, delegate.given_name, delegate.family_name)
    if contact is not None and contact.id == principal.contact_id:
        raise NotAccepted([Refusal("Nobody can represent themselves.", field="delegate-email")])
    contact = contact or _add(delegate, language, at)
    release_delegates(principal, besides=contact.id)
    own = invite(principal.event, contact, Origin.DELEGATE, at, language=language, represents=principal)
    own.represents_id = own.represents_id or principal.id
    if own.state is InvitationState.WITHDRAWN and own.origin is Origin.DELEGATE:
        own.state = InvitationState.OPEN
    values = {"name": delegate.name, "represents": principal.contact.name if principal.contact else ""}
    key = f"represents-{principal.id}"
    # It is somebody else who asks: whoever wishes no more messages gets none, and the principal is not told.
    if not any(find_suppression(delegate.email, scope) for scope in (None, own.event_id)):
        notify(NoticePurpose.OWN_INVITATION, own, key, own.language or language, delegate.email, values, at)
    return own


def release_delegates(principal: Invitation, besides: int = 0) -> None:
    """Nobody but that contact stands in for this person any more; who has answered already stays invited."""
    delegates = db.session.scalars(
        select(Invitation).where(Invitation.represents_id == principal.id, Invitation.contact_id != besides)
    )
    for own in delegates:
        if own.reply is None and own.origin is Origin.DELEGATE:
            withdraw(own)
        elif own.origin is not Origin.DELEGATE:
            own.represents_id = None


def _add(delegate: Delegate, language: str, at: datetime) -> Contact:
    return add_contact(
        kind=Kind.INDIVIDUAL,
        given_name=delegate.given_name,
        family_name=delegate.family_name,
        role_label=delegate.role,
        language=language,
        emails=[delegate.email],
        source=SOURCE,
        at=at,
    )
