"""Tables of what we say, to whom and when."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.campaigns.lifecycle import CampaignPurpose, CampaignState
from outreach.contacts.kinds import AddressRule
from outreach.database import Base, Numbered
from outreach.events.models import Event
from outreach.institution.models import MeasuringMode

__all__ = [
    "Batch",
    "Campaign",
    "CampaignPurpose",
    "CampaignState",
    "LanguageMode",
    "Letter",
    "SignOff",
]


class LanguageMode(enum.StrEnum):
    """Each recipient's own language (both when it is unknown), or both for everybody."""

    RECIPIENT = "recipient"
    BILINGUAL = "bilingual"


class Campaign(Numbered, Base):
    """One mailing of one letter to one audience for one event."""

    __tablename__ = "campaign"
    __table_args__ = (
        CheckConstraint("batch_size > 0", name="batch_size_positive"),
        CheckConstraint("pause_seconds >= 0", name="pause_positive"),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[CampaignPurpose] = mapped_column(default=CampaignPurpose.INVITATION)
    state: Mapped[CampaignState] = mapped_column(default=CampaignState.DRAFT, index=True)
    audience: Mapped[dict[str, Any]]
    """The rule, as `audience.Rule` reads it."""
    audience_id: Mapped[int | None] = mapped_column(ForeignKey("audience.id"), index=True)
    """The saved audience that the rule narrows down, if there is one."""
    address_rule: Mapped[AddressRule] = mapped_column(default=AddressRule.PREFERRED, server_default="preferred")
    """Which of each recipient's addresses is written to."""
    language_mode: Mapped[LanguageMode] = mapped_column(default=LanguageMode.RECIPIENT)
    sender_name: Mapped[str] = mapped_column(String(150), default="")
    sender_email: Mapped[str] = mapped_column(String(254), default="")
    reply_to: Mapped[str] = mapped_column(String(254), default="")
    starts_at: Mapped[datetime | None]
    batch_size: Mapped[int] = mapped_column(default=200)
    pause_seconds: Mapped[int] = mapped_column(default=600)
    any_hour: Mapped[bool] = mapped_column(default=False)
    """False: batches leave only in the hours of the calendar."""
    rhythm: Mapped[dict[str, Any] | None]
    """Hours by weekday, public holidays and ramp, as `rhythm.read_rhythm` reads them; None: the usual ones."""
    late_tolerance_seconds: Mapped[int] = mapped_column(default=86_400)
    retry_in_doubt: Mapped[bool] = mapped_column(default=False)
    """Send a message in doubt once more by itself; otherwise a person decides."""
    measuring: Mapped[MeasuringMode | None]
    """How displays of its messages may be measured at most; None: as the event and the institution decide."""
    signed_digest: Mapped[str | None] = mapped_column(String(64))
    pause_reason: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    launched_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    event: Mapped[Event] = relationship()
    letters: Mapped[list["Letter"]] = relationship(order_by="Letter.language.desc()", cascade="all, delete-orphan")
    batches: Mapped[list["Batch"]] = relationship(order_by="Batch.number", cascade="all, delete-orphan")


class Letter(Base):
    """Subject and body of a campaign in one language."""

    __tablename__ = "letter"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    subject: Mapped[str] = mapped_column(String(250), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime]


class Batch(Numbered, Base):
    """A slice of a campaign with its own instant, computed once from the calendar."""

    __tablename__ = "batch"
    __table_args__ = (UniqueConstraint("campaign_id", "number"), Index("ix_batch_first", "campaign_id", "first"))

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    number: Mapped[int]
    due_at: Mapped[datetime] = mapped_column(index=True)
    size: Mapped[int]
    first: Mapped[int | None]
    """How many messages of the campaign come before it; not known of batches made long ago."""


class SignOff(Numbered, Base):
    """Who approved what, and when; voided, never deleted, by an edit."""

    __tablename__ = "sign_off"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]]
    """What was signed: letters, calendar, audience rule and number of recipients."""
    voided_at: Mapped[datetime | None]
