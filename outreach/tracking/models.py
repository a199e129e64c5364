"""The table of displays: counters, never people."""

import enum
from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.database import Base


class Reader(enum.StrEnum):
    """Who fetched the image, as far as it can be told."""

    PERSON = "person"
    MACHINE = "machine"


class DisplayCount(Base):
    """Displays of one campaign's letter in one language on one day."""

    __tablename__ = "display_count"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(4), primary_key=True)
    """`fr`, `en`, or `both`."""
    on: Mapped[date] = mapped_column(primary_key=True)
    reader: Mapped[Reader] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
