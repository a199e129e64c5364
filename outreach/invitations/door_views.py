"""Reads the token of a request, repaired where a mail program damaged it."""

from flask import g

from outreach.errors import BadLink
from outreach.i18n import language
from outreach.invitations.models import Invitation
from outreach.invitations.repairing import spellings
from outreach.links import DAMAGED, Purpose, links


def read_token(purpose: Purpose, token: str) -> str:
    """The key that a link names. Raises BadLink when no spelling of it verifies."""
    for spelling in spellings(token):
        try:
            return links().read(purpose, spelling)
        except BadLink:
            continue
    raise BadLink(DAMAGED)


def speak_to(invitation: Invitation) -> str:
    """From here on the page speaks the language of whoever is invited, unless it was asked for in another."""
    contact = invitation.contact
    known = invitation.language or (contact.language if contact else None)
    if known:
        g.language = known
    return language()
