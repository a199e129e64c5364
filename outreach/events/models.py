"""Tables of what we invite to."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.database import Base, BigId, Numbered
from outreach.events.kinds import EventState, News, SessionKind
from outreach.institution.models import MeasuringMode

__all__ = ["Announcement", "Event", "EventState", "News", "Session", "SessionKind"]


class Event(Numbered, Base):
    """A congress, a ceremony. Texts people read are kept by language: {"fr": ..., "en": ...}."""

    __tablename__ = "event"
    __table_args__ = (CheckConstraint("ends_on >= starts_on", name="ends_after_start"),)

    slug: Mapped[str] = mapped_column(String(60), unique=True)
    state: Mapped[EventState] = mapped_column(default=EventState.OPEN)
    title: Mapped[dict[str, str]]
    question: Mapped[dict[str, str]]
    """The theme or question under which it stands."""
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    timezone: Mapped[str] = mapped_column(String(40), default="Europe/Paris")
    place: Mapped[dict[str, str]]
    place_address: Mapped[str] = mapped_column(String(300), default="")
    contact_email: Mapped[str] = mapped_column(String(254))
    answer_by: Mapped[datetime]
    """Answers can be given and changed until then."""
    registration_open: Mapped[bool] = mapped_column(default=True)
    """Whether people who come through a share link may register."""
    companions_max: Mapped[int] = mapped_column(default=4)
    revision: Mapped[int] = mapped_column(default=0)
    """Grows with every change that a calendar must learn of (SEQUENCE of RFC 5545)."""
    measuring: Mapped[MeasuringMode | None]
    """How displays of its messages may be measured at most; None: as the institution decides."""
    created_at: Mapped[datetime]

    sessions: Mapped[list["Session"]] = relationship(order_by="Session.starts_at, Session.position")


class Session(Numbered, Base):
    """A day or a workshop. The CHECK is what makes an overbooked room impossible."""

    __tablename__ = "session"
    __table_args__ = (
        CheckConstraint("taken >= 0", name="taken_positive"),
        CheckConstraint("capacity IS NULL OR taken <= capacity", name="not_overbooked"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    kind: Mapped[SessionKind]
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[dict[str, str]]
    theme: Mapped[dict[str, str]]
    room: Mapped[str] = mapped_column(String(120), default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    capacity: Mapped[int | None]
    taken: Mapped[int] = mapped_column(default=0)


class Announcement(Numbered, Base):
    """Something that everybody who comes is told; made with the change it tells of, brought by the engine."""

    __tablename__ = "announcement"
    __table_args__ = (
        Index("ix_announcement_event", "event_id", "revision"),
        Index("ix_announcement_due", "ended_at", "due_at"),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    news: Mapped[News]
    revision: Mapped[int]
    """Of the event that it tells of."""
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    """Not before then: what was pressed by mistake can be taken back."""
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reached_id: Mapped[int] = mapped_column(BigId, default=0)
    """The last invitation that was seen to: after a stop the engine goes on from there."""
    told: Mapped[int] = mapped_column(default=0)
    """How many were written to."""
    ended_at: Mapped[datetime | None]
