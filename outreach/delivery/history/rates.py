"""Counts how many messages a sender settles each minute: added up in memory, written every few seconds."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from sqlalchemy import Insert, delete, func, select

from outreach.database import db, insertion
from outreach.delivery.history.models import SendingMinute
from outreach.delivery.history.speed import Minutes, minute_of
from outreach.delivery.states import MessageState

EVERY: Final = timedelta(seconds=5)
"""A sender at work writes its counts so often, in a commit that it makes anyhow."""
KEPT: Final = timedelta(days=2)
_UNTOLD: Final = frozenset({MessageState.QUEUED, MessageState.LEASED})


class Rates:
    """What one sender has settled since it last wrote. A kill loses seconds of it: these figures promise nothing."""

    def __init__(self, writer: str) -> None:
        self._writer = writer
        self._counts: Counter[tuple[datetime, MessageState]] = Counter()
        self._since: datetime | None = None

    def note(self, states: Iterable[MessageState], at: datetime) -> None:
        """Count these results, once they are committed."""
        minute = minute_of(at)
        self._counts.update((minute, state) for state in states if state not in _UNTOLD)
        self._since = self._since or at

    def write_at_times(self, at: datetime) -> None:
        """Write what was counted, when that is due again; inside a transaction."""
        if self._since is not None and not timedelta(0) <= at - self._since < EVERY:
            self.write(at)

    def write(self, at: datetime) -> None:
        """Write what was counted; inside a transaction."""
        counts, self._counts, self._since = self._counts, Counter(), at
        rows = [
            {"minute": minute, "writer": self._writer, "state": state, "count": count}
            for (minute, state), count in sorted(counts.items())
        ]
        if rows:
            db.session.connection().execute(_addition(db.engine.dialect.name), rows)


def minutes_since(at: datetime) -> Minutes:
    """What all senders have settled, minute by minute, from that instant on."""
    rows = db.session.execute(
        select(SendingMinute.minute, SendingMinute.state, func.sum(SendingMinute.count))
        .where(SendingMinute.minute >= at)
        .group_by(SendingMinute.minute, SendingMinute.state)
    )
    found: defaultdict[datetime, dict[MessageState, int]] = defaultdict(dict)
    for minute, state, count in rows:
        found[minute][state] = int(count)
    return found


def forget_minutes(at: datetime) -> None:
    """Drop the counts that nobody looks at any more."""
    db.session.execute(delete(SendingMinute).where(SendingMinute.minute < at - KEPT))


@cache
def _addition(_dialect: str) -> Insert:
    """Adds to the count of a minute, or begins it; built once."""
    statement = insertion(SendingMinute)
    return statement.on_conflict_do_update(
        index_elements=["minute", "writer", "state"],
        set_={"count": SendingMinute.count + statement.excluded.count},
    )
