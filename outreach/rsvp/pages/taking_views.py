"""Takes the answer that a form of the recipient's pages sends, or says what is missing."""

import hashlib
from datetime import datetime

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.database import committed, now
from outreach.i18n import language, speak
from outreach.invitations.door_views import speak_to
from outreach.invitations.forms import SPEAK, once_more, pace_of
from outreach.invitations.models import Invitation
from outreach.invitations.pace import Pace
from outreach.invitations.queries import get_by_key
from outreach.rsvp import actions, first_actions, queries
from outreach.rsvp.answering import AlreadyAnswered, NotAccepted, check
from outreach.rsvp.pages import page_views
from outreach.rsvp.standing import Standing
from outreach.rsvp.submission import Submission, parse, typed

ANSWERABLE = {Standing.OPEN, Standing.ANSWERED}
FIRST = "answer"
"""The name of the form of a first answer."""


def take(key: str, form: str, *, first: bool) -> ResponseReturnValue | None:
    """Record what the form says: None when it is done, otherwise the page that says what is missing.

    Nothing is recorded from a form without our mark, nor from one that came back sooner than a person reads.
    """
    submitted, at = parse(request.form), now()
    if request.form.get(SPEAK):
        return _in_other_words(key, submitted, form, first)
    try:
        if (hindered := committed(lambda: _record(key, submitted, form, at, first))) is None:
            return None
    except NotAccepted as refused:
        return form_page(get_by_key(key), submitted, page_views.sentences(refused), form), refused.status
    except AlreadyAnswered as refused:
        return state_page(get_by_key(key), Standing.ANSWERED, refused.status)
    invitation, hindrance = hindered
    return _instead(hindrance, invitation, submitted, form)


def _record(
    key: str, submitted: Submission, form: str, at: datetime, first: bool
) -> tuple[Invitation, Standing | Pace] | None:
    """Keep the answer, unless something stands against it. Raises NotAccepted and AlreadyAnswered."""
    if first and _record_first(key, submitted, form, at):
        return None
    invitation = get_by_key(key)
    speak_to(invitation)
    hindrance = _hindrance(invitation, submitted, form, at)
    if hindrance is None:
        actions.answer(
            invitation,
            submitted,
            at,
            language=language(),
            mark=_fingerprint(),
            first=first,
            reserved=current_app.config["DEMONSTRATION"],
        )
    return (invitation, hindrance) if hindrance else None


def _record_first(key: str, submitted: Submission, form: str, at: datetime) -> bool:
    """Keep a first answer of which nothing else is to be said; False where it has to be looked at more closely."""
    opened = first_actions.open_first(key, at)
    if opened is None or pace_of(form, key, at) is not Pace.HUMAN:
        return False
    speak(opened.language)
    spoken = {"language": language(), "mark": _fingerprint(), "reserved": current_app.config["DEMONSTRATION"]}
    return first_actions.answer_first(opened, submitted, at, **spoken)


def form_page(invitation: Invitation, submission: Submission, errors: page_views.Errors, form: str) -> str:
    """The form to answer, or to change the answer given, which is shown with it."""
    current = queries.find_answer(invitation.id) if form != FIRST else None
    values = page_views.form(invitation, submission, errors, name=form, current=current)
    template = "rsvp/invitation.html" if form == FIRST else "rsvp/change.html"
    given = page_views.given(current, invitation.event) if current else None
    return render_template(template, **values, current=given)


def _in_other_words(key: str, submitted: Submission, form: str, first: bool) -> ResponseReturnValue:
    """The form as it was typed, in the language that its address asks for; nothing is recorded."""
    invitation = get_by_key(key)
    speak_to(invitation)
    standing = queries.standing_of(invitation, now())
    if standing not in ({Standing.OPEN} if first else ANSWERABLE):
        return state_page(invitation, standing)
    return form_page(invitation, submitted, {}, form)


def state_page(invitation: Invitation, standing: Standing, status: int = 0) -> ResponseReturnValue:
    """Why there is nothing to fill in, and what can be done instead."""
    gone = {Standing.WITHDRAWN, Standing.ERASED, Standing.OVER, Standing.MERGED}
    known = {} if standing is Standing.ERASED else page_views.invited(invitation)
    return render_template("rsvp/state.html", **known, standing=standing.value), status or (
        410 if standing in gone else 200
    )


def _hindrance(invitation: Invitation, submitted: Submission, form: str, at: datetime) -> Standing | Pace | None:
    """Why the form is not recorded; None when it may be taken. Raises NotAccepted."""
    standing = queries.standing_of(invitation, at)
    if standing not in ANSWERABLE:
        return standing
    pace = pace_of(form, invitation.key, at)
    if pace is Pace.UNKNOWN:
        return pace
    programme = queries.programme(invitation.event, current_app.config["DEMONSTRATION"], language())
    check(submitted, programme, at)
    return pace if pace is Pace.TOO_FAST and submitted.reply is not None else None


def _instead(
    hindrance: Standing | Pace, invitation: Invitation, submitted: Submission, form: str
) -> ResponseReturnValue:
    """The page to show instead of recording."""
    if isinstance(hindrance, Standing):
        return state_page(invitation, hindrance)
    if hindrance is Pace.TOO_FAST and submitted.reply is not None:
        return once_more(form, invitation.key, page_views.reply_words()[submitted.reply])
    sentence = _("This page was opened too long ago, or came back incomplete. Check your answer and send it again.")
    return form_page(invitation, submitted, {"": sentence}, form), 422


def _fingerprint() -> str:
    """The form that was sent, whatever the order of its fields: its mark and all that was typed."""
    content = repr(sorted(typed(request.form)))
    return hashlib.sha256(content.encode()).hexdigest()
