"""Decides how many messages a lane lets through now, and when it will let the next one through.

The generic cell rate algorithm (ITU-T I.371): one instant says everything, so two senders that read and write it under
one lock share one limit.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from outreach.errors import Refusal

HOUR: Final = timedelta(hours=1)
MOST: Final = 1_000_000
"""An hour; beyond that a limit says nothing."""
BURST: Final = timedelta(minutes=1)
"""What may leave at once after a rest: a minute's worth, and always one."""


@dataclass(frozen=True, slots=True)
class Throttle:
    """A limit in messages per hour, and how far it is used up: `ready_at` is when nothing would be owed any more."""

    per_hour: int
    ready_at: datetime | None = None

    def allowance(self, now: datetime) -> int:
        """How many may leave at once now."""
        room = now + BURST - self._from(now)
        return max(0, room // self._apart + 1) if room >= timedelta(0) else 0

    def take(self, count: int, now: datetime) -> "Throttle":
        """The same after so many have left."""
        return Throttle(self.per_hour, self._from(now) + count * self._apart)

    def give_back(self, count: int) -> "Throttle":
        """The same when so many of those taken did not leave after all."""
        return Throttle(self.per_hour, self.ready_at - count * self._apart) if self.ready_at else self

    def opens_at(self, now: datetime) -> datetime:
        """When the next message may leave."""
        return max(now, self._from(now) - BURST)

    @property
    def _apart(self) -> timedelta:
        return HOUR / self.per_hour

    def _from(self, now: datetime) -> datetime:
        """No more can be owed than a burst and one message: beyond that the clock was set back, or the limit raised."""
        return min(max(now, self.ready_at), now + BURST + self._apart) if self.ready_at else now


def read_per_hour(text: str, field: str) -> int | None:
    """Messages an hour as somebody writes them, with or without spaces; None for nothing, or `none`. Raises Refusal."""
    digits = "".join(text.split())
    if digits.lower() in {"", "none"}:
        return None
    if not digits.isdecimal() or not 1 <= int(digits[:12]) <= MOST:
        raise Refusal("A sending rate goes from 1 to %(most)d messages an hour.", field=field, most=MOST)
    return int(digits)
