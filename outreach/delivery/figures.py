"""Keeps the count of a campaign's messages by state: one row per campaign, state and writer, added up by pages."""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, CompoundSelect, Integer, String, delete, func, select, text, union_all
from sqlalchemy.types import TypeEngine

from outreach.campaigns.models import Campaign, CampaignState
from outreach.database import db, insertion
from outreach.delivery.given import given, run, text_of
from outreach.delivery.models import CampaignFigure, Message
from outreach.delivery.states import OPEN, MessageState

PLANNER = "planner"
"""The writer of what is no sender's: counts from the rows themselves, and what a stop cancels."""

Counts = Mapping[MessageState, int]


def move(changes: Mapping[tuple[int, MessageState], int], writer: str) -> None:
    """Add to the counts of (campaign, state), in the transaction of the change itself."""
    rows = [
        {"campaign_id": campaign_id, "state": state.value, "writer": writer, "count": change}
        for (campaign_id, state), change in sorted(changes.items())
        if change
    ]
    if rows:
        run(_addition(db.engine.dialect.name), rows)


@cache
def _addition(_dialect: str) -> str:
    """Adds to counts, or begins them."""
    columns: dict[str, TypeEngine[Any]] = {
        "campaign_id": BigInteger(),
        "state": String(),
        "writer": String(),
        "count": Integer(),
    }
    rows = select(*given(columns).c).where(
        text("true")
    )  # without it SQLite takes ON CONFLICT for the condition of a join
    statement = insertion(CampaignFigure).from_select(list(columns), rows)
    keys = [name for name in columns if name != "count"]
    return text_of(
        statement.on_conflict_do_update(
            index_elements=keys, set_={"count": CampaignFigure.count + statement.excluded.count}
        )
    )


def recount(campaign_id: int) -> None:
    """Count again from the rows, and let one writer stand for all.

    What others have added since the delete stays theirs: rows and counts are read in one statement, which sees all of a
    change or nothing of it.
    """
    db.session.execute(delete(CampaignFigure).where(CampaignFigure.campaign_id == campaign_id))
    missing: Counter[tuple[int, MessageState]] = Counter()
    for state, count in db.session.execute(_uncounted(campaign_id)):
        missing[campaign_id, MessageState(state)] += int(count)
    move(missing, PLANNER)


def _uncounted(campaign_id: int) -> CompoundSelect[MessageState, int]:
    """What is in the rows, less what is in the counts."""
    rows = select(Message.state, func.count()).where(Message.campaign_id == campaign_id).group_by(Message.state)
    counted = select(CampaignFigure.state, -CampaignFigure.count).where(CampaignFigure.campaign_id == campaign_id)
    return union_all(rows, counted)


def counts(campaign_id: int) -> Counts:
    """How many messages of a campaign are in each state; the states add up to the messages planned."""
    return counts_of([campaign_id])[campaign_id]


def counts_of(campaign_ids: Iterable[int]) -> dict[int, Counts]:
    """The same for several campaigns, in one query.

    A draft has no messages: those of a sign-off that was taken back go when it is signed anew, and count no more.
    """
    chosen = list(campaign_ids)
    found: dict[int, dict[MessageState, int]] = {campaign_id: {} for campaign_id in chosen}
    statement = (
        select(CampaignFigure.campaign_id, CampaignFigure.state, func.sum(CampaignFigure.count))
        .join(Campaign, Campaign.id == CampaignFigure.campaign_id)
        .where(CampaignFigure.campaign_id.in_(chosen), Campaign.state != CampaignState.DRAFT)
        .group_by(CampaignFigure.campaign_id, CampaignFigure.state)
    )
    for campaign_id, state, count in db.session.execute(statement):
        if count:
            found[campaign_id][state] = int(count)
    return dict(found)


def is_over(campaign_id: int) -> bool:
    """True when no message of the campaign is open; asked of the rows, not of the counts."""
    still_open = select(Message.id).where(Message.campaign_id == campaign_id, Message.state.in_(OPEN)).limit(1)
    return db.session.scalar(still_open) is None
