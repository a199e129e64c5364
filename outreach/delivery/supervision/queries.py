"""Reads what waits to leave, campaign by campaign and lane by lane, and what is in hand: seeks along indices.

How many messages are due is counted up to a thousand and no further: a figure of a panel need not cost a million rows.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, select, union_all

from outreach.campaigns.models import Campaign, CampaignState
from outreach.database import db
from outreach.delivery import figures
from outreach.delivery.models import HELD_UNTIL, Message, Notice
from outreach.delivery.outbox import WAITING
from outreach.delivery.pacing import lanes
from outreach.delivery.pacing.families import Family
from outreach.delivery.states import MessageState
from outreach.delivery.writes import Table

MANY: Final = 1000
"""Beyond that a figure says only that there are more."""
Key = tuple[MessageState, Family]
Slot = tuple[Key, tuple[ColumnElement[bool], ...]]
Due = Counter[Key]
UNDER_WAY: Final = (CampaignState.RUNNING, CampaignState.PAUSED)


@dataclass(frozen=True, slots=True)
class CampaignLoad:
    """A campaign that runs or is paused: what waits, what is in hand, what needs a decision."""

    id: int
    name: str
    state: CampaignState
    pause_reason: str
    due: int
    """Whose hour has come, counted up to `MANY` + 1."""
    later: int | None
    """Whose batch has not come; None where too many are due to tell."""
    leased: int
    retries: int | None
    """Whose next try has not come; the same holds."""
    held: int
    in_doubt: int
    oldest: datetime | None
    """When the one that has waited longest was due."""
    next_at: datetime | None
    """When the next one comes due."""


@dataclass(frozen=True, slots=True)
class LaneLoad:
    """One family of destinations: its limit, what waits in it, when it lets the next one through."""

    family: Family
    per_hour: int | None
    due: int
    opens_at: datetime | None
    """In the future only, while it is used up."""


@dataclass(frozen=True, slots=True)
class NoticeLoad:
    """The messages without campaign, which go first; each counted up to `MANY` + 1."""

    due: int
    retries: int
    leased: int
    in_doubt: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """All that waits."""

    campaigns: Sequence[CampaignLoad]
    lanes: Sequence[LaneLoad]
    notices: NoticeLoad

    @property
    def due(self) -> int:
        """What would leave now if nothing held it back; beyond `MANY` of a campaign, at least so many."""
        running = sum(one.due for one in self.campaigns if one.state is CampaignState.RUNNING)
        return running + self.notices.due

    @property
    def is_more(self) -> bool:
        """True when `due` is only a least number."""
        return any(one.due > MANY for one in self.campaigns)

    def total(self, name: str) -> int:
        """The sum of one figure over campaigns and notices, as far as it is told."""
        total: int = sum(getattr(one, name) or 0 for one in self.campaigns) + getattr(self.notices, name, 0)
        return total


@dataclass(frozen=True, slots=True)
class Hand:
    """What one sender has leased: how many, since when, and how many of them it has announced."""

    owner: str
    count: int
    announced: int
    since: datetime | None


def waiting(at: datetime) -> Waiting:
    """Everything that waits, in the order of campaigns and of families."""
    found = select(Campaign.id, Campaign.name, Campaign.state, Campaign.pause_reason).where(
        Campaign.state.in_(UNDER_WAY)
    )
    rows = db.session.execute(found.order_by(Campaign.id)).all()
    counted = figures.counts_of([row.id for row in rows])
    by_lane: Counter[Family] = Counter()
    loads = []
    for row in rows:
        due = _due(row.id, at)
        if row.state is CampaignState.RUNNING:
            by_lane.update({family: sum(due[state, family] for state in WAITING) for family in Family})
        loads.append(_load(row, counted[row.id], due, at))
    return Waiting(loads, _lanes(by_lane, at), _notices(at))


def oldest_retry() -> datetime | None:
    """When the first message that is to be tried again is due, of the campaigns under way."""
    under_way = db.session.scalars(select(Campaign.id).where(Campaign.state.in_(UNDER_WAY))).all()
    heads = [_first(number, Message.due_at < HELD_UNTIL, [MessageState.RETRY]) for number in under_way]
    return min(filter(None, heads), default=None)


def in_hand() -> list[Hand]:
    """What senders have leased, the largest first; at most a few hundred rows for each of them."""
    found: dict[str, Hand] = {}
    for statement in (_leased(Message), _leased(Notice)):
        for owner, count, announced, since in db.session.execute(statement):
            known = found.get(owner or "")
            found[owner or ""] = Hand(
                owner or "",
                count + (known.count if known else 0),
                announced + (known.announced if known else 0),
                min(filter(None, (since, known.since if known else None)), default=None),
            )
    return sorted(found.values(), key=lambda one: (-one.count, one.owner))


def notices_in_doubt() -> Sequence[Notice]:
    """The notices of which nobody can say whether they left, the oldest first."""
    found = select(Notice).where(Notice.state == MessageState.IN_DOUBT).order_by(Notice.due_at, Notice.id)
    return db.session.scalars(found.limit(50)).all()


def _load(row: Any, counted: figures.Counts, due: Due, at: datetime) -> CampaignLoad:
    held = _held(row.id)
    return CampaignLoad(
        id=row.id,
        name=row.name,
        state=row.state,
        pause_reason=row.pause_reason,
        due=min(sum(due.values()), MANY + 1),
        later=_rest(counted, due, MessageState.QUEUED),
        leased=max(counted.get(MessageState.LEASED, 0), 0),
        retries=_rest(counted, due, MessageState.RETRY, held),
        held=held,
        in_doubt=counted.get(MessageState.IN_DOUBT, 0),
        oldest=_first(row.id, Message.due_at <= at),
        next_at=_first(row.id, (Message.due_at > at) & (Message.due_at < HELD_UNTIL)),
    )


def _rest(counted: figures.Counts, due: Due, state: MessageState, held: int = 0) -> int | None:
    """How many in a state are not due, nor held."""
    is_told = all(due[state, family] <= MANY for family in Family)
    return max(counted.get(state, 0) - sum(due[state, family] for family in Family) - held, 0) if is_told else None


def _slots(campaign_id: int, when: ColumnElement[bool], states: Sequence[MessageState] = WAITING) -> list[Slot]:
    """The stretches of the index of what waits: one for each state and lane."""
    of_campaign = Message.campaign_id == campaign_id
    return [
        ((state, family), (of_campaign, Message.state == state, Message.lane == family, when))
        for state in states
        for family in Family
    ]


def _due(campaign_id: int, at: datetime) -> Due:
    """How many messages of a campaign are due in each state and lane, each counted up to `MANY` + 1."""
    return _counted(_slots(campaign_id, Message.due_at <= at))


def _held(campaign_id: int) -> int:
    """How many a person holds, counted in the same way."""
    return sum(_counted(_slots(campaign_id, Message.due_at >= HELD_UNTIL, [MessageState.RETRY])).values())


def _counted(slots: Sequence[Slot]) -> Due:
    counts = [_bounded(Message, *conditions).label(f"n{place}") for place, (_key, conditions) in enumerate(slots)]
    found = db.session.execute(select(*counts)).one()
    return Counter({key: count for (key, _conditions), count in zip(slots, found, strict=True)})


def _first(campaign_id: int, when: ColumnElement[bool], states: Sequence[MessageState] = WAITING) -> datetime | None:
    """When the first of these messages is due: the head of each stretch, and the earliest of the heads."""
    heads = [
        select(select(func.min(Message.due_at)).where(*conditions).scalar_subquery().label("at"))
        for _key, conditions in _slots(campaign_id, when, states)
    ]
    found = [row.at for row in db.session.execute(union_all(*heads)) if row.at is not None]
    return min(found, default=None)


def _bounded(table: Table, *conditions: ColumnElement[bool]) -> Any:
    """A count that stops beyond `MANY`."""
    some = select(table.id).where(*conditions).limit(MANY + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _lanes(due: Counter[Family], at: datetime) -> list[LaneLoad]:
    throttles = lanes.throttles()
    found = []
    for family in Family:
        throttle = throttles.get(family)
        opens_at = throttle.opens_at(at) if throttle else None
        busy = opens_at if opens_at is not None and opens_at > at else None
        found.append(LaneLoad(family, throttle.per_hour if throttle else None, due[family], busy))
    return found


def _notices(at: datetime) -> NoticeLoad:
    def count(*conditions: ColumnElement[bool]) -> Any:
        return _bounded(Notice, *conditions)

    due = [count(Notice.state == state, Notice.due_at <= at) for state in WAITING]
    rest = [MessageState.RETRY, MessageState.LEASED, MessageState.IN_DOUBT]
    row = db.session.execute(select(*due, *(count(Notice.state == state) for state in rest))).one()
    heads = [select(func.min(Notice.due_at)).where(Notice.state == state, Notice.due_at <= at) for state in WAITING]
    oldest = [head for statement in heads if (head := db.session.scalar(statement)) is not None]
    return NoticeLoad(row[0] + row[1], row[2], row[3], row[4], min(oldest, default=None))


def _leased(table: Table) -> Select[*tuple[Any, ...]]:
    held = (table.owner, func.count(), func.count(table.intent_at), func.min(table.leased_at))
    leased = select(*held).where(table.state == MessageState.LEASED).group_by(table.owner)
    # The index of what is due begins with the campaign: named, a million messages are not read through.
    return leased.where(Message.campaign_id.in_(select(Campaign.id))) if table is Message else leased
