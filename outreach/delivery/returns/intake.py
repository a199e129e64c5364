"""Takes reports in, one transaction each: what cannot be understood stops none of the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from outreach.database import committed, db, now
from outreach.delivery.returns import parts, queries, recording, reports
from outreach.delivery.returns.deciding import Effect
from outreach.delivery.returns.outcomes import Kind, Outcome
from outreach.delivery.returns.sources import Found
from outreach.delivery.service import return_addresses
from outreach.logs import log

AWAY: Final = (OperationalError, InterfaceError, PoolTimeout)
"""The database is locked, full or gone: later, the same report may well be kept."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a mail says; what came of it, None where nothing was asked of the database; whether it could be read."""

    outcomes: Sequence[Outcome]
    effect: Effect | None = None
    sound: bool = True

    @property
    def kept(self) -> bool:
        """True when it was new, and about something of ours."""
        return self.effect not in {None, Effect.KNOWN, Effect.FOREIGN}


def look(found: Found) -> Taken:
    """Understand a mail and change nothing; the database is not asked."""
    try:
        return Taken(reports.read(found.raw).outcomes)
    except Exception:
        log.exception("a report could not be read", place=found.place)
        return _unread("it could not be read")


def take(found: Found) -> Taken:
    """Understand a mail, keep it and do what follows. Raises one of AWAY while the database cannot serve."""
    try:
        report, body = reports.read(found.raw), parts.split(found.raw).body
        effect = committed(lambda: recording.keep(report, body, return_addresses(), found.place, now()))
        wishes = effect is Effect.STOPPED and all(one.kind is not Kind.COMPLAINT for one in report.outcomes)
        return Taken(_stopped(report.outcomes) if wishes else report.outcomes, effect)
    except AWAY:
        raise
    except Exception:
        log.exception("a report could not be kept", place=found.place)
        return _unread("it could not be kept")


def follow_up() -> int:
    """Do what had to wait until senders had written their results; returns for how many reports."""
    waiting, done = queries.pending(), 0
    db.session.rollback()
    for number in waiting:
        done += committed(partial(recording.follow_up, number, now()))
    return done


def _stopped(outcomes: Sequence[Outcome]) -> Sequence[Outcome]:
    return [Outcome(one.recipient, Kind.STOP, reason=one.reason) for one in outcomes]


def _unread(why: str) -> Taken:
    return Taken([Outcome("", Kind.OTHER, reason=why)], sound=False)
