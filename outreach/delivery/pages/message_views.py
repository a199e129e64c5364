"""The messages of a campaign, one by one."""

from collections.abc import Iterator

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from outreach.accounts.guard import me, staff
from outreach.accounts.models import Role
from outreach.campaigns.models import CampaignState
from outreach.campaigns.queries import get_campaign
from outreach.contacts.exporting import csv_bytes
from outreach.contacts.searching.filters import Cursor
from outreach.delivery import figures, queries
from outreach.delivery.labels import STATES
from outreach.delivery.pages.base_views import bp
from outreach.delivery.queries import Wanted
from outreach.delivery.remedies.choices import choices
from outreach.delivery.states import MessageState
from outreach.i18n import moment


@bp.get("/campaigns/<int:campaign_id>/messages")
@staff()
def messages(campaign_id: int) -> ResponseReturnValue:
    """Each message: to whom, its state, the relay's words."""
    wanted, campaign = _wanted(campaign_id), get_campaign(campaign_id)
    may_leave = campaign.state in {CampaignState.RUNNING, CampaignState.PAUSED}
    return render_template(
        "delivery/messages.html",
        campaign=campaign,
        notices=queries.notices_in_doubt(campaign.event_id),
        wanted=wanted,
        counts=figures.counts(campaign_id),
        page=queries.page(wanted, _cursor("after"), _cursor("before")),
        choices=choices(wanted.state, may_leave=may_leave) if wanted.state and me().can(Role.SIGN) else [],
        notice_doubts=choices(MessageState.IN_DOUBT) if me().can(Role.SIGN) else [],
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


def _cells(wanted: Wanted) -> Iterator[list[object]]:
    for line in queries.everyone(wanted):
        yield [line.name, line.email, str(STATES[line.state]), moment(line.at), line.tries, line.said]


def _cursor(name: str) -> Cursor | None:
    return Cursor.parse(request.args.get(name, ""))


def _wanted(campaign_id: int) -> Wanted:
    try:
        state = MessageState(request.args.get("state", ""))
    except ValueError:
        return Wanted(campaign_id, None, request.args.get("q", ""))
    return Wanted(campaign_id, state, request.args.get("q", ""))
