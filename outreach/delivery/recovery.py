"""After a crash: what a dead sender had leased goes back, what it had announced is in doubt."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from outreach.campaigns.models import Campaign
from outreach.database import db
from outreach.delivery import outbox
from outreach.delivery.models import Message, Notice
from outreach.delivery.outbox import Table
from outreach.delivery.states import MessageState


def recover(table: Table, is_dead: Callable[[str], bool], at: datetime) -> int:
    """Settle the leases of dead senders; returns how many rows were touched.

    Leased without intent goes back to the queue. Intent without result is in doubt: nobody can say whether the relay
    has it, so it is held for a person.
    """
    held = db.session.execute(_leased(table)).all()
    dead = {owner for owner in {row.owner for row in held} if is_dead(owner)}
    orphans = [row for row in held if row.owner in dead]
    unsent = [outbox.Lease(row.id, row.owner, row.attempt, row.campaign_id) for row in orphans if not row.intent_at]
    doubtful = [outbox.Lease(row.id, row.owner, row.attempt, row.campaign_id) for row in orphans if row.intent_at]
    outbox.release(table, unsent)
    words = "the sender stopped before the relay's answer was recorded"
    outbox.record(table, [outbox.Result(one, MessageState.IN_DOUBT, text=words) for one in doubtful], at)
    return len(orphans)


def _leased(table: Table) -> Select[*tuple[Any, ...]]:
    columns = (table.id, table.owner, table.attempt, table.intent_at, *outbox.campaign_of(table))
    leased = select(*columns).where(table.state == MessageState.LEASED)
    if table is Notice:
        return leased
    # The index of what is due begins with the campaign: named, a million messages are not read through every second.
    return leased.where(Message.campaign_id.in_(select(Campaign.id)))
