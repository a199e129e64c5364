"""Puts together what whoever supervises looks at: who is at work, what waits, how fast it leaves, what is stuck."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from outreach.database import db
from outreach.delivery.history.models import RelayRest
from outreach.delivery.history.rates import minutes_since
from outreach.delivery.history.speed import Speed, speed
from outreach.delivery.models import Message, Notice
from outreach.delivery.recovery import recover
from outreach.delivery.supervision import queries
from outreach.delivery.supervision.queries import Hand, Waiting
from outreach.delivery.supervision.resting import rests
from outreach.delivery.supervision.watching import living
from outreach.presence import STALE, Doing, Kind, Presence


@dataclass(frozen=True, slots=True)
class Panel:
    """One look at the whole of sending."""

    at: datetime
    speed: Speed
    waiting: Waiting
    processes: Sequence[Presence]
    hands: Sequence[Hand]
    """What senders that live have in hand."""
    stalled: Sequence[Hand]
    """What senders that died had in hand, and nobody has settled yet."""
    rests: Sequence[RelayRest]
    notices: Sequence[Notice]
    """Those in doubt."""

    def is_seen(self, process: Presence) -> bool:
        """False for one that has given no sign for so long that it is stuck, or died without a word."""
        return self.at - process.seen_at <= STALE

    @property
    def clock(self) -> Presence | None:
        """The process that ticks; None while none gives a sign."""
        ticking = (one for one in self.processes if one.kind is not Kind.WORKER and one.doing is not Doing.STANDING_BY)
        return next((one for one in ticking if self.is_seen(one)), None)

    @property
    def senders(self) -> int:
        """How many threads send, or wait for something to send."""
        return sum(one.threads for one in self.processes if one.kind is not Kind.CLOCK and self.is_seen(one))

    @property
    def in_hand(self) -> int:
        """How many messages senders that live have leased."""
        return sum(hand.count for hand in self.hands)


def panel(at: datetime, folder: Path) -> Panel:
    """Look now; `folder` is DATA_DIR."""
    hands = queries.in_hand()
    alive = living((hand.owner for hand in hands), folder)
    return Panel(
        at=at,
        speed=speed(minutes_since(at - timedelta(minutes=61)), at),
        waiting=queries.waiting(at),
        processes=db.session.scalars(select(Presence).order_by(Presence.kind, Presence.machine, Presence.pid)).all(),
        hands=[hand for hand in hands if hand.owner in alive],
        stalled=[hand for hand in hands if hand.owner not in alive],
        rests=rests(at),
        notices=queries.notices_in_doubt(),
    )


def settle_stalled(at: datetime, folder: Path) -> int:
    """Settle now what senders that died had in hand, as the next one that starts would; returns how many rows."""
    dead = {hand.owner for hand in queries.in_hand()}
    dead -= living(dead, folder)
    return sum(recover(table, dead.__contains__, at) for table in (Notice, Message))
