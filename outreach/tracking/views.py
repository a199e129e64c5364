"""The image that counts displays."""

import base64
from collections.abc import Mapping
from typing import cast

from flask import Blueprint, Flask, Response, current_app, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import to_user_timezone

from outreach.accounts.guard import public
from outreach.database import Unavailable, committed, now
from outreach.errors import BadLink
from outreach.institution.models import MeasuringMode
from outreach.institution.queries import institution
from outreach.links import Purpose, links
from outreach.logs import log
from outreach.tracking.actions import keep_displays
from outreach.tracking.buffer import HELD, Buffer, Display
from outreach.tracking.machines import READ, reader

bp = Blueprint("tracking", __name__)

GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==")
"""One transparent pixel, 43 bytes."""


@bp.record_once
def _install(state: BlueprintSetupState) -> None:
    """Each application holds the displays of its own."""
    app = cast("Flask", state.app)
    held = app.config.get("DISPLAYS_HELD_SECONDS", HELD)
    app.extensions["outreach.displays"] = Buffer(lambda waiting: _keep(app, waiting), held)


@bp.get("/o/<token>.gif")
@public("mail programs fetch the image of a message")
def opened(token: str) -> ResponseReturnValue:
    """The same image whatever happens; a display is counted as the strictest who has a say allows by then."""
    if request.method == "GET":
        _note(token)
    return Response(GIF, mimetype="image/gif", headers={"Cache-Control": "no-store, private"})


def _note(token: str) -> None:
    """Note a display of a campaign's letter in a language, and of whose copy where the image says it."""
    try:
        campaign_id, _dash, rest = links().read(Purpose.OPEN, token).partition("-")
    except BadLink:
        return
    if campaign_id.isdigit():
        language, _dash, key = rest.partition("-")
        at, seen_by = now(), reader("GET", {name: request.headers.get(name, "") for name in READ})
        one = Display(int(campaign_id), language[:4], to_user_timezone(at).date(), seen_by, key, at if key else None)
        current_app.extensions["outreach.displays"].note(one)


def _keep(app: Flask, waiting: Mapping[Display, int]) -> None:
    """Count displays, as is decided now."""
    try:
        with app.app_context():
            house = institution().measuring
            if house is not MeasuringMode.OFF:
                committed(lambda: keep_displays(waiting, house))
    except Unavailable as error:  # some displays less: a message never shows a broken image
        log.warning("tracking.display_lost", error=type(error).__name__)
