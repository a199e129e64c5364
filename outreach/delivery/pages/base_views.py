"""What the pages of this room hang on."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import get_timezone
from werkzeug import Response

from outreach.accounts.guard import path_within
from outreach.campaigns.labels import STATES as CAMPAIGN_STATES
from outreach.delivery.history.wording import in_words
from outreach.delivery.labels import PURPOSES, STATES, STATES_OF_SEVERAL
from outreach.events.wording import in_language
from outreach.i18n import language

bp = Blueprint("delivery", __name__, url_prefix="/admin")


@bp.context_processor
def words() -> dict[str, Any]:
    """What the templates of this room choose from."""
    return {
        "STATES": STATES,
        "STATES_OF_SEVERAL": STATES_OF_SEVERAL,
        "PURPOSES": PURPOSES,
        "CAMPAIGN_STATES": CAMPAIGN_STATES,
        "nav_current": "campaigns.index",
        "said": lambda texts: in_language(texts, language()),
        "zone": str(get_timezone()),
        "in_words": in_words,
    }


def back(campaign_id: int) -> Response:
    """To the page that the button was on, or to the campaign."""
    return redirect(path_within(request.referrer) or url_for("campaigns.show", campaign_id=campaign_id), 303)


def onwards(campaign_id: int) -> Response:
    """To the page of the campaign."""
    return redirect(url_for("campaigns.show", campaign_id=campaign_id), 303)
