"""The page that takes an import back, which only the room that sees messages can allow."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.accounts.guard import me, staff
from outreach.accounts.models import Role
from outreach.contacts.holding import nobody_leaves
from outreach.contacts.imports.bringing import undoing
from outreach.contacts.imports.importing import get_import
from outreach.dashboard import base_views
from outreach.dashboard.undo_queries import check_nothing_was_sent
from outreach.database import now, transaction
from outreach.errors import Refusal
from outreach.i18n import sentence

bp = base_views.bp


@bp.get("/contacts/imports/<int:import_id>/undo")
@staff(Role.PREPARE)
def undo_import(import_id: int) -> ResponseReturnValue:
    """What undoing an import would do, or why it cannot be."""
    file = get_import(import_id)
    try:
        check_nothing_was_sent(undoing.undoable(import_id))
    except Refusal as refusal:
        return render_template("dashboard/undo_import.html", file=file, obstacle=sentence(refusal))
    return render_template("dashboard/undo_import.html", file=file, would=undoing.prospect(file))


@bp.post("/contacts/imports/<int:import_id>/undo")
@staff(Role.PREPARE)
def undo_import_now(import_id: int) -> ResponseReturnValue:
    """Take the import back, all of it or nothing."""
    with transaction():
        nobody_leaves()
        file = undoing.undoable(import_id)
        check_nothing_was_sent(file)
        undoing.undo(file, now(), me().id)
    flash(_("The import is undone."))
    return redirect(url_for("contacts.preview", import_id=import_id))
