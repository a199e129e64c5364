"""The page of the seats that somebody waits for: takes one that is offered, lets it go, leaves the waiting list."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.accounts.guard import public
from outreach.database import committed, now
from outreach.errors import Refusal
from outreach.i18n import language, sentence
from outreach.invitations.door_views import open_door, read_token, speak_to
from outreach.invitations.forms import mark, once_more, pace_of
from outreach.invitations.models import Invitation
from outreach.invitations.pace import Pace
from outreach.invitations.queries import get_by_key
from outreach.links import Purpose
from outreach.rsvp import queries
from outreach.rsvp.base_views import bp
from outreach.rsvp.pages import page_views
from outreach.rsvp.pages.taking_views import state_page
from outreach.rsvp.standing import FINAL
from outreach.rsvp.waiting.deciding_actions import Choice, decide
from outreach.rsvp.waiting.queries import places_told

FORM = "seats"


@bp.get("/a/<token>/seats")
@public("the link of somebody's answer is in their own messages only")
def seats(token: str) -> ResponseReturnValue:
    """What somebody waits for, and the seats that are kept for them."""
    found = open_door(Purpose.ANSWER, token)
    speak_to(found)
    return _page(found)


@bp.post("/a/<token>/seats")
@public("the link of somebody's answer is in their own messages only")
def choose(token: str) -> ResponseReturnValue:
    """Take the seats that are kept, let them go, or wait no longer."""
    key = read_token(Purpose.ANSWER, token)
    choice = next((one for one in Choice if one.value == request.form.get("choice")), None)
    place = request.form.get("place", type=int) or 0
    try:
        found, pace = committed(lambda: _decided(key, place, choice))
    except Refusal as refusal:
        return _page(get_by_key(key), sentence(refusal), refusal.status)
    if choice is None:
        return _page(found, status=422)
    if pace is not Pace.HUMAN:
        return once_more(FORM, key, _words()[choice], pace=pace)
    return redirect(url_for("rsvp.seats", token=token, done=choice.value, lang=language()), 303)


def _decided(key: str, place: int, choice: Choice | None) -> tuple[Invitation, Pace]:
    """Do it, where a person asks for it. Raises Refusal."""
    found = get_by_key(key)
    speak_to(found)
    pace = pace_of(FORM, key, now())
    if pace is Pace.HUMAN and choice is not None:
        decide(found, place, choice, now())
    return found, pace


def _page(found: Invitation, refused: str = "", status: int = 200) -> ResponseReturnValue:
    standing, current = queries.standing_of(found, now()), queries.find_answer(found.id)
    if standing in FINAL or current is None:
        return state_page(found, standing)
    values: dict[str, Any] = {
        **page_views.invited(found),
        "places": places_told(current, found.event, language()),
        "given": page_views.given(current, found.event),
        "nonce": mark(FORM, found.key),
        "refused": refused,
        "words": _words(),
        "done": _done().get(request.args.get("done", "")) if request.method == "GET" else None,
    }
    return render_template("rsvp/seats.html", **values), status


def _done() -> dict[str, str]:
    return {
        Choice.TAKE: _("The seats are yours. A message confirms them."),
        Choice.DECLINE: _("Thank you for telling us: the seats go to the next person who waits."),
        Choice.LEAVE: _("You are no longer on this waiting list."),
    }


def _words() -> dict[Choice, str]:
    """What one may do, as the buttons say it."""
    return {
        Choice.TAKE: _("I take what is kept for me"),
        Choice.DECLINE: _("I let it go"),
        Choice.LEAVE: _("I no longer wait for it"),
    }
