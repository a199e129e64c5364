"""Gives the person who represents somebody an invitation of their own, in their own name and rank."""

from datetime import datetime, timedelta

from sqlalchemy import select

from outreach.accounts.actions import bucket, throttle
from outreach.contacts.actions import add_contact, find_person, find_suppression
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Contact
from outreach.contacts.particulars import sort_name
from outreach.database import db
from outreach.delivery.models import NoticePurpose
from outreach.delivery.notices import notify
from outreach.errors import Refusal, TooMany
from outreach.invitations.actions import invite, withdraw
from outreach.invitations.models import Invitation, InvitationState, Origin
from outreach.rsvp import queries
from outreach.rsvp.answering import NotAccepted
from outreach.rsvp.submission import Delegate

SOURCE = "named by the person they represent"
PER_DAY = 5
"""How many people somebody may name in a day: each is written to."""
LONGEST_CHAIN = 20
FIELD = "delegate-email"


def invite_delegate(principal: Invitation, delegate: Delegate, language: str, at: datetime) -> Invitation:
    """The delegate's own invitation, and the message that brings it. Raises NotAccepted for oneself.

    A person invited already keeps their invitation, their rank and their answer, and learns whom they represent.
    Anybody else who stood in for the same person, and has not answered, does so no longer.
    """
    contact = find_person(delegate.email, delegate.given_name, delegate.family_name)
    _refuse_oneself(principal, delegate, contact)
    contact = contact or _add(delegate, language, at)
    release_delegates(principal, besides=contact.id)
    own = invite(principal.event, contact, Origin.DELEGATE, at, language=language, represents=principal)
    own.represents_id = own.represents_id or principal.id
    if own.state is InvitationState.WITHDRAWN and own.origin is Origin.DELEGATE:
        own.state = InvitationState.OPEN
    values = {"name": delegate.name, "represents": principal.contact.name if principal.contact else ""}
    key = f"represents-{principal.id}"
    # It is somebody else who asks: whoever wishes no more messages gets none, and the principal is not told.
    if own.state is InvitationState.OPEN and not _wants_no_mail(delegate.email, own):
        _count(principal, own, at)
        notify(NoticePurpose.OWN_INVITATION, own, key, own.language or language, delegate.email, values, at)
    return own


def release_delegates(principal: Invitation, besides: int = 0) -> None:
    """Nobody but that contact stands in for this person any more.

    Whoever stands in for somebody else too goes on doing so; whoever has answered, or was invited anyhow, stays
    invited; the invitation of everybody else is withdrawn, so that it is not counted.
    """
    delegates = db.session.scalars(
        select(Invitation).where(
            Invitation.represents_id == principal.id,
            Invitation.contact_id != besides,
            # The one that it was joined to goes on for it, and stands in itself.
            Invitation.state != InvitationState.MERGED,
        )
    )
    for own in delegates.all():
        own.represents_id = queries.find_principal(own, besides=principal.id)
        if own.represents_id is None and own.reply is None and own.origin is Origin.DELEGATE:
            withdraw(own)


def _refuse_oneself(principal: Invitation, delegate: Delegate, contact: Contact | None) -> None:
    """Neither the person nor, down the chain, somebody whom that person stands in for: nobody would come."""
    name = sort_name(delegate.given_name, delegate.family_name)
    if contact is not None and contact.id == principal.contact_id:
        raise NotAccepted([Refusal("Nobody can represent themselves.", field=FIELD)])
    if principal.contact is not None and principal.contact.sort_name == name:
        raise NotAccepted([Refusal("Nobody can represent themselves.", field=FIELD)])
    if contact is not None and contact.id in _represented_by(principal):
        raise NotAccepted(
            [Refusal("You represent this person yourself. Name somebody else, or answer in another way.", field=FIELD)]
        )


def _represented_by(own: Invitation) -> set[int]:
    """The contacts whom that invitation stands in for, directly or through others."""
    found: set[int] = set()
    above = own.represents_id
    while above is not None and len(found) < LONGEST_CHAIN:
        one = db.session.get_one(Invitation, above)
        if one.contact_id is None or one.contact_id in found:
            break
        found.add(one.contact_id)
        above = one.represents_id
    return found


def _first_of(own: Invitation) -> Invitation:
    """Whoever stands at the beginning of the chain of those who send one another."""
    seen = {own.id}
    while own.represents_id is not None and own.represents_id not in seen and len(seen) < LONGEST_CHAIN:
        seen.add(own.represents_id)
        own = db.session.get_one(Invitation, own.represents_id)
    return own


def _wants_no_mail(email: str, own: Invitation) -> bool:
    return any(find_suppression(email, scope) for scope in (None, own.event_id))


def _count(principal: Invitation, own: Invitation, at: datetime) -> None:
    """Keep the form from writing to whomever it likes: one cap for all of a chain, as a delegate may be oneself again.

    Raises NotAccepted.
    """
    if queries.was_told(own, principal):
        return
    try:
        throttle(bucket("delegate", _first_of(principal).key), PER_DAY, timedelta(days=1), at)
    except TooMany as refused:
        raise NotAccepted(
            [Refusal("You have named many people today. Name another one tomorrow, or write to us.", field=FIELD)]
        ) from refused


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
