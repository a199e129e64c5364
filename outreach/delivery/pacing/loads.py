"""What of a campaign has to pass through which lane, for its expected end."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import case, func, select

from outreach.campaigns import narrows
from outreach.campaigns.audience_queries import chosen
from outreach.campaigns.ending import ASSUMED_PER_HOUR, Load
from outreach.campaigns.models import Batch, Campaign, CampaignState
from outreach.campaigns.queries import scope_of
from outreach.database import db
from outreach.delivery import figures
from outreach.delivery.models import Message
from outreach.delivery.pacing import lanes
from outreach.delivery.pacing.destinations import lane_of
from outreach.delivery.pacing.families import Family
from outreach.delivery.states import MessageState

_NOT_LAUNCHED: Final = frozenset({CampaignState.DRAFT, CampaignState.SIGNED})
_TO_LEAVE: Final = (MessageState.QUEUED, MessageState.RETRY, MessageState.LEASED)


@narrows.tell
def loads_of(campaign: Campaign, at: datetime) -> list[Load]:
    """The limited lanes with this campaign's part of them; once it is running, the relay with all that is left."""
    limits = lanes.limits()
    if campaign.state not in _NOT_LAUNCHED:
        return [_relay(campaign, at), *(_left(campaign, at, limits) if limits else [])]
    if not limits:
        return []
    return _shares(limits, _of_audience(campaign) if campaign.state is CampaignState.DRAFT else _of_list(campaign))


def _shares(limits: Mapping[Family, int], counts: Mapping[Family, int]) -> list[Load]:
    total = sum(counts.values())
    return [Load(limits[family], share=count / total) for family, count in counts.items() if family in limits and count]


def _of_audience(campaign: Campaign) -> Mapping[Family, int]:
    people = chosen(scope_of(campaign)).subquery()
    lane = lane_of(people.c[0]).label("lane")
    found = select(lane, func.count()).select_from(people).group_by(lane)
    return {Family(family): count for family, count in db.session.execute(found)}


def _of_list(campaign: Campaign) -> Mapping[Family, int]:
    found = select(Message.lane, func.count()).where(Message.campaign_id == campaign.id).group_by(Message.lane)
    return dict(db.session.execute(found).all())


def _relay(campaign: Campaign, at: datetime) -> Load:
    """From the kept figures: what is left, but for the batches whose hour has not come."""
    count = figures.counts(campaign.id)
    later = select(func.sum(Batch.size)).where(Batch.campaign_id == campaign.id, Batch.due_at > at)
    left = sum(count.get(state, 0) for state in _TO_LEAVE)
    return Load(ASSUMED_PER_HOUR, waiting=max(0, left - int(db.session.scalar(later) or 0)))


def _left(campaign: Campaign, at: datetime, limits: Mapping[Family, int]) -> list[Load]:
    """Counted in the rows that have not left: a slow lane has more of them than its share."""
    due = func.sum(case((Message.due_at <= at, 1), else_=0))
    found = (
        select(Message.lane, func.count().label("left"), due.label("due"))
        .where(Message.campaign_id == campaign.id, Message.state.in_(_TO_LEAVE))
        .group_by(Message.lane)
    )
    rows = db.session.execute(found).all()
    later = sum(row.left - row.due for row in rows)
    return [
        Load(limits[row.lane], waiting=int(row.due), share=(row.left - row.due) / later if later else 0.0)
        for row in rows
        if row.lane in limits
    ]
