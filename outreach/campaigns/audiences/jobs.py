"""What the clock does for audiences: counts those of campaigns that are being prepared anew."""

from datetime import timedelta
from typing import Final

from sqlalchemy import select

from outreach.campaigns.audiences import tallies
from outreach.campaigns.audiences.queries import is_large
from outreach.campaigns.lifecycle import CampaignState
from outreach.campaigns.models import Campaign
from outreach.campaigns.queries import get_campaign, scope_of
from outreach.database import db, now, transaction

PREPARED: Final = (CampaignState.DRAFT, CampaignState.SIGNED)


def count_audiences() -> None:
    """Count anew what pages show, where that is not counted for each page."""
    large = is_large()
    numbers = db.session.scalars(select(Campaign.id).where(Campaign.state.in_(PREPARED))).all() if large else []
    for number in numbers:
        count_audience_of(number, tallies.FRESH)
    db.session.rollback()
    with transaction():
        tallies.forget_old(now())


def count_audience_of(campaign_id: int, young: timedelta = timedelta(0)) -> None:
    """Count whom one campaign writes to; nobody who wants to write waits meanwhile."""
    at = now()
    db.session.rollback()
    scope = scope_of(get_campaign(campaign_id), at.date())
    content = tallies.measured(scope, at, young)
    db.session.rollback()
    if content is not None:
        with transaction():
            tallies.keep(scope, content, at)
