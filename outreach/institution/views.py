"""The page where administrators say whose house this is."""

from dataclasses import asdict

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.accounts.guard import me, staff
from outreach.accounts.models import Role
from outreach.database import now, transaction
from outreach.errors import Refusal
from outreach.i18n import sentence
from outreach.institution import actions, queries
from outreach.institution.settings import LONGEST_RETENTION, read_settings

bp = Blueprint("institution", __name__, url_prefix="/admin/settings")


@bp.get("")
@staff(Role.ADMINISTER)
def settings() -> ResponseReturnValue:
    """The settings as they are."""
    return _page({})


@bp.post("")
@staff(Role.ADMINISTER)
def save() -> ResponseReturnValue:
    """Keep what the form says, or show what is wrong with it."""
    upload = request.files.get("logo")
    chosen, refusals = read_settings(request.form, upload.read() if upload else b"")
    if refusals:
        return _page(refusals)
    with transaction():
        actions.save(chosen, now(), me().id)
    flash(_("The settings are saved."), "success")
    return redirect(url_for("institution.settings"))


def _page(refusals: dict[str, Refusal]) -> ResponseReturnValue:
    face = queries.institution()
    given = asdict(face) | {f"signatory_titles_{code}": text for code, text in face.signatory_titles.items()}
    if refusals:
        given |= request.form.to_dict()
    page = render_template(
        "institution/settings.html",
        given=given,
        errors={name: sentence(refusal) for name, refusal in refusals.items()},
        longest=LONGEST_RETENTION,
        has_logo=face.has_logo,
    )
    return page, 400 if refusals else 200
