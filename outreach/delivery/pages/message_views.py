"""The messages of a campaign, one by one, and what a person decides about those in doubt."""

from collections.abc import Iterator

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.accounts.guard import me, path_within, staff
from outreach.accounts.models import Role
from outreach.campaigns.queries import get_campaign
from outreach.contacts.exporting import csv_bytes
from outreach.database import now, transaction
from outreach.delivery import figures, queries, settling
from outreach.delivery.labels import STATES
from outreach.delivery.pages.base_views import back, bp
from outreach.delivery.queries import Wanted
from outreach.delivery.states import MessageState
from outreach.errors import Refusal
from outreach.i18n import moment


@bp.get("/campaigns/<int:campaign_id>/messages")
@staff()
def messages(campaign_id: int) -> ResponseReturnValue:
    """Each message: to whom, its state, the relay's words."""
    wanted, campaign = _wanted(campaign_id), get_campaign(campaign_id)
    return render_template(
        "delivery/messages.html",
        campaign=campaign,
        notices=queries.notices_in_doubt(campaign.event_id),
        wanted=wanted,
        counts=figures.counts(campaign_id),
        page=queries.page(wanted, request.args.get("after", type=int), request.args.get("before", type=int)),
    )


@bp.get("/campaigns/<int:campaign_id>/messages.csv")
@staff(Role.PREPARE, Role.SIGN)
def export_messages(campaign_id: int) -> ResponseReturnValue:
    """The same list as a file."""
    get_campaign(campaign_id)
    header = [_("Recipient"), _("Address"), _("State"), _("When"), _("Tries"), _("What the relay said")]
    content = csv_bytes(header, _cells(_wanted(campaign_id)))
    name = {"Content-Disposition": f'attachment; filename="messages-{campaign_id}.csv"'}
    return Response(content, mimetype="text/csv", headers=name)


@bp.post("/messages/<int:message_id>/settle")
@staff(Role.SIGN)
def settle(message_id: int) -> ResponseReturnValue:
    """Decide about a message in doubt."""
    decision = _decision()
    with transaction():
        message = settling.settle(message_id, decision, now(), me().id)
    flash(_said(decision), "success")
    return back(message.campaign_id)


@bp.post("/notices/<int:message_id>/settle")
@staff(Role.SIGN)
def settle_notice(message_id: int) -> ResponseReturnValue:
    """Decide about a notice in doubt."""
    decision = _decision()
    with transaction():
        settling.settle_notice(message_id, decision, now(), me().id)
    flash(_said(decision), "success")
    return redirect(path_within(request.referrer) or url_for("campaigns.index"), 303)


def _decision() -> settling.Decision:
    try:
        return settling.Decision(request.form.get("verdict", ""))
    except ValueError as error:
        raise Refusal("Say what became of this message.") from error


def _said(decision: settling.Decision) -> str:
    said: dict[settling.Decision, str] = {
        settling.Decision.SENT: _("The message is recorded as accepted."),
        settling.Decision.AGAIN: _("The message leaves once more, the same to the letter."),
        settling.Decision.FAILED: _("The message is closed as not sent."),
    }
    return said[decision]


def _cells(wanted: Wanted) -> Iterator[list[object]]:
    for line in queries.everyone(wanted):
        yield [line.name, line.email, str(STATES[line.state]), moment(line.at), line.tries, line.said]


def _wanted(campaign_id: int) -> Wanted:
    try:
        state = MessageState(request.args.get("state", ""))
    except ValueError:
        return Wanted(campaign_id, None, request.args.get("q", ""))
    return Wanted(campaign_id, state, request.args.get("q", ""))
