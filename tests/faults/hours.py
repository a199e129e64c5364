"""A day at the relay in a few seconds: the sender in this process, the clock of the machine moved on as it pleases."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import time_machine
from flask import current_app
from sqlalchemy import func, select

from outreach.campaigns.models import Campaign, CampaignState
from outreach.database import db, now, transaction
from outreach.delivery import launching
from outreach.delivery.letters.composing import MessageComposer
from outreach.delivery.models import Message
from outreach.delivery.outbox import WAITING
from outreach.delivery.ownership import Ownership
from outreach.delivery.sending import Sender
from outreach.delivery.service import return_addresses
from outreach.delivery.wire.opening import Timeouts
from outreach.delivery.wire.pipeline import Pace, PipelinedMailer
from outreach.delivery.wire.route import parse_route
from outreach.links import links

PATIENT = Timeouts()
REST = timedelta(seconds=40)
"""Longer than the relay is left alone the first time it complains."""


@contextmanager
def impatient(timeouts: Timeouts = PATIENT, context: ssl.SSLContext | None = None) -> Iterator[Sender]:
    """A sender of campaigns with patience and trust of its own; the rest is as the settings say."""
    settings = current_app.config
    pace = Pace(settings["CONNECTIONS"], settings["MESSAGES_PER_CONNECTION"])
    mailer = PipelinedMailer(parse_route(settings["SMTP_URL"]), pace, timeouts=timeouts, context=context)
    with Ownership(db.engine, Path(settings["DATA_DIR"])) as owner:
        made = Sender(mailer, owner, [MessageComposer(links(), return_addresses())])
        try:
            yield made
        finally:
            made.close()


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
