"""What a person decides about messages in doubt, or waiting for their next try: one by one, or several at once."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from outreach.accounts.guard import me, path_within, staff
from outreach.accounts.models import Role
from outreach.database import now, transaction
from outreach.delivery.models import Message, Notice
from outreach.delivery.pages.base_views import back, bp
from outreach.delivery.remedies import queries as decision_queries
from outreach.delivery.remedies import settling
from outreach.delivery.remedies.choices import Decision, choice
from outreach.delivery.states import MessageState
from outreach.delivery.writes import Table
from outreach.errors import Refusal


@bp.post("/messages/<int:message_id>/settle")
@staff(Role.SIGN)
def settle(message_id: int) -> ResponseReturnValue:
    """Decide about one message."""
    decision = _decision()
    with transaction():
        message = settling.settle(message_id, decision, now(), me().id)
    flash(_said(decision), "success")
    return back(message.campaign_id)


@bp.post("/notices/<int:notice_id>/settle")
@staff(Role.SIGN)
def settle_notice(notice_id: int) -> ResponseReturnValue:
    """Decide about one notice."""
    decision = _decision()
    with transaction():
        settling.settle_notice(notice_id, decision, now(), me().id)
    flash(_said(decision), "success")
    return redirect(path_within(request.referrer) or url_for("campaigns.index"), 303)


@bp.post("/campaigns/<int:campaign_id>/messages/decide")
@staff(Role.SIGN)
def decide(campaign_id: int) -> ResponseReturnValue:
    """Decide the same about several messages of a campaign, once somebody has read what follows."""
    listed = url_for("delivery.messages", campaign_id=campaign_id, state=_state())
    home = path_within(request.form.get("home")) or listed
    return _several(Message, home, campaign_id)


@bp.post("/notices/decide")
@staff(Role.SIGN)
def decide_notices() -> ResponseReturnValue:
    """The same about notices."""
    return _several(Notice, path_within(request.form.get("home")) or url_for("campaigns.index"))


def _several(table: Table, home: str, campaign_id: int | None = None) -> ResponseReturnValue:
    """First what would happen, and to how many; then, confirmed, the act."""
    decision, state = _decision(), _state()
    if request.form.get("confirmed"):
        with transaction():
            found = decision_queries.chosen(table, decision, _numbers(), campaign_id)
            count = settling.settle_several(table, found.numbers, decision, now(), me().id)
        flash(ngettext("Decided about %(num)d message.", "Decided about %(num)d messages.", count), "success")
        return redirect(home, 303)
    if request.form.get("all") and state is not None:
        found = decision_queries.all_of(table, decision, state, campaign_id)
    else:
        found = decision_queries.chosen(table, decision, _numbers(), campaign_id)
    if not found.numbers:
        flash(_("Tick the messages that you decide about."), "warning")
        return redirect(home, 303)
    return render_template(
        "delivery/decide.html", found=found, choice=choice(decision), home=home, state=state, most=settling.AT_ONCE
    )


def _numbers() -> list[int]:
    """The rows that were ticked: each a field of its own, or all in one."""
    given = ",".join(request.form.getlist("message")).split(",")
    return [int(number) for number in given if number.isdecimal() and len(number) < 19][: settling.AT_ONCE]


def _state() -> MessageState | None:
    try:
        return MessageState(request.form.get("state", ""))
    except ValueError:
        return None


def _decision() -> Decision:
    try:
        return Decision(request.form.get("verdict", ""))
    except ValueError as error:
        raise Refusal("Say what became of this message.") from error


def _said(decision: Decision) -> str:
    said: dict[Decision, str] = {
        Decision.SENT: _("The message is recorded as accepted."),
        Decision.AGAIN: _("The message is sent once more, the same to the letter."),
        Decision.FAILED: _("The message is given up: it counts as not sent."),
        Decision.NOW: _("The next try is made as soon as a sender is free."),
        Decision.HOLD: _("The message is held: no further try is made until somebody decides."),
    }
    return said[decision]
