"""The recipients of a campaign whom nobody knows how to address, each with the page where that is put right."""

from flask import render_template
from flask.typing import ResponseReturnValue

from outreach.accounts.guard import staff
from outreach.accounts.models import Role
from outreach.campaigns import queries
from outreach.campaigns.blueprint import bp
from outreach.campaigns.unaddressed import unaddressed
from outreach.contacts.labels import DOUBTS


@bp.get("/<int:campaign_id>/unaddressed")
@staff(Role.PREPARE, Role.SIGN)
def whom_to_address(campaign_id: int) -> ResponseReturnValue:
    """Who is in the way of this campaign, and why."""
    campaign = queries.get_campaign(campaign_id)
    people = unaddressed(queries.scope_of(campaign))
    return render_template("campaigns/unaddressed.html", campaign=campaign, people=people, DOUBTS=DOUBTS)
