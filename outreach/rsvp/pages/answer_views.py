"""The page of an answer: shows what was answered, changes it, undoes it."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts.guard import public
from outreach.database import committed, now
from outreach.i18n import language
from outreach.invitations.door_views import open_door, read_token, speak_to
from outreach.invitations.forms import mark, once_more, pace_of
from outreach.invitations.models import Invitation
from outreach.invitations.pace import Pace
from outreach.invitations.queries import get_by_key
from outreach.links import Purpose
from outreach.rsvp import actions, queries
from outreach.rsvp.base_views import bp
from outreach.rsvp.models import Answer
from outreach.rsvp.pages import page_views
from outreach.rsvp.pages.invitation_views import blank, calendar_file
from outreach.rsvp.pages.taking_views import ANSWERABLE, state_page, take
from outreach.rsvp.standing import Standing
from outreach.rsvp.waiting.queries import asked_of

FORM, UNDO = "change", "undo"
READABLE = ANSWERABLE | {Standing.SETTLED, Standing.CANCELLED}


@bp.get("/a/<token>")
@public("the link of somebody's answer is in their own messages only")
def answer(token: str) -> ResponseReturnValue:
    """The answer given, and the form that changes it until the closing date."""
    return _page(open_door(Purpose.ANSWER, token))


@bp.post("/a/<token>")
@public("the link of somebody's answer is in their own messages only")
def change(token: str) -> ResponseReturnValue:
    """Change the answer, or undo it."""
    key = read_token(Purpose.ANSWER, token)
    page = _undo(key) if request.form.get("undo") else take(key, FORM, first=False)
    done = "undone" if request.form.get("undo") else "saved"
    return page or redirect(url_for("rsvp.answer", token=token, done=done, lang=language()), 303)


@bp.get("/a/<token>/calendar.ics")
@public("the link of somebody's answer is in their own messages only")
def calendar(token: str) -> ResponseReturnValue:
    """The days of the answer as a calendar file; those given up are cancelled in it."""
    found = open_door(Purpose.ANSWER, token)
    speak_to(found)
    return calendar_file(found, Purpose.ANSWER)


def _page(found: Invitation) -> ResponseReturnValue:
    speak_to(found)
    standing, current = queries.standing_of(found, now()), queries.find_answer(found.id)
    if standing not in READABLE or (current is None and standing not in ANSWERABLE):
        return state_page(found, standing)
    if standing not in ANSWERABLE and current is not None:
        return render_template(
            "rsvp/settled.html",
            **page_views.invited(found),
            current=page_views.given(current, found.event),
            standing=standing.value,
        )
    return _form(found, current)


def _form(found: Invitation, current: Answer | None) -> ResponseReturnValue:
    submission = asked_of(current) if current else blank(found)
    values = page_views.form(found, submission, {}, name=FORM, current=current)
    return render_template(
        "rsvp/change.html",
        **values,
        current=page_views.given(current, found.event) if current else None,
        undo_nonce=mark(UNDO, found.key),
        has_calendar=bool(queries.ever_came(found.id)),
        done=_done(current),
    )


def _done(current: Answer | None) -> str:
    """What was just done, if it still holds: a form that comes back with a mistake, or goes back, claims nothing."""
    holds = {"saved": current is not None, "undone": current is None}
    said = request.args.get("done", "") if request.method == "GET" else ""
    return said if holds.get(said) else ""


def _undo(key: str) -> ResponseReturnValue | None:
    """Take the answer back: None when it is done, otherwise the page to show instead."""
    pace = committed(lambda: _undone(key))
    return None if pace is Pace.HUMAN else once_more(UNDO, key, page_views.undo_words(), pace=pace)


def _undone(key: str) -> Pace:
    """Take it back, where a person asks for it."""
    found = get_by_key(key)
    speak_to(found)
    pace = pace_of(UNDO, key, now())
    if pace is Pace.HUMAN:
        actions.undo(found, now())
    return pace
