"""Decides when a campaign has to stop by itself: too many addresses that do not exist, or nobody wants it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

FEWEST: Final = 200
"""So many messages must have been accepted or rejected before a share of them means anything."""
MOST_IN_A_HUNDRED: Final = 5
POLICY_LIMIT: Final = 20
"""So many refusals of us in a row, rather than of an address, pause a campaign."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many messages were answered for good (accepted or rejected), and how many of them bounced hard."""

    answered: int
    hard: int

    def since(self, before: "Tally") -> "Tally":
        """What came after that; nothing where rows were counted anew meanwhile."""
        return Tally(max(0, self.answered - before.answered), max(0, self.hard - before.hard))

    @property
    def too_hard(self) -> bool:
        """More than five in a hundred, of at least two hundred."""
        return self.answered >= FEWEST and self.hard * 100 > MOST_IN_A_HUNDRED * self.answered


@dataclass(frozen=True, slots=True)
class Run:
    """Refusals of us one after the other: those that end the story so far, and the longest run on the way there."""

    length: int
    longest: int

    @property
    def too_long(self) -> bool:
        """Twenty in a row, whatever was accepted after them."""
        return self.longest >= POLICY_LIMIT


def follow(length: int, of_us: Iterable[bool]) -> Run:
    """How a run of that length goes on, through answers that refuse us (True) or do anything else (False)."""
    longest = length
    for refused in of_us:
        length = length + 1 if refused else 0
        longest = max(longest, length)
    return Run(length, longest)
