"""Tables of how an invitation travels."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.contacts.kinds import Kind
from outreach.database import Base, Numbered
from outreach.invitations.models import Channel, Invitation


class Arrival(enum.StrEnum):
    """What a confirmed registration turned out to be."""

    NEW = "new"
    KNOWN = "known"
    """In the directory, but not invited yet."""
    AGAIN = "again"
    """Already invited: reached again."""


class Registration(Numbered, Base):
    """Somebody who came through a share link; counts once the address is confirmed."""

    __tablename__ = "registration"
    __table_args__ = (Index("ix_registration_through", "through_id", "confirmed_at"),)

    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"), unique=True)
    """The pending invitation it made."""
    through_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"))
    channel: Mapped[Channel] = mapped_column(default=Channel.LINK)
    given_name: Mapped[str] = mapped_column(String(100))
    family_name: Mapped[str] = mapped_column(String(150))
    email: Mapped[str] = mapped_column(String(254))
    digest: Mapped[str] = mapped_column(String(40), index=True)
    organisation: Mapped[str] = mapped_column(String(300), default="")
    kind: Mapped[Kind] = mapped_column(default=Kind.INDIVIDUAL)
    postal_code: Mapped[str] = mapped_column(String(12), default="")
    language: Mapped[str] = mapped_column(String(2))
    created_at: Mapped[datetime] = mapped_column(index=True)
    confirmed_at: Mapped[datetime | None]
    arrival: Mapped[Arrival | None]

    invitation: Mapped[Invitation] = relationship(foreign_keys=[invitation_id])
    through: Mapped[Invitation] = relationship(foreign_keys=[through_id])
