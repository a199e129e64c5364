"""The table of what came back, so that every decision shows the report it came from."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from outreach.database import Base, Numbered
from outreach.delivery.returns.outcomes import Cause, Kind


class ReturnedReport(Numbered, Base):
    """What one mail said about one message or notice, or about the wish of its reader. Read twice, it is kept once."""

    __tablename__ = "returned_report"
    __table_args__ = (
        Index("ix_returned_report_message", "message_id"),
        Index("ix_returned_report_notice", "notice_id"),
        Index("ix_returned_report_invitation", "invitation_id"),
        Index("ix_returned_report_pending", "pending", "id"),
        Index("ix_returned_report_retain", "retain_until"),
    )

    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the report without what mail servers put before it on the way, and of what it is about."""
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"))
    """Neither, when a mail came to an address for stopping, which names an invitation only."""
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"))
    kind: Mapped[Kind]
    cause: Mapped[Cause]
    permanent: Mapped[bool]
    ends_address: Mapped[bool] = mapped_column(default=False)
    """Its words are such that the address is written to no more."""
    suspects_address: Mapped[bool] = mapped_column(default=False)
    """Its words alone do not suffice for that; those of two campaigns do."""
    pending: Mapped[bool] = mapped_column(default=False)
    """Its message was in a sender's hand: what follows from it is still to be done."""
    recipient: Mapped[str] = mapped_column(String(254), default="")
    """Of whom it speaks, in its own words; empty once erased, like the texts."""
    status: Mapped[str] = mapped_column(String(12), default="")
    code: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(500), default="")
    received_at: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(200))
    """Where it was read: a file, the mailbox, a pipe."""
    subject: Mapped[str] = mapped_column(String(300), default="")
    headers: Mapped[str] = mapped_column(Text, default="")
    human: Mapped[str] = mapped_column(Text, default="")
    """The report's part for people, cut to a readable length."""
    retain_until: Mapped[date]
