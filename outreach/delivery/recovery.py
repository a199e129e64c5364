"""After a crash: what a dead sender had leased goes back, what it had announced is in doubt, what was stopped ends."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, false, select

from outreach.campaigns.models import Campaign, CampaignState
from outreach.database import db
from outreach.delivery import outbox
from outreach.delivery.models import Message, Notice
from outreach.delivery.outbox import WAITING
from outreach.delivery.states import MessageState, Trial, doubt
from outreach.delivery.writes import Table, campaign_of


def recover(table: Table, is_dead: Callable[[str], bool], at: datetime) -> int:
    """Settle the leases of dead senders; returns how many rows were touched.

    Leased without intent goes back to the queue. Intent without result is in doubt: nobody can say whether the relay
    has it, so it is held for a person, or sent once more, the same to the letter, where its campaign says so.
    """
    held = db.session.execute(_leased(table)).all()
    dead = {owner for owner in {row.owner for row in held} if is_dead(owner)}
    orphans = [row for row in held if row.owner in dead]
    unsent = [outbox.Lease(row.id, row.owner, row.attempt, row.campaign_id) for row in orphans if not row.intent_at]
    outbox.release(table, unsent)
    outbox.record(table, [_doubtful(row, at) for row in orphans if row.intent_at], at)
    return len(orphans)


def end_stopped(at: datetime) -> int:
    """Cancel what came back to the queue of a campaign after it was stopped; returns how many messages that were.

    A stop cancels what waits. What was leased then is given back, or put off by the relay, a moment later.
    """
    left = select(Message.id).where(Message.campaign_id == Campaign.id, Message.state.in_(WAITING)).exists()
    stopped = select(Campaign.id).where(Campaign.state == CampaignState.STOPPED, left)
    return sum(outbox.cancel_waiting(campaign_id, at) for campaign_id in db.session.scalars(stopped).all())


def _doubtful(row: Row[Any], at: datetime) -> outbox.Result:
    judged = doubt(Trial(row.tries, row.first_tried_at, once_more=row.once_more, doubted=row.doubted), at)
    words = "the sender stopped before the relay's answer was recorded"
    lease = outbox.Lease(row.id, row.owner, row.attempt, row.campaign_id)
    return outbox.Result(lease, judged.state, judged.retry_at, text=words, doubted=True)


def _leased(table: Table) -> Select[*tuple[Any, ...]]:
    columns = (table.id, table.owner, table.attempt, table.tries, table.first_tried_at, table.intent_at)
    leased = select(*columns, table.doubted, *campaign_of(table)).where(table.state == MessageState.LEASED)
    if table is Notice:
        return leased.add_columns(false().label("once_more"))
    # The index of what is due begins with the campaign: named, a million messages are not read through every second.
    named = leased.where(Message.campaign_id.in_(select(Campaign.id)))
    return named.join(Campaign, Campaign.id == Message.campaign_id).add_columns(
        Campaign.retry_in_doubt.label("once_more")
    )
