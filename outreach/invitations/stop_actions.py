"""Stops writing to somebody, or measuring, at once and by their own wish; and takes that back."""

import enum
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select

from outreach.contacts.actions import find_suppressed, lift, suppress, suppress_digest
from outreach.contacts.models import Address, Contact, Suppression, SuppressionReason
from outreach.contacts.organisation_queries import desk_addresses
from outreach.database import db
from outreach.invitations.actions import withdraw
from outreach.invitations.models import Invitation, InvitationState, PersonalDisplay
from outreach.journal.entries import Counted, Silenced, Uncounted, Unsilenced
from outreach.journal.hooks import enter
from outreach.links import links

WISHES = {SuppressionReason.OPT_OUT, SuppressionReason.COMPLAINT}


class Scope(enum.StrEnum):
    """What somebody wants no more of."""

    EVENT = "event"
    EVERYTHING = "everything"


def addresses(invitation: Invitation) -> list[str]:
    """The addresses at which the holder of an invitation is written to, the preferred one first; none once erased.

    Whoever has none of their own is written to at the mailbox of their organisation.
    """
    return [one.email for one in mailboxes(invitation)]


def mailboxes(invitation: Invitation) -> Sequence[Address]:
    """The same as they are held, with where each one came from."""
    contact = invitation.contact
    if contact is None or contact.erased_at is not None:
        return []
    return contact.in_use or desk_addresses(contact.organisation_id)


def is_at_shared(invitation: Invitation) -> bool:
    """True for whoever has no address of their own: their wishes hold for them, never for the mailbox of the others."""
    contact = invitation.contact
    return contact is not None and contact.erased_at is None and not contact.in_use


def is_known(invitation: Invitation) -> bool:
    """True while something of the holder is kept that can be written to, if only the hash of an address to confirm."""
    contact = invitation.contact
    return contact.erased_at is None if contact else invitation.digest is not None


def stop(invitation: Invitation, scope: Scope, at: datetime) -> None:
    """Write no more to any address of whoever holds that invitation; asking twice changes nothing.

    Somebody who never confirmed an address is known by its hash alone: that one is stopped. Somebody without an
    address of their own is written to nowhere any more, and the mailbox of their organisation goes on serving others.
    """
    event_id = invitation.event_id if scope is Scope.EVENT else None
    if invitation.contact is not None and is_at_shared(invitation):
        _silence(invitation, invitation.contact, scope, at)
        return
    for email in sorted(addresses(invitation), key=links().digest):  # everybody in one order: nobody waits crosswise
        suppress(email, SuppressionReason.OPT_OUT, at, event_id)
    if invitation.digest:
        suppress_digest(invitation.digest, SuppressionReason.OPT_OUT, at, event_id)
    if invitation.state is InvitationState.PENDING:
        withdraw(invitation)


def resume(invitation: Invitation, at: datetime) -> None:
    """Take one's own opt-out back; what a complaint, an erasure, a bounce or the office decided stays."""
    _speak_again(invitation, at)
    for known in _wishes(invitation):
        if _own(known):
            lift(known, at)
            if invitation.contact_id is None and invitation.state is InvitationState.WITHDRAWN:
                invitation.state = InvitationState.PENDING


def _silence(invitation: Invitation, contact: Contact, scope: Scope, at: datetime) -> None:
    if scope is Scope.EVENT:
        invitation.silent_since = invitation.silent_since or at
        enter(Silenced(at, contact.id, invitation.event_id))
    else:
        contact.silent_since = contact.silent_since or at
        enter(Silenced(at, contact.id, None))


def _speak_again(invitation: Invitation, at: datetime) -> None:
    contact = invitation.contact
    if contact is not None and contact.silent_since is not None:
        contact.silent_since = None
        enter(Unsilenced(at, contact.id, None))
    if contact is not None and invitation.silent_since is not None:
        invitation.silent_since = None
        enter(Unsilenced(at, contact.id, invitation.event_id))


def set_measured(invitation: Invitation, measured: bool, at: datetime) -> None:
    """Whether displays of this person's messages may be counted from now on."""
    if invitation.contact is not None:
        invitation.contact.not_measured = not measured
        enter((Counted if measured else Uncounted)(at, invitation.contact.id))
        if not measured:
            invitation.contact.last_displayed_on = None
            _forget_displays(invitation.contact)


def agree_to_measuring(invitation: Invitation, at: datetime) -> None:
    """That displays of one's own messages be known: dated, given by oneself, and withdrawn by `withdraw_agreement`."""
    if invitation.contact is not None and invitation.contact.measured_since is None:
        invitation.contact.not_measured, invitation.contact.measured_since = False, at
        enter(Counted(at, invitation.contact.id))


def withdraw_agreement(invitation: Invitation, at: datetime) -> None:
    """Take that back. Where a backup that knows no better is put back, this person is not counted at all."""
    if invitation.contact is not None and invitation.contact.measured_since is not None:
        enter(Uncounted(at, invitation.contact.id))
        _forget_displays(invitation.contact)


def _forget_displays(contact: Contact) -> None:
    """What was kept by agreement goes with it, also of the contacts that were merged into this one."""
    contact.measured_since = None
    persons = select(Contact.id).where(or_(Contact.id == contact.id, Contact.merged_into_id == contact.id))
    theirs = select(Invitation.id).where(Invitation.contact_id.in_(persons))
    db.session.execute(delete(PersonalDisplay).where(PersonalDisplay.invitation_id.in_(theirs)))


def stopped(invitation: Invitation) -> Scope | None:
    """What the holder is not written to about by their own wish or complaint; None while they are written to."""
    contact = invitation.contact
    if contact is not None and contact.silent_since is not None:
        return Scope.EVERYTHING
    wishes = _wishes(invitation)
    if not wishes:
        return Scope.EVENT if invitation.silent_since is not None else None
    return Scope.EVERYTHING if any(known.event_id is None for known in wishes) else Scope.EVENT


def may_resume(invitation: Invitation) -> bool:
    """True when all that stops us is the holder's own opt-out, which they may take back by themselves."""
    return all(_own(known) for known in _wishes(invitation))


def _wishes(invitation: Invitation) -> list[Suppression]:
    digests = [] if is_at_shared(invitation) else [one.digest for one in mailboxes(invitation)]
    if invitation.digest:
        digests.append(invitation.digest)
    found = [find_suppressed(digest, scope) for digest in digests for scope in (None, invitation.event_id)]
    return [known for known in found if known is not None and known.reason in WISHES]


def _own(known: Suppression) -> bool:
    return known.reason is SuppressionReason.OPT_OUT and known.user_id is None
