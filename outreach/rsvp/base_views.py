"""What the pages of this room hang on, and what they say to a link that cannot be read."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.errors import BadLink
from outreach.i18n import sentence

bp = Blueprint("rsvp", __name__)


@bp.errorhandler(BadLink)
def damaged(refusal: BadLink) -> ResponseReturnValue:
    """What may have happened to the link, and where to ask for a new one."""
    return render_template(
        "layouts/error.html",
        status=refusal.status,
        title=_("This link is incomplete"),
        message=sentence(refusal),
        advice=None,
        way_out=(_("Ask for a new link"), url_for("rsvp.lost")),
    ), refusal.status
