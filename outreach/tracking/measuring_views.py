"""How displays of a campaign's messages are measured: the page where the office decides, for it and for its event."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts.guard import me, staff
from outreach.accounts.models import Role
from outreach.campaigns.queries import get_campaign
from outreach.database import transaction
from outreach.institution.measuring import ORDER, strictest
from outreach.institution.queries import institution
from outreach.tracking.deciding import decide, read_mode
from outreach.tracking.views import bp


@bp.get("/admin/campaigns/<int:campaign_id>/measuring")
@staff(Role.PREPARE, Role.SIGN)
def measuring(campaign_id: int) -> ResponseReturnValue:
    """What holds now, and the choice."""
    campaign, house = get_campaign(campaign_id), institution().measuring
    modes = (house, campaign.event.measuring, campaign.measuring)
    return render_template(
        "tracking/measuring.html", campaign=campaign, house=house, mode=strictest(modes), modes=list(ORDER)
    )


@bp.post("/admin/campaigns/<int:campaign_id>/measuring")
@staff(Role.PREPARE, Role.SIGN)
def decide_measuring(campaign_id: int) -> ResponseReturnValue:
    """Keep the choice: it holds for what leaves from now on, and for every image fetched from now on."""
    of_campaign, of_event = read_mode(request.form, "campaign"), read_mode(request.form, "event")
    with transaction():
        decide(get_campaign(campaign_id), of_campaign, of_event, me().id)
    return redirect(url_for("tracking.measuring", campaign_id=campaign_id), 303)
