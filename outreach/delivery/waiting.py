"""Where something is due: the stretches of the index in which messages wait, who waits longest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import Row, Select, bindparam, select

from outreach.campaigns.hours import is_open
from outreach.campaigns.models import Campaign, CampaignState
from outreach.campaigns.rhythm import hours_of
from outreach.database import UtcDateTime, db
from outreach.delivery import writes
from outreach.delivery.models import Message, Notice
from outreach.delivery.outbox import WAITING
from outreach.delivery.pacing import attention, lanes
from outreach.delivery.pacing.families import Family
from outreach.delivery.pacing.throttle import Throttle
from outreach.delivery.states import MessageState
from outreach.events.models import Event

AT: Final = bindparam("at", type_=UtcDateTime())
"""The instant, in a statement that is built once."""
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


def open_queues(at: datetime) -> list[Queue]:
    """Where a sender would find messages now, who waits longest first. Nowhere while all stops."""
    return [] if db.session.scalar(select(writes.braked())) else free(at, lanes.throttles())


def free(at: datetime, limited: Mapping[Family, Throttle]) -> list[Queue]:
    """What is due, in its hours, in a lane that lets some through; what these hold back is looked after by that."""
    full = {family for family, throttle in limited.items() if not throttle.allowance(at)}
    shut, due = _shut(at), sorted(queues(at))
    there = [one for one in due if one.family not in full and not (one.is_new and one.campaign_id in shut)]
    attention.note({queue.campaign_id for queue in due} - {queue.campaign_id for queue in there}, at)
    return there


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


def _shut(at: datetime) -> set[int]:
    """The running campaigns whose hours are over for now."""
    columns = (Campaign.id, Campaign.rhythm, Event.timezone)
    kept = select(*columns).join(Event).where(Campaign.state == CampaignState.RUNNING, ~Campaign.any_hour)
    return {row.id for row in db.session.execute(kept) if not is_open(at, hours_of(row.rhythm, row.timezone))}


def queues(at: datetime) -> list[Queue]:
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
        .where(Message.lane == bindparam("lane", type_=Message.lane.type), Message.due_at <= AT)
        .order_by(Message.due_at, Message.id)
        .limit(bindparam("limit"))
        .with_for_update(skip_locked=True, of=Message)
    )
