"""Lease, intent, result: the three writes that let each message out once.

Every write after the lease names its owner and attempt, so that a sender which was frozen, and whose lease was taken
back meanwhile, changes nothing when it wakes up.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any

from sqlalchemy import Row, update

from outreach.database import affected, db
from outreach.delivery import figures, writes
from outreach.delivery.given import run
from outreach.delivery.history import steps
from outreach.delivery.history.models import StepKind
from outreach.delivery.models import Message
from outreach.delivery.pacing.families import Family
from outreach.delivery.states import MessageState
from outreach.delivery.writes import Table

WAITING = (MessageState.QUEUED, MessageState.RETRY)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to send one row, until its owner dies."""

    id: int
    owner: str
    attempt: int
    campaign_id: int | None
    lane: Family | None = None
    """Through which it was leased; None for a notice, and for what was taken over from a dead sender."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What is about to leave: its lease, where to, and the values merged into its letter."""

    lease: Lease
    email: str
    digest: str
    merged: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a row. `due_at` is when to try again; `code`, `status` and `text` are the relay's own words.

    `email` is where it was to go, for a row that no intent has frozen. `doubted`: nobody can say whether the relay has
    it, whatever follows from that.
    """

    lease: Lease
    state: MessageState
    due_at: datetime | None = None
    code: int | None = None
    status: str = ""
    text: str = ""
    email: str | None = None
    doubted: bool = False


def intend(table: Table, intents: Sequence[Intent], at: datetime) -> set[int]:
    """Announce what is about to leave; only the rows returned may be sent.

    One UPDATE asks everything again: lease, brake, campaign, suppression, withdrawal, "has not answered". It freezes
    the address and the values merged, so that a retry has the same bytes.
    """
    if not intents:
        return set()
    return {row.id for row in run(writes.intent(table, _dialect()), map(_intent_row, intents), at)}


def decline(table: Table, intents: Sequence[Intent], at: datetime) -> None:
    """Settle what `intend` did not return: suppressed, cancelled, in doubt as before, or back to where it was."""
    if not intents:
        return
    for state in (MessageState.SUPPRESSED, MessageState.CANCELLED):
        rows = run(writes.ending(table, state, _dialect()), map(_intent_row, intents), at)
        _count_freed(intents[0].lease.owner, rows)
    release(table, [intent.lease for intent in intents])


def release(table: Table, leases: Sequence[Lease]) -> None:
    """Give back what was leased and not announced; what was announced waits for its result, or is in doubt."""
    if not leases:
        return
    _count_freed(leases[0].owner, run(writes.freeing(table, _dialect()), map(_lease_row, leases)))


def record(table: Table, results: Sequence[Result], at: datetime) -> int:
    """Write what became of the rows; returns how many were still held by their owner."""
    if not results:
        return 0
    rows = run(writes.result(table, _dialect()), map(_result_row, results), at)
    _count_freed(results[0].lease.owner, rows)
    tried = {result.lease.id for result in results if result.state in steps.UNFINISHED}
    steps.keep(table, [row.id for row in rows if row.id in tried], StepKind.TRIED, at)
    return len(rows)


def cancel_waiting(campaign_id: int, at: datetime) -> int:
    """Cancel what of a campaign waits to leave; returns how many. What was in doubt is so again.

    What is leased comes back to be cancelled later.
    """
    moves: Counter[tuple[int, MessageState]] = Counter()
    for before, doubted in product(WAITING, (False, True)):
        which = (Message.campaign_id == campaign_id, Message.state == before, Message.doubted.is_(doubted))
        ended = update(Message).where(*which).values(**writes.ends_as(Message, MessageState.CANCELLED, at))
        count = affected(db.session.execute(ended, execution_options={"synchronize_session": False}))
        moves[campaign_id, before] -= count
        moves[campaign_id, MessageState.IN_DOUBT if doubted else MessageState.CANCELLED] += count
    figures.move(moves, figures.PLANNER)
    return moves[campaign_id, MessageState.CANCELLED]


def _dialect() -> str:
    return db.engine.dialect.name


def _count_freed(owner: str, rows: Iterable[Row[Any]]) -> None:
    count_moves(owner, ((row.campaign_id, MessageState.LEASED, MessageState(row.state)) for row in rows))


def count_moves(writer: str, changes: Iterable[tuple[int | None, MessageState, MessageState]]) -> None:
    """Keep the figures of campaigns, in the transaction of the change; a notice has none."""
    moves: Counter[tuple[int, MessageState]] = Counter()
    for campaign_id, before, after in changes:
        if campaign_id is not None:
            moves[campaign_id, before] -= 1
            moves[campaign_id, after] += 1
    figures.move(moves, writer)


def _lease_row(lease: Lease) -> dict[str, Any]:
    return {"id": lease.id, "attempt": lease.attempt, "owner": lease.owner}


def _intent_row(intent: Intent) -> dict[str, Any]:
    rest = {"email": intent.email, "digest": intent.digest, "merged": intent.merged}
    return {**_lease_row(intent.lease), **rest}


def _result_row(result: Result) -> dict[str, Any]:
    words = {"code": result.code, "status": result.status[:12], "text": result.text[:500], "email": result.email}
    turn = {"state": result.state.value, "due_at": result.due_at, "doubted": result.doubted}
    return {**_lease_row(result.lease), **words, **turn}
