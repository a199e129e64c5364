"""What the pages of this room hang on, and what becomes of links that were damaged on their way."""

from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.accounts.guard import public
from outreach.errors import BadLink
from outreach.i18n import sentence
from outreach.invitations.door_views import read_token
from outreach.invitations.repairing import wishes
from outreach.links import DAMAGED, Purpose, links

bp = Blueprint("rsvp", __name__)

DOORS = "any(i, a, s, k, u, I, A, S, K, U)"


@bp.get(f"/<{DOORS}:door>/")
@public("whoever has a damaged link reads what happened to it")
def cut(door: str) -> ResponseReturnValue:
    """Nothing is left of the token: says so."""
    return mended(door, "")


@bp.get(f"/<{DOORS}:door>/<path:rest>")
@public("whoever has a damaged link is led to what it meant")
def mended(door: str, rest: str) -> ResponseReturnValue:
    """To the page that the link meant, with what it asked for. Raises BadLink when there is no telling."""
    purpose = Purpose(door.lower())
    token = links().sign(purpose, read_token(purpose, rest))
    asked = urlencode(wishes(f"{rest}?{request.query_string.decode(errors='replace')}"))
    return redirect(f"{request.script_root}/{purpose}/{token}" + (f"?{asked}" if asked else ""), 302)


@bp.errorhandler(BadLink)
def damaged(refusal: BadLink) -> ResponseReturnValue:
    """What happened to the link, as far as one can tell, and where to ask for a new one."""
    is_cut = refusal.message == DAMAGED
    copy = _("If it runs over two lines in the message, copy both, without a space between them.")
    return render_template(
        "layouts/error.html",
        status=refusal.status,
        title=_("This link is incomplete") if is_cut else _("This link was changed on the way"),
        message=sentence(refusal),
        advice=copy if is_cut else None,
        way_out=(_("Ask for a new link"), url_for("rsvp.lost")),
    ), refusal.status
