"""Tables of what people asked about their data, and of how long things are kept."""

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from outreach.database import Base, Numbered


class Wish(enum.StrEnum):
    """What somebody asks for (art. 15 to 21 GDPR)."""

    ACCESS = "access"
    CORRECTION = "correction"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    OBJECTION = "objection"


class RightsRequest(Numbered, Base):
    """Somebody asked. Erasing them empties who it was; that it was asked and answered, and when, stays."""

    __tablename__ = "rights_request"
    __table_args__ = (
        Index("ix_rights_request_open", "answered_at", "due_on"),
        Index("ix_rights_request_contact", "contact_id"),
        Index("ix_rights_request_digest", "digest"),
    )

    wish: Mapped[Wish]
    received_on: Mapped[date]
    due_on: Mapped[date]
    """A month after it was received (art. 12.3)."""
    name: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    digest: Mapped[str] = mapped_column(String(40), default="")
    """Keyed hash of the address; empty where none was given."""
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answer: Mapped[str] = mapped_column(Text, default="")


class Keeping(Base):
    """How long what is not a contact's own is kept; exactly one row, or the values of `keeping.Terms`."""

    __tablename__ = "keeping"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    import_days: Mapped[int]
    """Content of files that were received, and their refused rows."""
    detail_months: Mapped[int]
    """After an event: addresses and words of its messages, names and words of its answers."""
    audit_months: Mapped[int]
    """Entries of the audit log, and requests that were answered."""
    purpose: Mapped[dict[str, str]]
    """Language -> what the processing is for, as the register of art. 30 says it."""
    recipients: Mapped[dict[str, str]]
    security: Mapped[dict[str, str]]
    changed_at: Mapped[datetime]


class ForgottenEvent(Base):
    """An event whose messages and answers were emptied because their time was over."""

    __tablename__ = "forgotten_event"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    at: Mapped[datetime]
