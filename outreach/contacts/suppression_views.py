"""Pages of the suppression list."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.accounts.guard import me, staff
from outreach.accounts.models import Role
from outreach.contacts import actions, views
from outreach.contacts.imports.rows.mailboxes import read_mailboxes
from outreach.contacts.models import SuppressionReason
from outreach.contacts.suppressions import get_suppression, suppression_page
from outreach.database import now, transaction
from outreach.i18n import sentence

bp = views.bp

BY_HAND = (SuppressionReason.STAFF, SuppressionReason.OPT_OUT, SuppressionReason.COMPLAINT)
"""The reasons that staff may give."""


@bp.get("/suppressions")
@staff()
def suppressions() -> ResponseReturnValue:
    """The addresses that must not be written to."""
    return _list()


def _list(**more: object) -> str:
    reason = next((one for one in SuppressionReason if one == request.args.get("reason")), None)
    q = request.args.get("q", "").strip()
    page = suppression_page(q, reason, request.args.get("before", None, int))
    return render_template(
        "contacts/suppressions.html", page=page, q=q, reason=reason, by_hand=[one.value for one in BY_HAND], **more
    )


@bp.post("/suppressions")
@staff(Role.PREPARE)
def suppress_address() -> ResponseReturnValue:
    """Put an address on the list by hand."""
    read = read_mailboxes(request.form.get("email", ""), reserved=True)
    reason = next((one for one in BY_HAND if one == request.form.get("reason")), SuppressionReason.STAFF)
    if len(read.addresses) != 1:
        error = sentence(read.refusal) if read.refusal else _("Type one e-mail address.")
        return _list(errors={"email": error}, typed=request.form), 422
    with transaction():
        note = request.form.get("note", "").strip()[:300]
        actions.suppress(read.addresses[0], reason, now(), user_id=me().id, note=note)
    flash(_("This address will not be written to any more."))
    return redirect(url_for(".suppressions"))


@bp.get("/suppressions/<int:suppression_id>/lift")
@staff(Role.PREPARE)
def lift_form(suppression_id: int) -> ResponseReturnValue:
    """Ask before an address may be written to again."""
    return render_template("contacts/lift.html", suppression=get_suppression(suppression_id), errors={})


@bp.post("/suppressions/<int:suppression_id>/lift")
@staff(Role.PREPARE)
def lift(suppression_id: int) -> ResponseReturnValue:
    """Let an address be written to again, for a reason that is kept."""
    note = request.form.get("note", "").strip()[:300]
    if not note:
        errors = {"note": _("Say why: whoever asks later must find it here.")}
        return render_template("contacts/lift.html", suppression=get_suppression(suppression_id), errors=errors), 422
    with transaction():
        found = get_suppression(suppression_id)
        actions.lift(found, now(), me().id, note)
    flash(_("This address may be written to again."))
    return redirect(url_for(".suppressions"))
