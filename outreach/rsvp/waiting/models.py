"""Tables of the waiting list: who waits for a seat, and whom the organiser lets go first."""

import enum
from datetime import datetime
from typing import Final

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from outreach.contacts.kinds import Kind
from outreach.database import Base, Numbered


class PlaceState(enum.StrEnum):
    """Where a place on a waiting list stands; every one but the first two is for ever."""

    WAITING = "waiting"
    OFFERED = "offered"
    """Its seats are kept, and counted as taken, until its hour."""
    SEATED = "seated"
    DECLINED = "declined"
    EXPIRED = "expired"
    """The offer was not answered in time, or could not be brought."""
    LEFT = "left"
    """The answer it belongs to was changed or taken back."""


OPEN_PLACES: Final = (PlaceState.WAITING, PlaceState.OFFERED)
_OPEN: Final = "state IN ('waiting', 'offered')"


class WaitingPlace(Numbered, Base):
    """Some people of one answer wait together for one session. The unique pair forbids waiting twice.

    It belongs to the answer: one that was replaced, by whatever way, waits no more.
    """

    __tablename__ = "waiting_place"
    __table_args__ = (
        CheckConstraint("seats > 0", name="seats_positive"),
        CheckConstraint("state <> 'offered' OR expires_at IS NOT NULL", name="offered_until"),
        Index(
            "uq_waiting_place_open",
            *("answer_id", "session_id"),
            unique=True,
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
        Index("ix_waiting_place_line", "session_id", "state", "asked_at", "id"),
        Index("ix_waiting_place_offered", "state", "expires_at"),
    )

    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id"), index=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"))
    seats: Mapped[int]
    positions: Mapped[list[int]] = mapped_column(JSON)
    """Which participants of the answer."""
    state: Mapped[PlaceState] = mapped_column(default=PlaceState.WAITING)
    asked_at: Mapped[datetime]
    """Their place in the line, among those of the same priority."""
    offered_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    """Until when the offer holds."""
    ended_at: Mapped[datetime | None]


class SeatPriority(Base):
    """Whom the organiser lets go before or after the others at one event; a kind without a row goes with all others."""

    __tablename__ = "seat_priority"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    kind: Mapped[Kind] = mapped_column(primary_key=True)
    rank: Mapped[int]
    """Smaller goes first; `queueing.USUAL` is everybody's."""
