"""Decides which of two invitations to one event stands for a person who turned out to be one, and what still leaves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from outreach.delivery.states import MessageState

_NEVER: Final = datetime(1, 1, 1, tzinfo=UTC)
_REACHED: Final = frozenset({MessageState.SENT, MessageState.IN_DOUBT})
WAITING: Final = frozenset({MessageState.QUEUED, MessageState.RETRY})


@dataclass(frozen=True, slots=True)
class Standing:
    """What an invitation has come to."""

    id: int
    is_open: bool
    """Not withdrawn."""
    answered_at: datetime | None
    written_to: bool
    """A message of it was accepted, or may have been."""
    waits: bool
    """A message of it is still to leave."""
    depth: int
    is_survivors: bool


def leading(one: Standing, other: Standing) -> Standing:
    """The one that goes on: open before withdrawn, the latest answer, who was reached, who will be, the office's own.

    Nobody's answer is lost: the other's becomes an earlier answer of this one.
    """
    return max(one, other, key=_weight)


def _weight(one: Standing) -> tuple[bool, datetime, bool, bool, int, bool]:
    return one.is_open, one.answered_at or _NEVER, one.written_to, one.waits, -one.depth, one.is_survivors


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of one of the two invitations."""

    id: int
    campaign_id: int
    state: MessageState
    announced: bool
    """A sender has announced it: whatever is decided, it may have left."""
    doubted: bool = False
    """It waits to leave once more, and the relay may have the first copy."""

    @property
    def waits(self) -> bool:
        """It can still be held back."""
        return self.state in WAITING or (self.state is MessageState.LEASED and not self.announced)

    @property
    def has_left(self) -> bool:
        """It was given to the relay, or may have been; one that came back reached nobody."""
        return self.announced or self.state in _REACHED or (self.waits and self.doubted)


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of the messages of an invitation that is joined to another, by number."""

    moved: tuple[int, ...]
    """They are of campaigns that did not write to the leading one: they become its own."""
    cancelled: tuple[int, ...]
    """They wait, and the person has the same campaign's message already, or will have it."""


def plan(leads: Iterable[Sent], joins: Iterable[Sent]) -> Plan:
    """One message of a campaign for one person: what has left goes before what waits, then the leading one's."""
    kept: Mapping[int, Sent] = {one.campaign_id: one for one in leads}
    moved, cancelled = [], []
    for one in joins:
        mine = kept.get(one.campaign_id)
        if mine is None:
            moved.append(one.id)
            continue
        if mine.waits and one.has_left:
            cancelled.append(mine.id)
        if one.waits:
            cancelled.append(one.id)
    return Plan(tuple(moved), tuple(cancelled))
