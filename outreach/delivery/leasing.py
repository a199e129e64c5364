"""Chooses what leaves next: rows that are due, for one owner, who waits longest first, as fast as their lanes allow."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import BigInteger, Row, Select, String, bindparam, null, select, update

from outreach.campaigns.hours import is_open
from outreach.campaigns.models import Campaign, CampaignState
from outreach.campaigns.rhythm import hours_of
from outreach.database import UtcDateTime, db
from outreach.delivery import outbox, writes
from outreach.delivery.given import given, run, text_of
from outreach.delivery.models import Message, Notice
from outreach.delivery.outbox import WAITING, Lease
from outreach.delivery.pacing import attention, lanes
from outreach.delivery.pacing.destinations import put_right
from outreach.delivery.pacing.families import Family
from outreach.delivery.pacing.throttle import Throttle
from outreach.delivery.states import MessageState
from outreach.delivery.writes import Table
from outreach.events.models import Event

_ROUNDS: Final = 10
"""So often a lease reads on where what it found belongs to other lanes; the next one goes on from there."""
_SLOTS: Final = tuple((state, family) for state in WAITING for family in Family)


@dataclass(frozen=True, slots=True, order=True)
class Queue:
    """One stretch of the index: messages of a campaign in one state and one lane, the first of them due at `head`.

    However many rows are due, a lease reads only its own, and sorts none.
    """

    head: datetime
    campaign_id: int
    state: MessageState
    family: Family

    @property
    def is_new(self) -> bool:
        """Never tried: it keeps to the hours of its campaign. A retry has its own hour, given by the relay's answer."""
        return self.state is MessageState.QUEUED

    def rows(self, limit: int, at: datetime) -> Sequence[Row[Any]]:
        """The first of them that are due, passing over what another sender is about to take."""
        values = {"campaign_id": self.campaign_id, "state": self.state, "lane": self.family, "at": at, "limit": limit}
        return db.session.execute(_due_messages(), values).all() if limit > 0 else []

    def is_longer_than(self, number: int, at: datetime) -> bool:
        """True when more of them than that are due."""
        ours = (Message.campaign_id == self.campaign_id, Message.state == self.state, Message.lane == self.family)
        due = select(Message.id).where(*ours, Message.due_at <= at).order_by(Message.due_at, Message.id)
        return db.session.scalar(due.offset(number).limit(1)) is not None


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
        attention.note(ours | {queue.campaign_id for queue in _queues(at)}, at)
    lanes.give_back(Counter(one.lane for one in leases if one.lane is not None and one.id not in spent))


def open_queues(at: datetime) -> list[Queue]:
    """Where a sender would find messages now, who waits longest first. Nowhere while all stops."""
    return [] if db.session.scalar(select(writes.braked())) else _open(at, lanes.throttles())


def _open(at: datetime, limited: Mapping[Family, Throttle]) -> list[Queue]:
    """What is due, in its hours, in a lane that lets some through; what these hold back is looked after by that."""
    full = {family for family, throttle in limited.items() if not throttle.allowance(at)}
    shut, due = _shut(at), sorted(_queues(at))
    free = [one for one in due if one.family not in full and not (one.is_new and one.campaign_id in shut)]
    attention.note({queue.campaign_id for queue in due} - {queue.campaign_id for queue in free}, at)
    return free


def is_notice_due(at: datetime) -> bool:
    """True when a sender would find a notice now."""
    if db.session.scalar(select(writes.braked())):
        return False
    waiting = select(Notice.id).where(Notice.state.in_(WAITING), Notice.due_at <= at)
    return db.session.scalar(waiting.limit(1)) is not None


def first_due(campaign_id: int) -> datetime | None:
    """When the first message is due that has not been tried; None when each has been."""
    heads = zip(db.session.execute(_heads(), {"campaign_id": campaign_id}).one(), _SLOTS, strict=True)
    return min((head for head, (state, _) in heads if head is not None and state is MessageState.QUEUED), default=None)


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
        free = _open(self._at, limited)
        self._held = lanes.hold({queue.family for queue in free} & limited.keys())
        for campaign_id in dict.fromkeys(queue.campaign_id for queue in free):
            queues = [one for one in free if one.campaign_id == campaign_id]
            for place, queue in enumerate(queues):
                self._take(queue, -(-self._left // (len(queues) - place)), checked=bool(limited))
        lanes.keep(self._held)

    def _take(self, queue: Queue, share: int, *, checked: bool) -> None:
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


def _shut(at: datetime) -> set[int]:
    """The running campaigns whose hours are over for now."""
    columns = (Campaign.id, Campaign.rhythm, Event.timezone)
    kept = select(*columns).join(Event).where(Campaign.state == CampaignState.RUNNING, ~Campaign.any_hour)
    return {row.id for row in db.session.execute(kept) if not is_open(at, hours_of(row.rhythm, row.timezone))}


def _queues(at: datetime) -> list[Queue]:
    """Where something of a running campaign is due."""
    found = []
    for campaign_id in db.session.scalars(select(Campaign.id).where(Campaign.state == CampaignState.RUNNING)).all():
        heads = db.session.execute(_heads(), {"campaign_id": campaign_id}).one()
        slots = zip(heads, _SLOTS, strict=True)
        found += [Queue(head, campaign_id, *slot) for head, slot in slots if head is not None and head <= at]
    return found


@cache
def _heads() -> Select[*tuple[datetime | None, ...]]:
    """When the first message of each slot of a campaign is due, in the order of `_SLOTS`."""
    return select(*(_head(state, family).scalar_subquery().label(f"{state}_{family}") for state, family in _SLOTS))


def _head(state: MessageState, family: Family) -> Select[datetime]:
    waiting = select(Message.due_at).where(Message.campaign_id == bindparam("campaign_id"), Message.state == state)
    return waiting.where(Message.lane == family).order_by(Message.due_at, Message.id).limit(1)


@cache
def _due_messages() -> Select[*tuple[Any, ...]]:
    columns = (Message.id, Message.attempt, Message.state, Message.campaign_id, Message.lane)
    return (
        select(*columns)
        .where(
            Message.campaign_id == bindparam("campaign_id"),
            Message.state == bindparam("state", type_=Message.state.type),
        )
        .where(Message.lane == bindparam("lane", type_=Message.lane.type), Message.due_at <= _AT)
        .order_by(Message.due_at, Message.id)
        .limit(bindparam("limit"))
        .with_for_update(skip_locked=True, of=Message)
    )


@cache
def _due_notices() -> Select[*tuple[Any, ...]]:
    columns = (Notice.id, Notice.attempt, Notice.state, null().label("campaign_id"), null().label("lane"))
    return (
        select(*columns)
        .where(Notice.state == bindparam("state", type_=Notice.state.type), Notice.due_at <= _AT)
        .order_by(Notice.due_at, Notice.id)
        .limit(bindparam("limit"))
        .with_for_update(skip_locked=True, of=Notice)
    )


_AT: Final = bindparam("at", type_=UtcDateTime())
