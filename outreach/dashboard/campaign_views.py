"""How a campaign is leaving."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from outreach.accounts.guard import me, staff
from outreach.accounts.models import Role
from outreach.contacts.searching.filters import Cursor
from outreach.dashboard import campaign_queries
from outreach.dashboard.asking import choose, number
from outreach.dashboard.base_views import bp, is_fragment
from outreach.database import now
from outreach.delivery.remedies.choices import choices
from outreach.delivery.states import MessageState


@bp.get("/campaigns/<int:campaign_id>/progress")
@staff()
def campaign(campaign_id: int) -> ResponseReturnValue:
    """Its messages by state, its batches, what needs a decision."""
    state = choose(MessageState, request.args.get("state")) or MessageState.IN_DOUBT
    place = Cursor.parse(request.args["after"]) if request.args.get("after") else None
    troubles, following = campaign_queries.troubles(campaign_id, state, place)
    sheet = campaign_queries.sheet(campaign_id, now(), number(request.args.get("batch")))
    return render_template(
        "dashboard/_campaign.html" if is_fragment() else "dashboard/campaign.html",
        sheet=sheet,
        state=state,
        troubles=troubles,
        following=following,
        choices=choices(state, may_leave=sheet.may_leave) if me().can(Role.SIGN) else [],
        at=now(),
    )
