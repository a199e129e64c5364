"""Finds the event that a dashboard is about."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from outreach.campaigns.models import Campaign, CampaignState
from outreach.database import db
from outreach.events.models import Event
from outreach.events.queries import events, get_event, open_events

GOING = (CampaignState.RUNNING, CampaignState.PAUSED)


def chosen(event_id: int | None, at: datetime) -> Event | None:
    """The event asked for, else the next open one, else the latest there was. Raises NotFound for a wrong number."""
    if event_id is not None:
        return get_event(event_id)
    return next(iter([*open_events(at.date()), *events()]), None)


def all_events() -> Sequence[Event]:
    """Every event, the next one first."""
    return events()


def campaigns_of(event_id: int) -> Sequence[Campaign]:
    """The campaigns of an event, those that are going first, then the newest."""
    found = db.session.scalars(select(Campaign).where(Campaign.event_id == event_id).order_by(Campaign.id.desc()))
    return sorted(found, key=lambda one: one.state not in GOING)
