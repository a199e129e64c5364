"""Decides who gets the next seat of a full session, and how long an offer holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, IntEnum
from typing import Final
from zoneinfo import ZoneInfo

from outreach.contacts.kinds import Kind


class Rank(IntEnum):
    """When a kind of contact has its turn; within a rank, whoever asked first goes first."""

    FIRST = 1
    EARLY = 2
    USUAL = 3
    LAST = 4


HOLDS: Final = timedelta(hours=48)
"""How long an offer holds when there is time."""
SHORTEST: Final = timedelta(hours=2)
"""How long it holds at least; and it ends as long before the session begins."""
PART: Final = 4
"""Close to the session an offer holds for a quarter of the time left, so that others have their turn."""
BY_DAY: Final = timedelta(hours=12)
"""An offer that holds for less than this is made in the hours when people read their mail."""
_WAKING: Final = range(8, 20)


@dataclass(frozen=True, slots=True)
class Party:
    """People of one answer who wait together."""

    id: int
    seats: int
    asked_at: datetime
    kind: Kind


class Fate(Enum):
    """How the message that brings an offer fares."""

    WAITS = "waits"
    LEFT = "left"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer that nobody has answered yet."""

    offered_at: datetime
    expires_at: datetime
    stands: bool
    """False when the answer it belongs to holds no more."""
    fate: Fate
    left_at: datetime | None
    """When its message left."""
    starts_at: datetime
    """When the session begins."""


def in_line(waiting: Sequence[Party], ranks: Mapping[Kind, int]) -> list[Party]:
    """The line: by the rank of the kind, then by the hour of asking."""
    return sorted(waiting, key=lambda one: (ranks.get(one.kind, Rank.USUAL), one.asked_at, one.id))


def allot(waiting: Sequence[Party], free: int, ranks: Mapping[Kind, int]) -> list[Party]:
    """Who is offered seats now. No party is split; one too large lets the next go, so that no seat stays empty."""
    chosen: list[Party] = []
    for party in in_line(waiting, ranks):
        if party.seats <= free:
            chosen.append(party)
            free -= party.seats
    return chosen


def offers_are_made(starts_at: datetime, at: datetime) -> bool:
    """True while there is time enough for an offer; from then on free seats are for whoever comes."""
    return starts_at - at >= 2 * SHORTEST


def hold_until(at: datetime, starts_at: datetime, zone: str) -> datetime | None:
    """Until when an offer made now holds; None when none is made now: too late, or in the night and short."""
    if not offers_are_made(starts_at, at):
        return None
    left = starts_at - at
    holds = max(SHORTEST, min(HOLDS, left / PART))
    if holds < BY_DAY and at.astimezone(ZoneInfo(zone)).hour not in _WAKING:
        return None
    return (at + holds).replace(second=0, microsecond=0)


def begins(starts_at: datetime, at: datetime) -> bool:
    """True when a session is so close, or over, that no seat of it is kept for anybody any more."""
    return at >= starts_at - SHORTEST


def is_over(offer: Offered, at: datetime) -> bool:
    """True when the seats of an offer go to the next.

    Its answer holds no more; or its message could not be brought; or the session is about to begin; or its hour has
    passed, later by as much as the message left late. Until then nothing runs out before its message has left.
    """
    if not offer.stands or offer.fate is Fate.LOST or begins(offer.starts_at, at):
        return True
    if offer.fate is Fate.WAITS:
        return False
    late = max(offer.left_at - offer.offered_at, timedelta()) if offer.left_at else timedelta()
    return at >= offer.expires_at + late
