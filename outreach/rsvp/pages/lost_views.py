"""The page for those who lost their link."""

import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from outreach.accounts.actions import bucket, throttle
from outreach.accounts.guard import public
from outreach.accounts.networks import network_of
from outreach.contacts.imports.rows.mailboxes import judge
from outreach.database import now, transaction
from outreach.errors import Refusal, TooMany
from outreach.i18n import sentence
from outreach.invitations.forms import mark, once_more, pace_of
from outreach.invitations.pace import Pace
from outreach.rsvp.base_views import bp
from outreach.rsvp.telling.notice_actions import send_lost_links

FORM = "lost"
PER_ADDRESS, PER_NETWORK, WINDOW = 3, 30, timedelta(hours=1)
AS_LONG_AS = 0.3
"""Seconds that every answer takes, whether the address is known or not."""


@bp.get("/lost")
@public("somebody who lost their link has nothing to show")
def lost() -> ResponseReturnValue:
    """Asks for an address."""
    return _page("", {})


@bp.post("/lost")
@public("somebody who lost their link has nothing to show")
def send_lost() -> ResponseReturnValue:
    """Send new links to that address if it has invitations; the answer and its time are the same if it has not."""
    began = time.monotonic()
    email = "".join(request.form.get("email", "").split())[:254]
    verdict = judge(email, current_app.config["DEMONSTRATION"])
    if isinstance(verdict, Refusal):
        return _page(email, {"email": sentence(verdict)}), 422
    if (pace := pace_of(FORM, "", now())) is not Pace.HUMAN:
        return once_more(FORM, "", email, pace=pace)
    _send(email)
    time.sleep(max(0.0, AS_LONG_AS - (time.monotonic() - began)))
    return render_template("rsvp/lost_sent.html", email=email)


def _page(email: str, errors: Mapping[str, str]) -> str:
    return render_template("rsvp/lost.html", email=email, errors=errors, nonce=mark(FORM))


def _send(email: str) -> None:
    """Send within the limits; beyond them nothing happens, and nothing tells so."""
    at = now()
    with suppress(TooMany), transaction():
        throttle(bucket("lost-network", network_of(request.remote_addr)), PER_NETWORK, WINDOW, at)
        throttle(bucket("lost-address", email), PER_ADDRESS, WINDOW, at)
        send_lost_links(email, at)
