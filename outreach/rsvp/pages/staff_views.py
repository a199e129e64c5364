"""The page where the office enters an answer that came by telephone or post."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.accounts.guard import me
from outreach.accounts.guard import staff as staff_only
from outreach.accounts.models import Role
from outreach.database import committed, now
from outreach.invitations.queries import get_invitation
from outreach.rsvp import actions, queries
from outreach.rsvp.answering import NotAccepted
from outreach.rsvp.base_views import bp
from outreach.rsvp.models import Way
from outreach.rsvp.pages import page_views
from outreach.rsvp.pages.invitation_views import blank
from outreach.rsvp.standing import FINAL
from outreach.rsvp.submission import Submission, parse
from outreach.rsvp.waiting.queries import asked_of


@bp.get("/admin/answers/<int:invitation_id>")
@staff_only(Role.READ)
def staff(invitation_id: int) -> ResponseReturnValue:
    """What was answered so far and by which way, and the form to enter an answer."""
    current = queries.find_answer(invitation_id)
    submission = asked_of(current) if current else blank(get_invitation(invitation_id))
    return _page(invitation_id, submission, {})


@bp.post("/admin/answers/<int:invitation_id>")
@staff_only(Role.READ)
def enter_answer(invitation_id: int) -> ResponseReturnValue:
    """Record what somebody said, and who entered it."""
    submitted = parse(request.form)
    try:
        committed(lambda: _enter(invitation_id, submitted))
    except NotAccepted as refused:
        return _page(invitation_id, submitted, page_views.sentences(refused)), refused.status
    flash(_("The answer is recorded."), "success")
    return redirect(url_for("rsvp.staff", invitation_id=invitation_id), 303)


def _enter(invitation_id: int, submitted: Submission) -> None:
    invitation = get_invitation(invitation_id)
    if request.form.get("undo"):
        actions.undo(invitation, now(), me().id)
    else:
        reserved = current_app.config["DEMONSTRATION"]
        actions.answer(invitation, submitted, now(), Way.STAFF, me().id, reserved=reserved)


def _page(invitation_id: int, submission: Submission, errors: page_views.Errors) -> str:
    invitation = get_invitation(invitation_id)
    current = queries.find_answer(invitation_id)
    return render_template(
        "rsvp/staff.html",
        **page_views.form(invitation, submission, errors, name=page_views.STAFF, current=current),
        history=page_views.history(invitation),
        final=queries.standing_of(invitation, now()) in FINAL,
    )
