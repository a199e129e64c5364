"""Stops writing to somebody, or measuring, at once and by their own wish; and takes that back."""

import enum
from datetime import datetime

from outreach.contacts.actions import find_suppression, in_use, lift_suppression, suppress
from outreach.contacts.models import SuppressionReason
from outreach.invitations.actions import withdraw
from outreach.invitations.models import Invitation, InvitationState


class Scope(enum.StrEnum):
    """What somebody wants no more of."""

    EVENT = "event"
    EVERYTHING = "everything"


def addresses(invitation: Invitation) -> list[str]:
    """The addresses at which the holder of an invitation is written to, the preferred one first; none once erased."""
    contact = invitation.contact
    return [one.email for one in in_use(contact)] if contact else []


def stop(invitation: Invitation, scope: Scope, at: datetime) -> None:
    """Write no more to any address of whoever holds that invitation; asking twice changes nothing."""
    event_id = invitation.event_id if scope is Scope.EVENT else None
    for email in addresses(invitation):
        suppress(email, SuppressionReason.OPT_OUT, at, event_id)
    if invitation.state is InvitationState.PENDING:
        withdraw(invitation)


def resume(invitation: Invitation, at: datetime) -> None:
    """Take one's own opt-out back; what an erasure, a bounce or the office decided stays."""
    for email in addresses(invitation):
        for event_id in (None, invitation.event_id):
            known = find_suppression(email, event_id)
            if known is not None and known.reason is SuppressionReason.OPT_OUT and known.user_id is None:
                lift_suppression(email, at, event_id)


def set_measured(invitation: Invitation, measured: bool) -> None:
    """Whether displays of this person's messages may be counted from now on."""
    if invitation.contact is not None:
        invitation.contact.not_measured = not measured


def stopped(invitation: Invitation) -> Scope | None:
    """What the holder is not written to about by their own wish; None while they are written to."""
    found = addresses(invitation)
    if any(_by_wish(email, None) for email in found):
        return Scope.EVERYTHING
    return Scope.EVENT if any(_by_wish(email, invitation.event_id) for email in found) else None


def _by_wish(email: str, event_id: int | None) -> bool:
    known = find_suppression(email, event_id)
    return known is not None and known.reason is SuppressionReason.OPT_OUT
