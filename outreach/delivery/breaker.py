"""Pauses a campaign that meets too many dead addresses, or that the relay will not have; holds over all senders."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, cast, func, select

from outreach.campaigns import actions as campaigns
from outreach.campaigns.models import Campaign, CampaignState
from outreach.database import db, insertion
from outreach.delivery import writes
from outreach.delivery.given import given, run, text_of
from outreach.delivery.models import CampaignFigure
from outreach.delivery.pacing.models import Breaker, HardBounces
from outreach.delivery.pacing.tripping import Tally, follow
from outreach.delivery.states import MessageState, Verdict
from outreach.errors import N_

REFUSED = N_("The relay refused twenty messages in a row, because of us and not of the address.")
BOUNCED = N_(
    "More than five addresses in a hundred, of at least two hundred, do not exist: look at where they come from."
)

RETURNS = "returns"
"""In whose name what came back is counted."""


class _Standing(NamedTuple):
    """What a campaign has met, over all senders."""

    run: int
    """Refusals of us in a row, as they stand."""
    met: Tally
    past: Tally
    """What was known when a person last let it go on."""

    @property
    def too_hard(self) -> bool:
        return self.met.since(self.past).too_hard


class Watch:
    """What one sender's book has met since it was last written down. Every method runs in the caller's transaction."""

    def __init__(self, writer: str) -> None:
        self._writer = writer
        self._of_us: defaultdict[int, list[bool]] = defaultdict(list)
        self._hard: Counter[int] = Counter()
        self.halted: set[int | None] = set()
        """The campaigns of which nothing more has to be offered to the relay; None stands for the notices."""

    def see(self, campaign_id: int | None, judged: Verdict) -> None:
        """One answer about a message of a campaign; notices, and what was not even tried, trip nothing."""
        if campaign_id is None or judged.state is MessageState.QUEUED:
            return
        self._of_us[campaign_id].append(judged.policy)
        self._hard[campaign_id] += judged.suppress or judged.suspect

    def write(self, at: datetime) -> None:
        """Keep it, and pause what has gone too far; after the states themselves were written.

        Campaigns come last, and in one order, so that no two senders wait for each other.
        """
        seen, self._of_us = self._of_us, defaultdict(list)
        hard, self._hard = +self._hard, Counter()
        for campaign_id, count in sorted(hard.items()):
            _add(campaign_id, self._writer, count)
        stands = _standings(seen)
        refused = {
            campaign_id
            for campaign_id, of_us in sorted(seen.items())
            if (any(of_us) or stands[campaign_id].run) and _follow(campaign_id, of_us)
        }
        dead = {campaign_id for campaign_id, standing in stands.items() if standing.too_hard}
        for campaign_id in sorted(refused | dead):
            if halt(campaign_id, REFUSED if campaign_id in refused else BOUNCED, at):
                self.halted.add(campaign_id)

    def take_back(self) -> None:
        """What was last written down was rolled back: see it anew."""
        self._of_us, self._hard = defaultdict(list), Counter()

    def ask(self, campaign_ids: Iterable[int | None]) -> None:
        """Something of these may not leave: is all of it held, by the brake or by a pause?"""
        asked = set(campaign_ids) - self.halted
        if not asked:
            return
        runs = Campaign.state == CampaignState.RUNNING
        going = {None, *db.session.scalars(select(Campaign.id).where(runs, Campaign.id.in_(asked - {None})))}
        self.halted |= asked if db.session.scalar(select(writes.braked())) else asked - going


def _standings(campaign_ids: Iterable[int]) -> dict[int, _Standing]:
    """Of these campaigns; asked at every commit, for another sender may have met something since ours before."""
    asked = [{"id": campaign_id} for campaign_id in campaign_ids]
    rows = run(_asking(db.engine.dialect.name), asked) if asked else []
    return {
        row.id: _Standing(row.run, Tally(row.answered, row.hard), Tally(row.past_answered, row.past_hard))
        for row in rows
    }


@cache
def _asking(_dialect: str) -> str:
    """How campaigns stand; what came back as `bounced` had been accepted first."""
    asked = given({"id": BigInteger()})
    figure = select(func.sum(CampaignFigure.count)).where(CampaignFigure.campaign_id == asked.c.id)
    answered = figure.where(CampaignFigure.state.in_([MessageState.SENT, MessageState.REJECTED, MessageState.BOUNCED]))
    bounced = figure.where(CampaignFigure.state == MessageState.BOUNCED)
    refused = select(func.sum(HardBounces.count)).where(HardBounces.campaign_id == asked.c.id)
    kept = [
        select(column).where(Breaker.campaign_id == asked.c.id).scalar_subquery()
        for column in (Breaker.run, Breaker.past_answered, Breaker.past_hard)
    ]
    columns = {
        "run": _or_zero(kept[0]),
        "answered": _or_zero(answered.scalar_subquery()),
        "hard": _or_zero(bounced.scalar_subquery()) + _or_zero(refused.scalar_subquery()),
        "past_answered": _or_zero(kept[1]),
        "past_hard": _or_zero(kept[2]),
    }
    return text_of(select(asked.c.id, *(cast(column, BigInteger).label(name) for name, column in columns.items())))


def _or_zero(count: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.coalesce(count, 0)


def _follow(campaign_id: int, of_us: list[bool]) -> bool:
    """Go on with the campaign's run; True when it has become too long."""
    breaker = _breaker(campaign_id)
    going = follow(breaker.run, of_us)
    breaker.run = going.length
    db.session.flush()
    return going.too_long


def check(campaign_id: int, at: datetime) -> bool:
    """Pause a running campaign whose hard bounces have become too many; True when this call did.

    For whoever has moved messages to `bounced` or `rejected`, in the same transaction, after `figures.move`.
    """
    return _standings([campaign_id])[campaign_id].too_hard and halt(campaign_id, BOUNCED, at)


def halt(campaign_id: int, reason: str, at: datetime) -> bool:
    """Pause a campaign because of itself, unless a person has paused or stopped it meanwhile; True when this call did.

    Its row is locked as its figures need it (FOR NO KEY UPDATE): their foreign keys would wait for a full lock.
    """
    campaign = db.session.get_one(Campaign, campaign_id, with_for_update={"key_share": True}, populate_existing=True)
    if campaign.state is not CampaignState.RUNNING:
        return False
    campaigns.pause(campaign, at, reason=reason)
    db.session.flush()
    return True


def excuse(campaign_id: int) -> None:
    """A message moved to `bounced` says nothing against its address: its mailbox is full, or its server was away."""
    _add(campaign_id, RETURNS, -1)


def forgive(campaign_id: int) -> None:
    """Begin anew: a person who knows has let the campaign go on."""
    breaker, known = _breaker(campaign_id), _standings([campaign_id])[campaign_id].met
    breaker.run, breaker.past_answered, breaker.past_hard = 0, known.answered, known.hard
    db.session.flush()


def _breaker(campaign_id: int) -> Breaker:
    """The campaign's row, held until the transaction ends, so that senders add to one run and not each to its own."""
    db.session.connection().execute(insertion(Breaker).on_conflict_do_nothing(), {"campaign_id": campaign_id})
    return db.session.get_one(Breaker, campaign_id, with_for_update=True, populate_existing=True)


def _add(campaign_id: int, writer: str, count: int) -> None:
    statement = insertion(HardBounces)
    added = statement.on_conflict_do_update(
        index_elements=["campaign_id", "writer"], set_={"count": HardBounces.count + statement.excluded.count}
    )
    db.session.connection().execute(added, {"campaign_id": campaign_id, "writer": writer, "count": count})
