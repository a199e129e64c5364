"""The page of an invitation before anything is filled in, drawn once for everybody who reads the same."""

from functools import lru_cache
from typing import Any, Final

from flask import Response, g, render_template

from outreach.database import now
from outreach.errors import BadLink
from outreach.i18n import language, speak
from outreach.invitations.forms import mark
from outreach.invitations.models import Reply
from outreach.invitations.opened_queries import Opened, find_opened
from outreach.invitations.queries import get_by_key
from outreach.invitations.sheet_views import is_anybody, place, send, sheets, wish
from outreach.invitations.sheets import Sheet, hole
from outreach.links import Purpose, links
from outreach.rsvp import queries
from outreach.rsvp.pages import page_views
from outreach.rsvp.standing import Standing
from outreach.rsvp.submission import Person, Submission

FORM: Final = "answer"
"""The name of the form of a first answer."""


def blank_page(token: str) -> Response | None:
    """The form for a first answer, as drawn before or anew; None where this page has to be drawn for one reader alone.

    That is: a damaged link, a reader we know more of than the link, an invitation that is not open or was joined to
    another. What the page says is what the database says now.
    """
    opened = _open(token) if is_anybody("lang", "reply") else None
    if opened is None:
        return None
    speak(opened.language)
    tongue = language()
    sheet = _sheet(opened, tongue)
    return send(sheet, _of_reader(opened, tongue)) if sheet else None


def _open(token: str) -> Opened | None:
    try:
        opened = find_opened(links().read(Purpose.INVITATION, token))
    except BadLink:
        return None
    if opened is None or opened.is_joined:
        return None
    return opened if queries.standing_of_opened(opened, now()) is Standing.OPEN else None


def _sheet(opened: Opened, tongue: str) -> Sheet | None:
    """The sheet of those who find as many seats left; None where something was changed while it was drawn."""
    key = _key(opened, tongue)
    drawn = sheets().find(key) or _draw(opened, key, tongue)
    if drawn is None:
        return None
    return drawn.partly({f"seats{number}": _seats(tongue, left) for number, left in opened.seats_left.items()})


def _key(opened: Opened, tongue: str) -> tuple[object, ...]:
    """All that the page depends on but the holes; of the seats left only which sessions are full."""
    full = frozenset(number for number, left in opened.seats_left.items() if left <= 0)
    return FORM, tongue, place(), opened.mark, full, *_shape(opened)


def _shape(opened: Opened) -> tuple[bool, bool, bool]:
    """Whether the page says a name, has one to fill in, and says a house beside it."""
    return bool(opened.name), bool(opened.person.family_name), opened.house not in {"", opened.name}


def _draw(opened: Opened, key: tuple[object, ...], tongue: str) -> Sheet | None:
    """The sheet of everybody who has that key, with holes for the seats left."""
    values = _values(opened)
    if not _has_holes(values, opened):
        return None
    g.csp_nonce = hole("csp")
    try:
        sheet = Sheet(render_template("rsvp/invitation.html", **values))
    finally:
        g.pop("csp_nonce")
    again = find_opened(opened.key)
    if again is None or _key(again, tongue) != key:
        return None
    sheets().keep(key, sheet)
    return sheet


def _has_holes(values: dict[str, Any], opened: Opened) -> bool:
    """Whether seats are left where the key says so: a session may have been full for the moment of drawing."""
    choices = [*values["days"], *(each for one in values["groups"] for each in one["choices"])]
    return all(bool(one["left"]) == (opened.seats_left.get(one["id"], 0) > 0) for one in choices)


def _values(opened: Opened) -> dict[str, Any]:
    """What the page shows, with holes for what is the reader's own and for the seats left."""
    is_named, is_person, has_house = _shape(opened)
    reply = Reply(wish("reply")) if wish("reply") else None
    nobody = Submission(reply, (Person(0, hole("person") if is_person else ""),))
    values = page_views.form(get_by_key(opened.key), nobody, {}, name=FORM)
    return {
        **values,
        "invitation": None,
        "salutation": hole("salutation"),
        "name": hole("name") if is_named else "",
        "house": hole("house") if has_house else "",
        "share_token": hole("share"),
        "kit_token": "",
        "nonce": hole("nonce"),
        "days": [_with_hole(one) for one in values["days"]],
        "groups": [{**one, "choices": [_with_hole(each) for each in one["choices"]]} for one in values["groups"]],
    }


def _with_hole(choice: dict[str, Any]) -> dict[str, Any]:
    return {**choice, "seats": hole(f"seats{choice['id']}")} if choice["left"] else choice


def _of_reader(opened: Opened, tongue: str) -> dict[str, str]:
    """What goes into the holes."""
    return {
        "salutation": opened.salutation(tongue),
        "name": opened.name,
        "person": opened.name,
        "house": opened.house,
        "share": links().sign(Purpose.SHARE, opened.key),
        "nonce": mark(FORM, opened.key),
    }


@lru_cache(4096)
def _seats(_tongue: str, left: int) -> str:
    return page_views.seats_words(left)
