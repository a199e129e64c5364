"""The one row that says whose house this is."""

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.database import Base


class MeasuringMode(enum.StrEnum):
    """How much may be known of who displayed a message (CNIL deliberation 2026-042), the strictest first."""

    OFF = "off"
    AGGREGATE = "aggregate"
    """A counter for each campaign and language: of displays, not of people."""
    LAST_OPEN = "last_open"
    """The last day on which somebody displayed a message, each overwriting the one before."""
    INDIVIDUAL = "individual"
    """Which messages somebody displayed, for those who agreed to it themselves."""


class Accessibility(enum.StrEnum):
    """What the declaration may say (RGAA 4.1). Without a valid audit the law knows one word only: not compliant."""

    NONE = "none"
    PARTIAL = "partial"
    TOTAL = "total"


class Institution(Base):
    """Name, face and rules of the installation; exactly one row."""

    __tablename__ = "institution"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    name: Mapped[str] = mapped_column(String(200))
    short_name: Mapped[str] = mapped_column(String(60))
    action_colour: Mapped[str] = mapped_column(String(7), default="#1f3a6e")
    accent_colour: Mapped[str] = mapped_column(String(7), default="#b4532a")
    logo: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    logo_type: Mapped[str | None] = mapped_column(String(40))
    postal_address: Mapped[str] = mapped_column(String(400), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    privacy_email: Mapped[str] = mapped_column(String(254), default="")
    """Mailbox of the data protection officer."""
    signatory_name: Mapped[str] = mapped_column(String(200), default="")
    signatory_titles: Mapped[dict[str, str]]
    """Language -> titles, one a line."""
    measuring: Mapped[MeasuringMode] = mapped_column(default=MeasuringMode.AGGREGATE)
    retention_months: Mapped[int] = mapped_column(default=36)
    accessibility: Mapped[Accessibility] = mapped_column(default=Accessibility.NONE)
    changed_at: Mapped[datetime]
