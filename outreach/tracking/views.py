"""The image that counts displays."""

import base64

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from flask_babel import to_user_timezone

from outreach.accounts.guard import public
from outreach.database import Unavailable, now, transaction
from outreach.errors import BadLink
from outreach.institution.models import MeasuringMode
from outreach.institution.queries import institution
from outreach.links import Purpose, links
from outreach.logs import log
from outreach.tracking.actions import count_display
from outreach.tracking.machines import reader

bp = Blueprint("tracking", __name__)

GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==")
"""One transparent pixel, 43 bytes."""


@bp.get("/o/<token>.gif")
@public("mail programs fetch the image of a message; it names nobody")
def opened(token: str) -> ResponseReturnValue:
    """The same image whatever happens; a display is counted where the institution measures at all."""
    if request.method == "GET":
        try:
            _count(token)
        except Unavailable as error:  # one display less: a message never shows a broken image
            log.warning("tracking.display_lost", error=type(error).__name__)
    return Response(GIF, mimetype="image/gif", headers={"Cache-Control": "no-store, private"})


def _count(token: str) -> None:
    """Count a display of a campaign's letter in a language, all that the token says."""
    if institution().measuring is not MeasuringMode.AGGREGATE:
        return
    try:
        campaign_id, _dash, language = links().read(Purpose.OPEN, token).partition("-")
    except BadLink:
        return
    if not campaign_id.isdigit():
        return
    seen_by = reader("GET", dict(request.headers))
    with transaction():
        count_display(int(campaign_id), language[:4], to_user_timezone(now()).date(), seen_by)
