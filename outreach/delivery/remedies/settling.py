"""A person decides about a message that is in doubt, or that waits for its next try: one, or several at once."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, select, update

from outreach.accounts.actions import record
from outreach.campaigns.lifecycle import CampaignState
from outreach.campaigns.models import Campaign
from outreach.database import db
from outreach.delivery import figures
from outreach.delivery.history import steps
from outreach.delivery.history.models import StepKind
from outreach.delivery.models import HELD_UNTIL, Message, Notice
from outreach.delivery.remedies.choices import ABOUT, SENDS, Decision
from outreach.delivery.states import MessageState
from outreach.delivery.writes import Table, campaign_of
from outreach.errors import NotFound, Refusal

__all__ = [
    "AT_ONCE",
    "WRITER",
    "Decision",
    "get_message",
    "settle",
    "settle_notice",
    "settle_several",
]

WRITER: Final = "staff"
"""In whose name the counts move."""
AT_ONCE: Final = 1000
"""How many one decision is about at most, lest the database be locked for long."""


_STATES: Final = {
    Decision.SENT: MessageState.SENT,
    Decision.AGAIN: MessageState.RETRY,
    Decision.FAILED: MessageState.FAILED,
    Decision.NOW: MessageState.RETRY,
    Decision.HOLD: MessageState.RETRY,
}
_KINDS: Final = {Decision.NOW: StepKind.HURRIED, Decision.HOLD: StepKind.HELD}


def get_message(message_id: int) -> Message:
    """One message. Raises NotFound."""
    message = db.session.get(Message, message_id)
    if message is None:
        raise NotFound("There is no such message.")
    return message


def settle_notice(notice_id: int, decision: Decision, at: datetime, user_id: int | None) -> None:
    """The same as `settle` for a notice. Raises NotFound, Refusal."""
    if db.session.get(Notice, notice_id) is None:
        raise NotFound("There is no such message.")
    if not _decide(Notice, [notice_id], decision, at, user_id):
        raise _too_late(decision)
    record("notice.settled", "notice", notice_id, user_id, decision=decision.value)


def settle(message_id: int, decision: Decision, at: datetime, user_id: int | None) -> Message:
    """Close a message, send it once more (the same bytes, under the same Message-ID), or choose when it is tried again.

    One UPDATE that holds only while the message is in a state the decision is about, so two people cannot decide twice.
    Raises Refusal when it no longer is, or when its campaign is over and nothing may leave.
    """
    message = get_message(message_id)
    campaign = db.session.get_one(Campaign, message.campaign_id)
    if decision in SENDS and campaign.state not in {CampaignState.RUNNING, CampaignState.PAUSED}:
        raise Refusal("This campaign is over: nothing more leaves.")
    if not _decide(Message, [message_id], decision, at, user_id):
        raise _too_late(decision)
    record("message.settled", "message", message_id, user_id, decision=decision.value)
    db.session.refresh(message)
    return message


def settle_several(
    table: Table, numbers: Collection[int], decision: Decision, at: datetime, user_id: int | None
) -> int:
    """Decide the same about several; returns about how many, for what somebody else has settled stays as it is."""
    decided = _decide(table, sorted(numbers)[:AT_ONCE], decision, at, user_id)
    if decided:
        name = "messages" if table is Message else "notices"
        record(f"{name}.settled", user_id=user_id, decision=decision.value, count=decided)
    return decided


def _decide(table: Table, numbers: Collection[int], decision: Decision, at: datetime, user_id: int | None) -> int:
    """One UPDATE for each state they may be in; counts and steps in the same transaction. Returns how many changed."""
    moves: Counter[tuple[int, MessageState]] = Counter()
    decided: list[int] = []
    for before in ABOUT[decision]:
        statement = update(table).where(table.id.in_(numbers), table.state == before, *_may_leave(table, decision))
        changed = statement.values(**_values(decision, at, user_id)).returning(table.id, *campaign_of(table))
        for row in db.session.execute(changed.execution_options(synchronize_session=False)).all():
            decided.append(row.id)
            if row.campaign_id is not None:
                moves[row.campaign_id, before] -= 1
                moves[row.campaign_id, _STATES[decision]] += 1
    figures.move(moves, WRITER)
    steps.keep(table, decided, _KINDS.get(decision, StepKind.SETTLED), at, user_id)
    return len(decided)


def _may_leave(table: Table, decision: Decision) -> tuple[ColumnElement[bool], ...]:
    if table is Notice or decision not in SENDS:
        return ()
    open_ones = select(Campaign.id).where(Campaign.state.in_([CampaignState.RUNNING, CampaignState.PAUSED]))
    return (Message.campaign_id.in_(open_ones),)


def _values(decision: Decision, at: datetime, user_id: int | None) -> dict[str, Any]:
    told: dict[str, Any] = {"state": _STATES[decision], "owner": None}
    if decision is Decision.HOLD:
        return {**told, "due_at": HELD_UNTIL}
    if decision is Decision.NOW:
        return {**told, "due_at": at}
    if decision is Decision.AGAIN:
        return {**told, "due_at": at, "closed_by": user_id}
    return {**told, "ended_at": at, "closed_by": user_id}


def _too_late(decision: Decision) -> Refusal:
    if decision in {Decision.SENT, Decision.AGAIN}:
        return Refusal("This message is no longer in doubt: somebody has settled it.")
    return Refusal("This message has moved on meanwhile: look at it again before you decide.")
