"""The page of a pass: its QR code, and what it lets into."""

import segno
from flask import render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from outreach.accounts.guard import public
from outreach.errors import BadLink
from outreach.events.models import SessionKind
from outreach.events.wording import in_language, session_times
from outreach.i18n import language
from outreach.invitations.door_views import speak_to
from outreach.invitations.queries import get_by_key
from outreach.links import DAMAGED, Purpose, links
from outreach.rsvp import queries
from outreach.rsvp.base_views import bp
from outreach.rsvp.pages import page_views
from outreach.rsvp.passes.queries import pass_of
from outreach.rsvp.passes.saying import read_pass


@bp.get("/p/<token>")
@public("whoever holds a pass shows it at the door")
def entry_pass(token: str) -> ResponseReturnValue:
    """The QR code and the days it opens; or that the answer has changed since. Raises BadLink."""
    told = read_pass(links().read(Purpose.ENTRY, token))
    if told is None:
        raise BadLink(DAMAGED)
    found = get_by_key(told.key)
    speak_to(found)
    event, tongue = found.event, language()
    current = pass_of(found, queries.find_answer(found.id))
    holds = current is not None and current.text == told.text
    days = [
        (in_language(one.title, tongue), session_times(one.starts_at, one.ends_at, event.timezone, tongue), count)
        for one in event.sessions
        if one.kind is SessionKind.DAY and (count := told.days.get(one.id, 0))
    ]
    code = segno.make(links().address(Purpose.ENTRY, token), error="m", micro=False)
    return render_template(
        "rsvp/pass.html",
        **page_views.invited(found),
        holds=holds,
        days=days,
        code=Markup(code.svg_inline(scale=5, border=4, light="#ffffff", omitsize=True)),  # noqa: S704 - we drew it
    )
