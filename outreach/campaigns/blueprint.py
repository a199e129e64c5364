"""The blueprint of campaigns: one name for the pages of two modules, and what their templates choose from."""

from typing import Any

from flask import Blueprint, redirect, url_for
from flask_babel import get_timezone
from werkzeug import Response

from outreach.campaigns.labels import PURPOSES, STATES, describe
from outreach.campaigns.lifecycle import is_editable
from outreach.events.wording import in_language
from outreach.i18n import language

bp = Blueprint("campaigns", __name__, url_prefix="/admin/campaigns")


@bp.context_processor
def words() -> dict[str, Any]:
    """What the templates of this room choose from."""
    return {
        "STATES": STATES,
        "PURPOSES": [(purpose.value, *said) for purpose, said in PURPOSES.items()],
        "PURPOSE": {purpose: said[0] for purpose, said in PURPOSES.items()},
        "PURPOSE_HELP": {purpose: said[1] for purpose, said in PURPOSES.items()},
        "is_editable": is_editable,
        "zone": str(get_timezone()),
        "describe": describe,
        "said": lambda texts: in_language(texts, language()),
    }


def to(campaign_id: int, endpoint: str = "campaigns.show") -> Response:
    """On to a page of that campaign."""
    return redirect(url_for(endpoint, campaign_id=campaign_id))
