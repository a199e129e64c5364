"""The page for those who lost their link."""

import time
from contextlib import suppress
from datetime import timedelta

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from outreach.accounts.actions import bucket, throttle
from outreach.accounts.guard import public
from outreach.accounts.networks import network_of
from outreach.contacts.imports.mailboxes import judge
from outreach.database import now, transaction
from outreach.errors import Refusal, TooMany
from outreach.i18n import sentence
from outreach.rsvp.base_views import bp
from outreach.rsvp.notice_actions import send_lost_links

PER_ADDRESS, PER_NETWORK, WINDOW = 3, 30, timedelta(hours=1)
AS_LONG_AS = 0.3
"""Seconds that every answer takes, whether the address is known or not."""


@bp.get("/lost")
@public("somebody who lost their link has nothing to show")
def lost() -> ResponseReturnValue:
    """Asks for an address."""
    return render_template("rsvp/lost.html", email="", errors={})


@bp.post("/lost")
@public("somebody who lost their link has nothing to show")
def send_lost() -> ResponseReturnValue:
    """Send new links to that address if it has invitations; the answer and its time are the same if it has not."""
    began = time.monotonic()
    email = "".join(request.form.get("email", "").split())[:254]
    verdict = judge(email, current_app.config["DEMONSTRATION"])
    if isinstance(verdict, Refusal):
        return render_template("rsvp/lost.html", email=email, errors={"email": sentence(verdict)}), 422
    if not request.form.get("website"):
        _send(email)
    time.sleep(max(0.0, AS_LONG_AS - (time.monotonic() - began)))
    return render_template("rsvp/lost_sent.html", email=email)


def _send(email: str) -> None:
    """Send within the limits; beyond them nothing happens, and nothing tells so."""
    at = now()
    with suppress(TooMany), transaction():
        throttle(bucket("lost-network", network_of(request.remote_addr)), PER_NETWORK, WINDOW, at)
        throttle(bucket("lost-address", email), PER_ADDRESS, WINDOW, at)
        send_lost_links(email, at)
