"""Leases what is due: rows for one owner, who waits longest first, as fast as their lanes allow."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import BigInteger, Row, Select, String, bindparam, null, select, update

from outreach.database import db
from outreach.delivery import outbox, waiting, writes
from outreach.delivery.given import given, run, text_of
from outreach.delivery.models import Message, Notice
from outreach.delivery.outbox import WAITING, Lease
from outreach.delivery.pacing import attention, lanes
from outreach.delivery.pacing.destinations import put_right
from outreach.delivery.pacing.families import Family
from outreach.delivery.pacing.throttle import Throttle
from outreach.delivery.states import MessageState
from outreach.delivery.writes import Table

_ROUNDS: Final = 10
"""So often a lease reads on where what it found belongs to other lanes; the next one goes on from there."""


def lease(table: Table, owner: str, limit: int, at: datetime) -> list[Lease]:
    """Take up to that many rows that are due; nobody else gets them while this owner lives. None while all stops."""
    if db.session.scalar(select(writes.braked())):
        return []
    hand = _Hand(table, owner, limit, at)
    if table is Notice:
        hand.take_notices()
    else:
        hand.take_messages()
    hand.write()
    outbox.count_moves(owner, hand.moves)
    return hand.leases


def end(table: Table, leases: Sequence[Lease], spent: Collection[int], at: datetime) -> None:
    """Free what was leased and not announced.

    The lanes get back what these leases have not `spent`: of these rows, by number, something went to the relay.
    """
    outbox.release(table, leases)
    if spent and table is Message:  # what waits behind these for its turn is looked after too
        ours = {one.campaign_id for one in leases if one.id in spent and one.campaign_id is not None}
        attention.note(ours | {queue.campaign_id for queue in waiting.queues(at)}, at)
    lanes.give_back(Counter(one.lane for one in leases if one.lane is not None and one.id not in spent))


class _Hand:
    """One lease while it is being taken."""

    def __init__(self, table: Table, owner: str, limit: int, at: datetime) -> None:
        self._table, self._owner, self._limit, self._at = table, owner, limit, at
        self._held: dict[Family, Throttle] = {}
        self._unwritten: list[Row[Any]] = []
        self.leases: list[Lease] = []
        self.moves: list[tuple[int | None, MessageState, MessageState]] = []

    @property
    def _left(self) -> int:
        return self._limit - len(self.leases)

    def take_notices(self) -> None:
        """They go first, and through no lane."""
        for state in WAITING:
            values = {"state": state, "at": self._at, "limit": self._left}
            self._keep(db.session.execute(_due_notices(), values).all())

    def take_messages(self) -> None:
        """Campaign by campaign; within one, the lanes that are open share what is left: none waits for another."""
        limited = lanes.throttles()
        free = waiting.free(self._at, limited)
        self._held = lanes.hold({queue.family for queue in free} & limited.keys())
        for campaign_id in dict.fromkeys(queue.campaign_id for queue in free):
            queues = [one for one in free if one.campaign_id == campaign_id]
            for place, queue in enumerate(queues):
                self._take(queue, -(-self._left // (len(queues) - place)), checked=bool(limited))
        lanes.keep(self._held)

    def _take(self, queue: waiting.Queue, share: int, *, checked: bool) -> None:
        """The first rows of a queue, no more than its lane lets through; those of another lane go there instead."""
        throttle = self._held.get(queue.family)
        count = min(share, throttle.allowance(self._at)) if throttle else share
        until = len(self.leases) + count
        for _ in range(_ROUNDS):
            rows = queue.rows(until - len(self.leases), self._at)
            moved = put_right([row.id for row in rows]) if checked and rows else set()
            self._keep([row for row in rows if row.id not in moved])
            if not moved:
                break
            self.write()
        if throttle:
            self._held[queue.family] = throttle.take(count - (until - len(self.leases)), self._at)

    def _keep(self, rows: Sequence[Row[Any]]) -> None:
        self._unwritten += rows
        self.leases += [Lease(row.id, self._owner, row.attempt + 1, row.campaign_id, row.lane) for row in rows]
        self.moves += [(row.campaign_id, row.state, MessageState.LEASED) for row in rows]

    def write(self) -> None:
        """Write down whose the rows are that were taken so far; all at once where nothing has to be read in between."""
        rows, self._unwritten = self._unwritten, []
        if rows:
            ours = ({"id": row.id, "owner": self._owner} for row in rows)
            run(_taking(self._table, db.engine.dialect.name), ours, self._at)


@cache
def _taking(table: Table, _dialect: str) -> str:
    """Makes rows the leases of an owner."""
    taken = given({"id": BigInteger(), "owner": String()})
    values = {"owner": taken.c.owner, "leased_at": writes.AT, "intent_at": null(), "attempt": table.attempt + 1}
    return text_of(update(table).where(table.id == taken.c.id).values(state=MessageState.LEASED, **values))


@cache
def _due_notices() -> Select[*tuple[Any, ...]]:
    columns = (Notice.id, Notice.attempt, Notice.state, null().label("campaign_id"), null().label("lane"))
    return (
        select(*columns)
        .where(Notice.state == bindparam("state", type_=Notice.state.type), Notice.due_at <= waiting.AT)
        .order_by(Notice.due_at, Notice.id)
        .limit(bindparam("limit"))
        .with_for_update(skip_locked=True, of=Notice)
    )
