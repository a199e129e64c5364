"""Decides how fast messages leave, from what was counted minute by minute."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from outreach.delivery.states import MessageState

MINUTE: Final = timedelta(minutes=1)
SHOWN: Final = 60
"""So many minutes are drawn."""

Minutes = Mapping[datetime, Mapping[MessageState, int]]


@dataclass(frozen=True, slots=True)
class Speed:
    """What the relay accepted, and what else it answered."""

    last_minute: int
    """A count, rounded up: of the minute that began it only a part is in it, and a message is never half accepted."""
    ten_minutes: float
    """A minute, on average; so is the next."""
    hour: float
    accepted: int
    """Within the hour, as are the others."""
    put_off: int
    refused: int
    in_doubt: int
    points: Sequence[tuple[datetime, int]]
    """Accepted in each of the last sixty minutes, the one under way included."""

    @property
    def is_still(self) -> bool:
        """True when nothing left within the hour."""
        return not (self.accepted or self.put_off or self.refused or self.in_doubt)


def minute_of(at: datetime) -> datetime:
    """The beginning of the minute of an instant."""
    return at.replace(second=0, microsecond=0)


def speed(minutes: Minutes, at: datetime) -> Speed:
    """From what was brought to each state in each minute of the last hour."""
    current = minute_of(at)
    beginnings = [current - MINUTE * back for back in range(SHOWN)]
    accepted = [minutes.get(one, {}).get(MessageState.SENT, 0) for one in beginnings]
    part = (at - current) / MINUTE
    return Speed(
        last_minute=ceil(_window(accepted, 1, part)),
        ten_minutes=_window(accepted, 10, part) / 10,
        hour=_window(accepted, SHOWN, part) / SHOWN,
        accepted=sum(accepted),
        put_off=_sum(minutes, beginnings, MessageState.RETRY),
        refused=_sum(minutes, beginnings, MessageState.REJECTED, MessageState.FAILED),
        in_doubt=_sum(minutes, beginnings, MessageState.IN_DOUBT),
        points=tuple(zip(reversed(beginnings), reversed(accepted), strict=True)),
    )


def _window(counts: Sequence[int], length: int, part: float) -> float:
    """How many in the last `length` minutes: the minute under way, whole ones, and the rest of the oldest one."""
    oldest = counts[length] if length < len(counts) else 0
    return sum(counts[:length]) + oldest * (1 - part)


def _sum(minutes: Minutes, beginnings: Sequence[datetime], *states: MessageState) -> int:
    return sum(minutes.get(one, {}).get(state, 0) for one in beginnings for state in states)
