"""The tables of saved audiences and of what was counted of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.database import Base, Numbered


class Audience(Numbered, Base):
    """Conditions that were given a name, for campaigns and exports."""

    __tablename__ = "audience"

    name: Mapped[str] = mapped_column(String(120), unique=True)
    tree: Mapped[dict[str, Any]]
    """The rule, as `rules.read_tree` reads it."""
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    changed_at: Mapped[datetime]
    counted: Mapped[int | None]
    """How many contacts it found when it was last counted."""
    about: Mapped[bool] = mapped_column(default=False)
    """They were reckoned from a part of the directory."""
    counted_at: Mapped[datetime | None]


class AudienceTally(Base):
    """What was counted of one audience of one campaign, or of a saved one, so that pages need not count."""

    __tablename__ = "audience_tally"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of all that the count depends on but for the directory itself."""
    counted_at: Mapped[datetime]
    content: Mapped[dict[str, Any]]
