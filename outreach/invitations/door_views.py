"""Reads the token of a request, repaired where a mail program damaged it, and finds whose door it opens."""

import re
from urllib.parse import urlencode

from flask import abort, redirect, request, url_for

from outreach.errors import BadLink
from outreach.i18n import language, speak
from outreach.invitations.models import Invitation
from outreach.invitations.queries import get_by_key
from outreach.invitations.repairing import explain, spellings, wishes
from outreach.links import Purpose, links

_NAME = re.compile(r"(?!amp)[a-z]{1,20}")
"""What the queries of our links are called; anything else was made on the way."""


def read_token(purpose: Purpose, token: str) -> str:
    """The key that a link names. Raises BadLink when no spelling of it verifies."""
    for spelling in spellings(token):
        try:
            return links().read(purpose, spelling)
        except BadLink:
            continue
    raise BadLink(explain(token))


def open_door(purpose: Purpose, token: str) -> Invitation:
    """The invitation that the link of a page names. Raises BadLink.

    One that was joined to another sends the reader on to the other's page, so that what the page sends back is its own;
    so does one whose query was damaged on its way, with what it asked for.
    """
    key = read_token(purpose, token)
    invitation = get_by_key(key)
    asked = request.args.to_dict()
    wanted = {**asked, **wishes(f"{token}?{request.query_string.decode(errors='replace')}")}
    if invitation.key != key or (wanted != asked and request.method in {"GET", "HEAD"}):
        kept = {name: value for name, value in wanted.items() if _NAME.fullmatch(name)}
        arguments = {**(request.view_args or {}), "token": links().sign(purpose, invitation.key)}
        page = url_for(request.endpoint or "", **arguments)
        abort(redirect(f"{page}?{urlencode(kept)}" if kept else page, 302))
    return invitation


def speak_to(invitation: Invitation) -> str:
    """From here on the page speaks the language of whoever is invited, unless it was asked for in another."""
    contact = invitation.contact
    speak(invitation.language or (contact.language if contact else None))
    return language()
