"""Chooses what leaves next: rows that are due, for one owner, who waits longest first."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, select, update

from outreach.campaigns.models import Campaign, CampaignState
from outreach.database import db
from outreach.delivery import outbox, writes
from outreach.delivery.models import Message, Notice
from outreach.delivery.outbox import WAITING, Lease
from outreach.delivery.states import MessageState
from outreach.delivery.writes import Table, campaign_of

Queue = tuple[ColumnElement[bool], ...]


def lease(table: Table, owner: str, limit: int, at: datetime) -> list[Lease]:
    """Take up to that many rows that are due; nobody else gets them while this owner lives."""
    chosen: list[Row[Any]] = []
    for queue in _queues(table, at):
        if len(chosen) == limit:
            break
        due = select(*_LEASED[table]).where(*queue, table.due_at <= at).order_by(table.due_at, table.id)
        rest = due.limit(limit - len(chosen)).with_for_update(skip_locked=True, of=table)
        chosen += db.session.execute(rest).all()
    db.session.execute(
        update(table)
        .where(table.id.in_([row.id for row in chosen]))
        .values(state=MessageState.LEASED, owner=owner, leased_at=at, attempt=table.attempt + 1, intent_at=None)
    )
    outbox.count_moves(owner, ((row.campaign_id, row.state, MessageState.LEASED) for row in chosen))
    return [Lease(row.id, owner, row.attempt + 1, row.campaign_id) for row in chosen]


_LEASED: Final[Mapping[Table, Sequence[Any]]] = {
    table: (table.id, table.attempt, table.state, *campaign_of(table)) for table in (Message, Notice)
}


def _queues(table: Table, at: datetime) -> list[Queue]:
    """Where something may leave now, who waits longest first; nowhere while the brake is pulled.

    Each is one stretch of the index, so that however many rows are due, a lease reads and sorts only its own.
    """
    if db.session.scalar(select(writes.braked())):
        return []
    if table is Notice:
        return [(Notice.state == state,) for state in WAITING]
    heads = [
        (head, campaign_id, state)
        for campaign_id in db.session.scalars(select(Campaign.id).where(Campaign.state == CampaignState.RUNNING)).all()
        for state in WAITING
        if (head := db.session.scalar(_head(campaign_id, state))) is not None and head <= at
    ]
    return [
        (Message.campaign_id == campaign_id, Message.state == state) for _head_at, campaign_id, state in sorted(heads)
    ]


def _head(campaign_id: int, state: MessageState) -> Select[datetime]:
    """When the first of these messages is due."""
    waiting = select(Message.due_at).where(Message.campaign_id == campaign_id, Message.state == state)
    return waiting.order_by(Message.due_at, Message.id).limit(1)
