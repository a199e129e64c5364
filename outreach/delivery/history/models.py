"""Tables of what a message's row no longer says: its earlier tries, who decided what; and how fast messages left."""

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.database import Base, Numbered
from outreach.delivery.states import MessageState


class StepKind(enum.StrEnum):
    """What happened to a message that was not simply sent."""

    TRIED = "tried"
    """A try after which the message is open still: it waits for another one, or is in doubt."""
    SETTLED = "settled"
    """A person decided about it."""
    HURRIED = "hurried"
    """A person had its next try made at once."""
    HELD = "held"
    """A person keeps it from its next try."""
    RESTORED = "restored"
    """The database was put back to a backup, which does not know whether it left since."""
    RETURNED = "returned"
    """A report came about a message that had been accepted."""


class Step(Numbered, Base):
    """Something in the life of one message or notice that its row would forget. Only ever added to.

    A message that is sent at its first try has none. A step copies the row as it stood: after what a sender or a person
    did, before what a report changes. Erasure empties `reply_text`.
    """

    __tablename__ = "dispatch_step"
    __table_args__ = (
        CheckConstraint("(message_id IS NULL) <> (notice_id IS NULL)", name="of_one_row"),
        Index("ix_dispatch_step_message", "message_id", "id"),
        Index("ix_dispatch_step_notice", "notice_id", "id"),
    )

    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"))
    kind: Mapped[StepKind]
    at: Mapped[datetime]
    user_id: Mapped[int | None]
    """The member of staff who decided."""
    state: Mapped[MessageState]
    tries: Mapped[int]
    intent_at: Mapped[datetime | None]
    due_at: Mapped[datetime]
    reply_code: Mapped[int | None]
    reply_status: Mapped[str | None] = mapped_column(String(12))
    reply_text: Mapped[str | None] = mapped_column(String(500))


class SendingMinute(Base):
    """How many messages and notices one sender brought to a state within one minute. Kept for two days."""

    __tablename__ = "sending_minute"

    minute: Mapped[datetime] = mapped_column(primary_key=True)
    """Its beginning."""
    writer: Mapped[str] = mapped_column(String(40), primary_key=True)
    state: Mapped[MessageState] = mapped_column(primary_key=True)
    count: Mapped[int]


class RelayRest(Base):
    """Until when one sender leaves the relay alone, and why: its last rest, over or not. Kept for two days."""

    __tablename__ = "relay_rest"

    writer: Mapped[str] = mapped_column(String(40), primary_key=True)
    since: Mapped[datetime]
    until: Mapped[datetime]
    setbacks: Mapped[int]
    """How many in a row, this one included."""
    reason: Mapped[str] = mapped_column(String(500))
