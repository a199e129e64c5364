"""Reads the token of a request, repaired where a mail program damaged it, and finds whose door it opens."""

from flask import abort, g, redirect, request, url_for

from outreach.errors import BadLink
from outreach.i18n import language
from outreach.invitations.models import Invitation
from outreach.invitations.queries import get_by_key
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


def open_door(purpose: Purpose, token: str) -> Invitation:
    """The invitation that the link of a page names. Raises BadLink.

    One that was joined to another sends the reader on to the other's page, so that what the page sends back is its own.
    """
    key = read_token(purpose, token)
    invitation = get_by_key(key)
    if invitation.key != key:
        arguments = {**(request.view_args or {}), "token": links().sign(purpose, invitation.key)}
        if asked := request.args.get("lang"):
            arguments["lang"] = asked
        abort(redirect(url_for(request.endpoint or "", **arguments), 302))
    return invitation


def speak_to(invitation: Invitation) -> str:
    """From here on the page speaks the language of whoever is invited, unless it was asked for in another."""
    contact = invitation.contact
    known = invitation.language or (contact.language if contact else None)
    if known:
        g.language = known
    return language()
