"""Pages for passing an invitation on: the kit, the share link's landing page, the confirmation of an address."""

from contextlib import suppress
from datetime import timedelta

import segno
from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts.actions import bucket, throttle
from outreach.accounts.guard import public
from outreach.accounts.networks import network_of
from outreach.database import now, transaction
from outreach.errors import TooMany
from outreach.forwarding import actions, pages, queries
from outreach.forwarding.passing_on import tagged
from outreach.forwarding.registering import Newcomer, Unwanted, read_form
from outreach.i18n import language
from outreach.invitations.door_views import open_door, read_token, speak_to
from outreach.invitations.forms import once_more, pace_of
from outreach.invitations.models import Channel
from outreach.invitations.pace import Pace
from outreach.invitations.queries import get_by_key
from outreach.links import Purpose, links

bp = Blueprint("forwarding", __name__)

PER_LINK, PER_NETWORK, PER_ADDRESS = 200, 30, 5
"""Registrations a day through one share link, from one network address, for one mail address."""


@bp.get("/s/<token>")
@public("the share link is made to be passed on: it shows the letter and the event")
def landing(token: str) -> ResponseReturnValue:
    """The letter, the event and the registration form."""
    through = open_door(Purpose.SHARE, token)
    return render_template("forwarding/landing.html", **pages.landing(through, token, read_form({}), {}))


@bp.post("/s/<token>")
@public("whoever comes through a share link registers in their own name")
def register(token: str) -> ResponseReturnValue:
    """Keep the registration; the page says the same whatever happened."""
    key = read_token(Purpose.SHARE, token)
    newcomer = read_form(request.form, reserved=current_app.config["DEMONSTRATION"])
    pace = pace_of("register", key, now())
    if newcomer.errors or pace is Pace.UNKNOWN:
        errors = pages.sentences(newcomer.errors, pace)
        return render_template(
            "forwarding/landing.html", **pages.landing(get_by_key(key), token, newcomer, errors)
        ), 422
    if pace is Pace.TOO_FAST:
        given = f"{newcomer.given_name} {newcomer.family_name}, {newcomer.email}"
        return once_more("register", key, given, leaving={"website"})
    if not newcomer.trapped:
        _register(key, newcomer)
    return render_template("forwarding/check_mailbox.html", newcomer=newcomer)


def _register(key: str, newcomer: Newcomer) -> None:
    """Register within the caps; beyond them, or against the wish of the address, nothing happens nor tells so."""
    at, day = now(), timedelta(days=1)
    with suppress(TooMany, Unwanted), transaction():
        throttle(bucket("register-link", key), PER_LINK, day, at)
        throttle(bucket("register-network", network_of(request.remote_addr)), PER_NETWORK, day, at)
        throttle(bucket("register-address", newcomer.email), PER_ADDRESS, day, at)
        actions.register(get_by_key(key), newcomer, pages.channel(request.form.get("via")), language(), at)


@bp.get("/c/<token>")
@public("whoever received the message that asks to confirm an address holds this link")
def ask_to_confirm(token: str) -> ResponseReturnValue:
    """One button: nothing is confirmed by opening a page."""
    registration = queries.get_registration(read_token(Purpose.CONFIRM, token))
    speak_to(registration.invitation)
    return render_template("forwarding/confirm.html", **pages.confirmation(registration, token))


@bp.post("/c/<token>")
@public("whoever received the message that asks to confirm an address holds this link")
def confirm(token: str) -> ResponseReturnValue:
    """Count the registration; the person's own invitation leaves by mail."""
    key = read_token(Purpose.CONFIRM, token)
    if pace_of("confirm", key, now()) is not Pace.HUMAN:
        registration = queries.get_registration(key)
        return render_template("forwarding/confirm.html", **pages.confirmation(registration, token), again=True)
    with transaction():
        registration = actions.confirm(queries.get_registration(key), now())
    speak_to(registration.invitation)
    return render_template("forwarding/confirmed.html", registration=registration)


@bp.get("/k/<token>")
@public("the kit is opened from somebody's own message, and shows a count and words to copy")
def kit(token: str) -> ResponseReturnValue:
    """Everything ready for passing the invitation on, in both languages."""
    invitation = open_door(Purpose.KIT, token)
    speak_to(invitation)
    return render_template("forwarding/kit.html", **pages.kit(invitation, token))


@bp.post("/k/<token>")
@public("whoever holds somebody's own kit says whether they may be named")
def name_me(token: str) -> ResponseReturnValue:
    """Agree, or not any more, to be named on the landing page of one's share link."""
    key = read_token(Purpose.KIT, token)
    kept = pace_of("kit", key, now()) is Pace.HUMAN
    if kept:
        with transaction():
            actions.agree_to_be_named(get_by_key(key), bool(request.form.get("named")))
    return redirect(url_for("forwarding.kit", token=token, lang=language(), saved=int(kept)), 303)


@bp.get("/k/<token>/qr.<kind>")
@public("the drawing of a share link, which is public")
def qr(token: str, kind: str) -> ResponseReturnValue:
    """The share link as a QR code, to print: SVG or PNG."""
    key = read_token(Purpose.KIT, token)
    drawing = segno.make(tagged(links().url(Purpose.SHARE, key), Channel.QR), error="m", micro=False)
    if kind == "svg":
        return Response(pages.svg(drawing), mimetype="image/svg+xml")
    return Response(pages.png(drawing), mimetype="image/png")
