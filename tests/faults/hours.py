"""A day at the relay in a few seconds: the sender in this process, the clock of the machine moved on as it pleases."""

from datetime import datetime, timedelta

import time_machine
from sqlalchemy import func, select

from outreach.campaigns.models import Campaign, CampaignState
from outreach.database import db, now, transaction
from outreach.delivery import launching
from outreach.delivery.models import Message
from outreach.delivery.outbox import WAITING
from outreach.delivery.sending import Sender

REST = timedelta(seconds=40)
"""Longer than the relay is left alone the first time it complains."""


def send_to_the_end(post: Sender, clock: time_machine.Traveller, hours: float = 80, every: timedelta = REST) -> None:
    """What the engine does, tick by tick, without waiting for the hours between; for so many hours at most.

    No two ticks are nearer than `every`.
    """
    end = now() + timedelta(hours=hours)
    while now() < end:
        with transaction():
            launching.hold_late(now())
        post.send_due()
        following = _next_due()
        if following is None:
            return
        clock.move_to(max(following, now() + every))


def _next_due() -> datetime | None:
    """When something of a running campaign leaves next."""
    running = select(Campaign.id).where(Campaign.state == CampaignState.RUNNING)
    waiting = (Message.campaign_id.in_(running), Message.state.in_(WAITING))
    found = db.session.scalar(select(func.min(Message.due_at)).where(*waiting))
    db.session.rollback()
    return found
