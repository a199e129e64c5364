"""Pages for whoever comes through a share link: the landing page, registering, confirming an address."""

from contextlib import suppress
from datetime import timedelta

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from outreach.accounts.actions import bucket, throttle
from outreach.accounts.guard import public
from outreach.accounts.networks import network_of
from outreach.database import now, transaction
from outreach.errors import TooMany
from outreach.forwarding import actions, kit_views, pages, queries
from outreach.forwarding.base_views import bp
from outreach.forwarding.landing_views import landing_page
from outreach.forwarding.registering import Newcomer, Unwanted, read_form
from outreach.i18n import language
from outreach.invitations.door_views import open_door, read_token, speak_to
from outreach.invitations.forms import once_more, pace_of
from outreach.invitations.pace import Pace
from outreach.invitations.queries import get_by_key
from outreach.links import Purpose

__all__ = ["bp", "kit_views"]

PER_LINK, PER_NETWORK, PER_ADDRESS = 200, 30, 5
"""Registrations a day through one share link, from one network address, for one mail address."""


@bp.get("/s/<token>")
@public("the share link is made to be passed on: it shows the letter and the event")
def landing(token: str) -> ResponseReturnValue:
    """The letter, the event and the registration form."""
    if (page := landing_page(token)) is not None:
        return page
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
        return once_more("register", key, given)
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
    if (pace := pace_of("confirm", key, now())) is not Pace.HUMAN:
        registration = queries.get_registration(key)
        speak_to(registration.invitation)
        return once_more("confirm", key, pages.confirmation(registration, token)["address"], pace=pace)
    with transaction():
        registration = actions.confirm(queries.get_registration(key), now())
    speak_to(registration.invitation)
    return render_template("forwarding/confirmed.html", registration=registration)
