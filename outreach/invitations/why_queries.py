"""Reads why somebody is written to: where each of their addresses came from, when, on which ground, until when."""

from collections.abc import Sequence
from dataclasses import dataclass

from outreach.contacts.rights.origins import Basis
from outreach.contacts.rights.wording import BASES
from outreach.events.wording import day_phrase
from outreach.invitations.masking import mask
from outreach.invitations.models import Invitation
from outreach.invitations.stop_actions import mailboxes


@dataclass(frozen=True, slots=True)
class Reason:
    """One address of somebody, masked, and why it is held."""

    email: str
    source: str
    kept_since: str
    basis: str
    kept_until: str
    """Empty while no end is decided."""


def reasons(invitation: Invitation, language: str) -> Sequence[Reason]:
    """Why the holder of an invitation is written to, an address after the other; nothing once they are erased."""
    return [
        Reason(
            email=mask(one.email),
            source=one.source,
            kept_since=day_phrase(one.collected_on, language),
            basis=str(BASES[Basis(one.legal_basis)]),
            kept_until=day_phrase(one.retain_until, language) if one.retain_until else "",
        )
        for one in mailboxes(invitation)
    ]
