"""Tables of what leaves: each message once, in a known state for ever."""

import enum
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from outreach.database import Base, Numbered
from outreach.delivery.pacing.families import Family
from outreach.delivery.states import MessageState

HELD_UNTIL: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""When a message is due that a person holds: never, unless a person decides otherwise."""


class NoticePurpose(enum.StrEnum):
    """What a message without campaign is for."""

    CONFIRMATION = "confirmation"
    ADDRESS_CHECK = "address_check"
    OWN_INVITATION = "own_invitation"
    LOST_LINK = "lost_link"
    THANKS = "thanks"
    SEAT_OFFER = "seat_offer"
    EVENT_NEWS = "event_news"


class Dispatch(Numbered):
    """What a message and a notice share: the state machine of one letter on its way out."""

    state: Mapped[MessageState] = mapped_column(default=MessageState.QUEUED)
    due_at: Mapped[datetime]
    """Not before then; moved by a retry."""
    attempt: Mapped[int] = mapped_column(default=0)
    """Grows with every lease, sent or not."""
    tries: Mapped[int] = mapped_column(default=0)
    """How often it was really offered to the relay."""
    first_tried_at: Mapped[datetime | None]
    owner: Mapped[str | None] = mapped_column(String(40))
    """Which sender holds the lease; with `attempt`, the fencing token of every later write."""
    leased_at: Mapped[datetime | None]
    intent_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    message_id: Mapped[str] = mapped_column(String(120))
    """Made with the row, the same on every retry."""
    email: Mapped[str | None] = mapped_column(String(254))
    """Where it went; frozen at the intent, emptied by erasure."""
    merged: Mapped[dict[str, Any] | None]
    """Values spliced into the letter, frozen at the intent."""
    doubted: Mapped[bool] = mapped_column(default=False, server_default=false())
    """True once nobody could say whether the relay had taken it: a campaign's policy decides about the first doubt."""
    reply_code: Mapped[int | None]
    reply_status: Mapped[str | None] = mapped_column(String(12))
    """Enhanced status code (RFC 3463)."""
    reply_text: Mapped[str | None] = mapped_column(String(500))
    closed_by: Mapped[int | None]
    """The member of staff who settled a message in doubt."""

    @property
    def is_held(self) -> bool:
        """True while a person keeps it from its next try."""
        return self.state is MessageState.RETRY and self.due_at >= HELD_UNTIL

    @property
    def told_at(self) -> datetime:
        """The instant a list shows: when it ended, or was last on its way, or is due."""
        waits = self.first_tried_at if self.is_held else None
        return self.ended_at or self.intent_at or waits or self.due_at


class Message(Dispatch, Base):
    """One campaign to one invitation. The unique pair is what makes a second send impossible."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("campaign_id", "invitation_id"),
        Index("ix_message_due", "campaign_id", "state", "lane", "due_at", "id"),
        Index("ix_message_batch", "batch_id", "state"),
        Index("ix_message_invitation", "invitation_id"),
    )

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"))
    lane: Mapped[Family] = mapped_column(default=Family.OTHERS, server_default=Family.OTHERS.value)
    """Through which it leaves: the family that receives at its address, as far as it is known."""


class Notice(Dispatch, Base):
    """A message without campaign, once for each purpose, invitation and key. Goes first."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("purpose", "invitation_id", "key"),
        Index("ix_notice_due", "state", "due_at", "id"),
        Index("ix_notice_invitation", "invitation_id"),
    )

    purpose: Mapped[NoticePurpose]
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"))
    key: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(2))
    values: Mapped[dict[str, Any]]
    """What the template of that purpose needs, frozen when the notice is made."""


class SignedLetter(Base):
    """A campaign's letter in one variant, drawn when it was signed off: no later edit changes what leaves."""

    __tablename__ = "signed_letter"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    variant: Mapped[str] = mapped_column(String(4), primary_key=True)
    """`fr`, `en` or `both`."""
    counted: Mapped[bool] = mapped_column(primary_key=True)
    """Whether displays of it are counted."""
    content: Mapped[dict[str, Any]]


class CampaignFigure(Base):
    """How many messages of a campaign are in a state, as one writer has counted them; pages add the writers up."""

    __tablename__ = "campaign_figure"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    state: Mapped[MessageState] = mapped_column(primary_key=True)
    writer: Mapped[str] = mapped_column(String(40), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)


class Brake(Base):
    """The one switch that stops everything, and why it was pulled."""

    __tablename__ = "brake"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    pulled_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(300), default="")
    user_id: Mapped[int | None]
