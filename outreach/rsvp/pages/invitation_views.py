"""The page of an invitation: shows it, takes the first answer, thanks."""

from datetime import timedelta

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts.guard import public
from outreach.database import now
from outreach.errors import BadLink, NotFound
from outreach.i18n import language
from outreach.invitations.door_views import open_door, read_token, speak_to
from outreach.invitations.models import Invitation, Reply
from outreach.links import Purpose, links
from outreach.rsvp import queries
from outreach.rsvp.base_views import bp
from outreach.rsvp.pages import page_views
from outreach.rsvp.pages.blank_views import blank_page
from outreach.rsvp.pages.taking_views import form_page, state_page, take
from outreach.rsvp.standing import Standing
from outreach.rsvp.submission import Person, Submission
from outreach.rsvp.telling.diary_queries import calendar_of

SEALED = timedelta(hours=1)
"""How long whoever has just answered may look at what they sent; then only the confirmation message opens it."""


@bp.get("/i/<token>")
@public("the link of somebody's invitation: shows it, and the form for the first answer")
def invitation(token: str) -> ResponseReturnValue:
    """Whose invitation it is, what, when, where, and the form; or why there is none."""
    if (page := blank_page(token)) is not None:
        return page
    found = open_door(Purpose.INVITATION, token)
    speak_to(found)
    standing = queries.standing_of(found, now())
    if standing is not Standing.OPEN:
        return state_page(found, standing)
    return form_page(found, blank(found), {}, "answer")


@bp.post("/i/<token>")
@public("whoever holds the link of an invitation gives its first answer")
def answer_first(token: str) -> ResponseReturnValue:
    """Record the first answer, then thank."""
    key = read_token(Purpose.INVITATION, token)
    page = take(key, "answer", first=True)
    if page is not None:
        return page
    seal = links().make_nonce("thanks", key)
    clean = links().sign(Purpose.INVITATION, key)
    return redirect(url_for("rsvp.thanks", token=clean, seal=seal, lang=language()), 303)


@bp.get("/i/<token>/thanks")
@public("whoever has just answered reads what was recorded")
def thanks(token: str) -> ResponseReturnValue:
    """What was recorded, the calendar file, passing it on; later on, only that there is an answer."""
    found = open_door(Purpose.INVITATION, token)
    speak_to(found)
    answer = queries.find_answer(found.id)
    if answer is None or not _is_sealed(found.key):
        return redirect(url_for("rsvp.invitation", token=token), 303) if answer is None else _answered(found)
    given = page_views.given(answer, found.event)
    return render_template(
        "rsvp/thanks.html",
        **page_views.invited(found),
        given=given,
        token=token,
        seal=request.args["seal"],
        address=queries.confirmed_at(answer),
    )


@bp.get("/i/<token>/calendar.ics")
@public("whoever has just answered puts the days into their calendar")
def first_calendar(token: str) -> ResponseReturnValue:
    """The days just answered to, as a calendar file."""
    found = open_door(Purpose.INVITATION, token)
    speak_to(found)
    if not _is_sealed(found.key):
        raise NotFound("Open the calendar from your confirmation message.")
    return calendar_file(found, Purpose.INVITATION)


def calendar_file(found: Invitation, purpose: Purpose) -> ResponseReturnValue:
    """The calendar file of an invitation. Raises NotFound when nobody ever said they come."""
    text = calendar_of(found, language(), links().url(purpose, found.key))
    if not text:
        raise NotFound("There is no day to put into a calendar.")
    return Response(
        text,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{found.event.slug}.ics"'},
    )


def blank(found: Invitation) -> Submission:
    """The form as it is first shown: the name that is known, and the answer that a button of the message chose."""
    reply = next((one for one in Reply if one.value == request.args.get("reply")), None)
    return Submission(reply, (Person(0, found.contact.name if found.contact and found.contact.family_name else ""),))


def _is_sealed(key: str) -> bool:
    try:
        seal = links().read_nonce("thanks", key, request.args.get("seal", ""))
    except BadLink:
        return False
    return now() - seal.made_at <= SEALED


def _answered(found: Invitation) -> ResponseReturnValue:
    return state_page(found, Standing.ANSWERED)
