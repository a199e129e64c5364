"""What is late: due for longer than its campaign tolerates, while nobody looked after it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from outreach.campaigns.models import Campaign, CampaignState
from outreach.campaigns.planning import tolerated
from outreach.database import db
from outreach.delivery import waiting
from outreach.delivery.pacing import attention


def running() -> Sequence[Campaign]:
    """The campaigns of which something may be late, always in one order."""
    return db.session.scalars(
        select(Campaign).where(Campaign.state == CampaignState.RUNNING).order_by(Campaign.id)
    ).all()


def is_late(campaign: Campaign, at: datetime) -> bool:
    """True when it is due for too long; what its lane or its hours hold back is looked after, and not late."""
    due = waiting.first_due(campaign.id)
    if due is None:
        return False
    since = max(due, attention.attended_at(campaign.id) or due)
    return at - since > tolerated(campaign.late_tolerance_seconds)


def excuse(since: datetime, at: datetime) -> None:
    """Somebody kept everything from leaving meanwhile: what was not late then is not late now."""
    attention.note([campaign.id for campaign in running() if not is_late(campaign, since)], at)
