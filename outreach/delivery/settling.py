"""A person settles a message in doubt: it was taken, send it once more, or close it as never accepted."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import update

from outreach.accounts.actions import record
from outreach.campaigns.lifecycle import CampaignState
from outreach.campaigns.models import Campaign
from outreach.database import db
from outreach.delivery import figures
from outreach.delivery.models import Message, Notice
from outreach.delivery.outbox import Table
from outreach.delivery.states import MessageState
from outreach.errors import NotFound, Refusal

WRITER: Final = "staff"
"""In whose name the counts move."""


class Decision(StrEnum):
    """What somebody who has looked in the relay's log decides."""

    SENT = "sent"
    AGAIN = "again"
    FAILED = "failed"


_STATES: Final = {
    Decision.SENT: MessageState.SENT,
    Decision.AGAIN: MessageState.RETRY,
    Decision.FAILED: MessageState.FAILED,
}


def get_message(message_id: int) -> Message:
    """One message. Raises NotFound."""
    message = db.session.get(Message, message_id)
    if message is None:
        raise NotFound("There is no such message.")
    return message


def settle_notice(notice_id: int, decision: Decision, at: datetime, user_id: int | None) -> None:
    """The same for a notice. Raises NotFound, Refusal."""
    if db.session.get(Notice, notice_id) is None:
        raise NotFound("There is no such message.")
    if _close(Notice, notice_id, decision, at, user_id) is None:
        raise Refusal("This message is no longer in doubt: somebody has settled it.")
    record("notice.settled", "notice", notice_id, user_id, decision=decision.value)


def settle(message_id: int, decision: Decision, at: datetime, user_id: int | None) -> Message:
    """Close a message in doubt, or send it once more: the same bytes, under the same Message-ID.

    One UPDATE that holds only while the message is in doubt, so two people cannot decide twice. Raises Refusal when it
    no longer is, or when its campaign is over and nothing may leave.
    """
    message = get_message(message_id)
    campaign = db.session.get_one(Campaign, message.campaign_id)
    if decision is Decision.AGAIN and campaign.state not in {CampaignState.RUNNING, CampaignState.PAUSED}:
        raise Refusal("This campaign is over: nothing more leaves.")
    if _close(Message, message_id, decision, at, user_id) is None:
        raise Refusal("This message is no longer in doubt: somebody has settled it.")
    figures.move({(campaign.id, MessageState.IN_DOUBT): -1, (campaign.id, _STATES[decision]): 1}, WRITER)
    record("message.settled", "message", message_id, user_id, decision=decision.value)
    db.session.refresh(message)
    return message


def _close(table: Table, number: int, decision: Decision, at: datetime, user_id: int | None) -> int | None:
    told: dict[str, Any] = {"due_at": at} if decision is Decision.AGAIN else {"ended_at": at}
    return db.session.scalars(
        update(table)
        .where(table.id == number, table.state == MessageState.IN_DOUBT)
        .values(state=_STATES[decision], owner=None, closed_by=user_id, **told)
        .returning(table.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
