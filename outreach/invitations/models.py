"""The tables of who is invited, and through whom; and of displays, of those who agreed that theirs be known."""

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.contacts.models import Contact
from outreach.database import Base, Numbered
from outreach.events.models import Event


class Origin(enum.StrEnum):
    """How somebody came to be invited."""

    AUDIENCE = "audience"
    SHARE = "share"
    DELEGATE = "delegate"


class InvitationState(enum.StrEnum):
    """Pending until the address is confirmed; merged when the person turned out to be invited already."""

    PENDING = "pending"
    OPEN = "open"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


class Reply(enum.StrEnum):
    """What somebody answers."""

    YES = "yes"
    NO = "no"
    EXCUSED = "excused"
    REPRESENTED = "represented"


class Channel(enum.StrEnum):
    """By which way an invitation was passed on."""

    MAIL = "mail"
    WHATSAPP = "whatsapp"
    LINKEDIN = "linkedin"
    FACEBOOK = "facebook"
    X = "x"
    SMS = "sms"
    SHEET = "sheet"
    """The telephone's own menu for sharing."""
    NEWSLETTER = "newsletter"
    POSTER = "poster"
    CARD = "card"
    QR = "qr"
    LINK = "link"
    FORWARD = "forward"
    """The message itself, passed on as it was received."""


class Invitation(Numbered, Base):
    """One contact invited to one event. It owns the answer and the share link, and knows who passed it on."""

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("event_id", "contact_id"),
        CheckConstraint(
            "contact_id IS NOT NULL OR state IN ('pending', 'merged', 'withdrawn')", name="open_has_contact"
        ),
        Index("ix_invitation_reply", "event_id", "state", "reply"),
        Index("ix_invitation_depth", "event_id", "depth"),
        Index(
            "ix_invitation_answered",
            *("event_id", "answered_at", "id", "state", "reply", "coming", "depth", "contact_id"),
            sqlite_where=text("reply IS NOT NULL"),
            postgresql_where=text("reply IS NOT NULL"),
        ),
        Index(
            "ix_invitation_reached_again",
            *("event_id", "reached_again"),
            sqlite_where=text("reached_again > 0"),
            postgresql_where=text("reached_again > 0"),
        ),
        Index(
            "ix_invitation_digest",
            "digest",
            sqlite_where=text("digest IS NOT NULL"),
            postgresql_where=text("digest IS NOT NULL"),
        ),
    )

    key: Mapped[str] = mapped_column(String(20), unique=True)
    """80 random bits, in every link of this invitation."""
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), index=True)
    state: Mapped[InvitationState] = mapped_column(default=InvitationState.OPEN)
    origin: Mapped[Origin]
    language: Mapped[str | None] = mapped_column(String(2))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"), index=True)
    """Who passed it on; set once, by the first confirmed registration."""
    root_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"), index=True)
    """The invitation of the office at the beginning of the chain."""
    depth: Mapped[int] = mapped_column(default=0)
    channel: Mapped[Channel | None]
    represents_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"), index=True)
    """Whom a delegate stands in for; a delegate is not passed on."""
    reply: Mapped[Reply | None]
    """The current answer in short; its whole is in rsvp."""
    answered_at: Mapped[datetime | None]
    coming: Mapped[int] = mapped_column(default=0)
    """Persons coming on this invitation, companions included."""
    brought: Mapped[int] = mapped_column(default=0)
    """Confirmed newcomers through this share link."""
    reached_again: Mapped[int] = mapped_column(default=0)
    """Times this person, already invited, came through somebody's share link."""
    named_as_relay: Mapped[bool] = mapped_column(default=False)
    """Agreed to be named on the landing page of their share link."""
    digest: Mapped[str | None] = mapped_column(String(40))
    """Keyed hash of the address that a pending invitation was asked for, so that its stop link stops it."""
    silent_since: Mapped[datetime | None]
    """When somebody without an address of their own asked for no more messages about this event."""
    joined_to_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"), index=True)
    """The invitation that its links lead to, since its contact turned out to be the other's."""
    created_at: Mapped[datetime]

    event: Mapped[Event] = relationship()
    contact: Mapped[Contact | None] = relationship()


class PersonalDisplay(Base):
    """That whoever agreed to it displayed a campaign's message: on which days first and last, how often. No hour."""

    __tablename__ = "personal_display"

    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    first_on: Mapped[date]
    last_on: Mapped[date]
    count: Mapped[int] = mapped_column(default=1)
