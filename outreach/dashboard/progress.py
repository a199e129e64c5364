"""Decides how far a campaign is, from the counts of its messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from outreach.delivery.states import ENDED, OPEN, MessageState

PART_SAID = 10
"""Progress is read out in steps of so many per cent: more would be chatter."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the messages of a campaign stand; the states add up to the messages planned."""

    counts: Mapping[MessageState, int]

    @property
    def total(self) -> int:
        """The messages planned."""
        return sum(self.counts.values())

    @property
    def ended(self) -> int:
        """Those of which nothing more is expected."""
        return self._sum(ENDED)

    @property
    def left(self) -> int:
        """Those still open, in doubt included."""
        return self._sum(OPEN)

    @property
    def to_decide(self) -> int:
        """Those that wait for a person."""
        return self.counts.get(MessageState.IN_DOUBT, 0)

    @property
    def part_said(self) -> int:
        """The per cent that has ended, as it is read out."""
        return self.ended * 100 // self.total // PART_SAID * PART_SAID if self.total else 0

    def count(self, state: MessageState) -> int:
        """How many are in that state."""
        return self.counts.get(state, 0)

    def _sum(self, states: frozenset[MessageState]) -> int:
        return sum(self.counts.get(state, 0) for state in states)


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """One batch of the plan: when it leaves, and how many of its messages have ended."""

    number: int
    due_at: datetime
    size: int
    still_open: int
    """Of a batch whose hour has not come: all of it."""
    is_due: bool
    is_held: bool = False
    """Its campaign is paused."""
    is_stopped: bool = False
    """Its campaign was stopped: what has not left never will."""

    @property
    def ended(self) -> int:
        """Those of which nothing more is expected."""
        return max(self.size - self.still_open, 0)

    @property
    def state(self) -> str:
        """`planned`, `running`, `held`, `cancelled` or `finished`."""
        if self.still_open == 0:
            return "finished"
        if self.is_stopped:
            return "cancelled"
        if not self.is_due:
            return "planned"
        return "held" if self.is_held else "running"


def minutes_until(at: datetime, now: datetime) -> int:
    """How many minutes until an instant, rounded up; 0 once it has come."""
    return max(-((now - at) // timedelta(minutes=1)), 0)
