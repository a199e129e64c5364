"""Keeps what a message's row would forget, in the transaction of the change itself; and forgets it at an erasure."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert, literal, null, select, update

from outreach.database import db
from outreach.delivery.history.models import Step, StepKind
from outreach.delivery.models import Message, Notice
from outreach.delivery.states import MessageState
from outreach.delivery.writes import Table

UNFINISHED: Final = frozenset({MessageState.RETRY, MessageState.IN_DOUBT})
"""What a try may end in that a later write changes; of every other end the row itself tells for ever."""


def keep(table: Table, numbers: Collection[int], kind: StepKind, at: datetime, user_id: int | None = None) -> None:
    """Copy these rows as they stand now; none, and the database is not asked."""
    if not numbers:
        return
    of_message = table is Message
    copied: dict[Any, Any] = {
        Step.message_id: Message.id if of_message else null(),
        Step.notice_id: null() if of_message else Notice.id,
        Step.kind: literal(kind, Step.kind.type),
        Step.at: literal(at, Step.at.type),
        Step.user_id: literal(user_id, Step.user_id.type),
        Step.state: table.state,
        Step.tries: table.tries,
        Step.intent_at: table.intent_at,
        Step.due_at: table.due_at,
        Step.reply_code: table.reply_code,
        Step.reply_status: table.reply_status,
        Step.reply_text: table.reply_text,
    }
    rows = select(*copied.values()).where(table.id.in_(numbers)).order_by(table.id)
    db.session.connection().execute(insert(Step).from_select(list(copied), rows))


def forget_words(invitation_ids: Collection[int]) -> None:
    """Empty what relays said about the messages and notices of these invitations: their words quote addresses."""
    for table, link in ((Message, Step.message_id), (Notice, Step.notice_id)):
        of_them = select(table.id).where(table.invitation_id.in_(invitation_ids))
        db.session.execute(update(Step).where(link.in_(of_them)).values(reply_text=None))
        db.session.execute(update(table).where(table.invitation_id.in_(invitation_ids)).values(reply_text=None))
