"""The page where somebody stops being written to, or measured; and the one click of mail programs (RFC 8058)."""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.accounts.guard import public
from outreach.database import now, transaction
from outreach.errors import BadLink
from outreach.events.wording import in_language
from outreach.i18n import language, sentence
from outreach.institution.measuring import strictest
from outreach.institution.queries import institution
from outreach.invitations import stop_actions
from outreach.invitations.door_views import open_door, read_token, speak_to
from outreach.invitations.forms import mark, once_more, pace_of
from outreach.invitations.masking import mask
from outreach.invitations.models import Invitation
from outreach.invitations.pace import Pace
from outreach.invitations.queries import get_by_key
from outreach.invitations.sheet_views import install
from outreach.invitations.stop_actions import Scope
from outreach.invitations.why_queries import reasons
from outreach.links import Purpose, links

bp = Blueprint("invitations", __name__)
bp.record_once(install)

FORM = "stop"


@bp.errorhandler(BadLink)
def damaged(refusal: BadLink) -> ResponseReturnValue:
    """A stop link that cannot be read still leads to somebody who can stop it."""
    advice = _("Answer any of our messages and ask for it: we stop.")
    return render_template(
        "layouts/error.html", status=refusal.status, message=sentence(refusal), advice=advice
    ), refusal.status


@bp.get("/u/<token>")
@public("the link to stop is in every message")
def stop(token: str) -> ResponseReturnValue:
    """Ask what to stop; opening the page stops nothing."""
    return _page(open_door(Purpose.STOP, token))


@bp.post("/u/<token>")
@public("the link to stop is in every message; mail programs press it for people")
def stop_now(token: str) -> ResponseReturnValue:
    """Stop at once. The one click of a mail program needs no page of ours before it; a form does."""
    key = read_token(Purpose.STOP, token)
    if request.form.get("List-Unsubscribe") == "One-Click":
        return _one_click(key)
    if (pace := pace_of(FORM, key, now())) is not Pace.HUMAN:
        return _once_more(get_by_key(key), pace)
    with transaction():
        done = _act(get_by_key(key), request.form.get("wish", ""))
    return redirect(url_for("invitations.stop", token=token, done=done, lang=language()), 303)


@bp.get("/u/<token>/why")
@public("whoever received a message may learn why, from the link in it")
def why(token: str) -> ResponseReturnValue:
    """Why one receives our messages: source, date, legal basis, rights, whom to write to."""
    invitation = open_door(Purpose.STOP, token)
    speak_to(invitation)
    return render_template(
        "invitations/why.html",
        reasons=reasons(invitation, language()),
        origin=invitation.origin.value,
        title=in_language(invitation.event.title, language()),
        known=stop_actions.is_known(invitation),
        token=token,
    )


def _one_click(key: str) -> ResponseReturnValue:
    with transaction():
        stop_actions.stop(get_by_key(key), Scope.EVERYTHING, now())
    return "", 200, {"Content-Type": "text/plain; charset=utf-8"}


def _act(invitation: Invitation, wish: str) -> str:
    """Do what was chosen; anything else changes nothing."""
    if wish in set(Scope):
        stop_actions.stop(invitation, Scope(wish), now())
    elif wish == "resume":
        stop_actions.resume(invitation, now())
    elif wish in {"unmeasured", "measured"}:
        stop_actions.set_measured(invitation, wish == "measured", now())
    elif wish == "agreed":
        stop_actions.agree_to_measuring(invitation, now())
    elif wish == "withdrawn":
        stop_actions.withdraw_agreement(invitation, now())
    else:
        return ""
    return wish


def _page(invitation: Invitation) -> str:
    speak_to(invitation)
    known = _known(invitation)
    return render_template("invitations/stop.html", **known, done=_done(request.args.get("done", ""), known))


def _done(said: str, known: Mapping[str, object]) -> str:
    """What was just done, if it still holds: a page that is opened again, or went back, claims nothing else."""
    holds = {
        "event": known["stopped"] is not None,
        "everything": known["stopped"] is Scope.EVERYTHING,
        "resume": known["stopped"] is None,
        "unmeasured": not known["measured"],
        "measured": known["measured"],
        "agreed": known["agreed"],
        "withdrawn": not known["agreed"],
    }
    return said if holds.get(said) else ""


def _once_more(invitation: Invitation, pace: Pace) -> str:
    """Ask again for what was chosen; where nothing was, the page itself."""
    speak_to(invitation)
    words = {
        "event": _("Stop for this event"),
        "everything": _("Stop everything"),
        "resume": _("Write to me again"),
        "unmeasured": _("Do not count me"),
        "measured": _("Count me again"),
        "agreed": _("I agree"),
        "withdrawn": _("I do not agree any more"),
    }
    chosen = words.get(request.form.get("wish", ""))
    return once_more(FORM, invitation.key, chosen, pace=pace) if chosen else _page(invitation)


def _known(invitation: Invitation) -> dict[str, object]:
    """What the page shows of whoever holds the link: masked addresses, and what is stopped already."""
    contact = invitation.contact
    return {
        "addresses": [mask(email) for email in stop_actions.addresses(invitation)],
        "title": in_language(invitation.event.title, language()),
        "stopped": stop_actions.stopped(invitation),
        "measured": contact is not None and not contact.not_measured,
        "may_resume": stop_actions.may_resume(invitation),
        "known": stop_actions.is_known(invitation),
        "shared": stop_actions.is_at_shared(invitation),
        "counted": contact is not None,
        "mode": strictest((institution().measuring, invitation.event.measuring)).value,
        "agreed": contact is not None and contact.measured_since is not None,
        "nonce": mark(FORM, invitation.key),
        "token": links().sign(Purpose.STOP, invitation.key),
    }
