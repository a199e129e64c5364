"""The page of a share link before anything is filled in, drawn once for everybody who reads the same."""

from dataclasses import dataclass
from typing import Any

from flask import Response, g, render_template, url_for

from outreach.errors import BadLink
from outreach.forwarding import pages
from outreach.forwarding.landing_queries import find_landed
from outreach.forwarding.passing_on import tagged
from outreach.forwarding.registering import read_form
from outreach.i18n import language
from outreach.invitations.forms import mark
from outreach.invitations.opened_queries import Opened
from outreach.invitations.queries import get_by_key
from outreach.invitations.sheet_views import is_anybody, place, send, sheets, wish
from outreach.invitations.sheets import Sheet, hole
from outreach.links import Purpose, links


@dataclass(frozen=True, slots=True)
class _Seen:
    """All that the page depends on but the holes."""

    page: str
    language: str
    place: tuple[str, bytes]
    mark: tuple[str, ...]
    letter: str | None
    closed: str
    is_named: bool


def landing_page(token: str) -> Response | None:
    """The letter, the event and the form, as drawn before or anew; None where it has to be drawn for one reader alone.

    That is: a damaged link, one that leads to another, a reader we know more of. What the page says is what the
    database says now.
    """
    opened = _open(token) if is_anybody("lang", "via") else None
    if opened is None:
        return None
    seen = _seen(opened)
    sheet = sheets().find(seen) or _draw(opened, seen)
    return send(sheet, _of_relay(opened)) if sheet else None


def _open(token: str) -> Opened | None:
    try:
        opened = find_landed(links().read(Purpose.SHARE, token), language())
    except BadLink:
        return None
    return None if opened is None or opened.is_joined else opened


def _seen(opened: Opened) -> _Seen:
    letter, is_named = opened.more
    closed = pages.why_closed(
        opened.event_state,
        opened.state,
        registration_open=opened.registration_open,
        answer_by=opened.answer_by,
    )
    return _Seen("landing", language(), place(), opened.mark, letter, closed, bool(is_named and opened.house))


def _draw(opened: Opened, seen: _Seen) -> Sheet | None:
    """The sheet; None where something was changed while it was drawn."""
    g.csp_nonce = hole("csp")
    try:
        sheet = Sheet(render_template("forwarding/landing.html", **_values(opened, seen)))
    finally:
        g.pop("csp_nonce")
    again = find_landed(opened.key, seen.language)
    if again is None or _seen(again) != seen:
        return None
    sheets().keep(seen, sheet)
    return sheet


def _values(opened: Opened, seen: _Seen) -> dict[str, Any]:
    """What the page shows, with holes for what is the relay's own."""
    token = hole("share")
    card = url_for("forwarding.preview", token=token, language=seen.language)
    return {
        **pages.landing(get_by_key(opened.key), token, read_form({}), {}),
        "relay": hole("relay") if seen.is_named else None,
        "page_url": tagged(links().address(Purpose.SHARE, token), pages.channel(wish("via"))),
        "card_url": links().absolute(card),
        "closed": seen.closed,
        "nonce": hole("nonce"),
    }


def _of_relay(opened: Opened) -> dict[str, str]:
    """What goes into the holes."""
    return {
        "share": links().sign(Purpose.SHARE, opened.key),
        "relay": opened.house,
        "nonce": mark("register", opened.key),
    }
