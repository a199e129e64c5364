"""Tables of the answers."""

import enum
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.database import Base, Numbered
from outreach.invitations.models import Invitation, Reply


class Way(enum.StrEnum):
    """How an answer reached us."""

    LINK = "link"
    STAFF = "staff"


class Answer(Numbered, Base):
    """What somebody answered. The current one has no `replaced_at`; earlier ones stay."""

    __tablename__ = "answer"
    __table_args__ = (
        Index(
            "uq_answer_current",
            "invitation_id",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
        Index("ix_answer_history", "invitation_id", "at"),
    )

    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"))
    reply: Mapped[Reply]
    at: Mapped[datetime] = mapped_column(index=True)
    replaced_at: Mapped[datetime | None]
    way: Mapped[Way] = mapped_column(default=Way.LINK)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """Who entered it, when it came by telephone or post."""
    language: Mapped[str] = mapped_column(String(2))
    mark: Mapped[str] = mapped_column(String(64), default="")
    """Hash of the form it came from: the same form sent twice is one answer."""
    words: Mapped[str] = mapped_column(Text, default="")
    """A word to the organisers."""
    delegate_given_name: Mapped[str] = mapped_column(String(100), default="")
    delegate_family_name: Mapped[str] = mapped_column(String(100), default="")
    delegate_email: Mapped[str] = mapped_column(String(254), default="")
    delegate_role: Mapped[str] = mapped_column(String(200), default="")

    invitation: Mapped[Invitation] = relationship()
    participants: Mapped[list["Participant"]] = relationship(
        order_by="Participant.position", cascade="all, delete-orphan"
    )

    @property
    def delegate_name(self) -> str:
        """Both names of whoever stands in, as they are read; "" when nobody does."""
        return f"{self.delegate_given_name} {self.delegate_family_name}".strip()


class Participant(Numbered, Base):
    """Somebody who comes: the invited person (position 0) or a companion."""

    __tablename__ = "participant"

    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))

    seats: Mapped[list["Seat"]] = relationship(cascade="all, delete-orphan")
    needs: Mapped["AccessNeeds | None"] = relationship(cascade="all, delete-orphan")


class Seat(Base):
    """A participant in a session; the unique pair forbids two chairs for one person."""

    __tablename__ = "seat"
    __table_args__ = (Index("ix_seat_session", "session_id"),)

    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), primary_key=True)


class AccessNeeds(Base):
    """What somebody needs in order to take part (art. 9 GDPR): by consent, for one role, deleted after the event."""

    __tablename__ = "access_needs"

    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), primary_key=True)
    needs: Mapped[list[str]]
    meal: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    consented_at: Mapped[datetime]
    delete_after: Mapped[date]
