"""The clock: what ticks, how often; it ticks in the engine process and nowhere else."""

import contextlib
import logging
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from outreach.accounts.actions import sweep
from outreach.campaigns.audiences.jobs import count_audiences
from outreach.contacts.duplicates.jobs import look_for_duplicates
from outreach.contacts.imports.jobs import Errands, forget_files
from outreach.database import Unavailable, db, now, transaction
from outreach.delivery.calling import call_for_what_is_due
from outreach.delivery.crew import Pair, tidy
from outreach.delivery.history.rates import forget_minutes
from outreach.delivery.ownership import Ownership
from outreach.delivery.pacing.jobs import forget_destinations, look_up_destinations
from outreach.delivery.returns.jobs import read_mailbox
from outreach.delivery.returns.recording import forget_old as forget_reports
from outreach.delivery.supervision.resting import forget_rests
from outreach.engine import task_engine, workers_engine
from outreach.forwarding.jobs import forget_drawings, forget_unconfirmed
from outreach.logs import log
from outreach.presence import BEAT, Attendance, Doing, Kind, Seat, beat, forget_the_dead, only_engine, place_of
from outreach.rights.jobs import keep_promises
from outreach.rsvp.jobs import forget_needs
from outreach.rsvp.telling.jobs import tell_those_who_come
from outreach.rsvp.waiting.jobs import move_waiting_lists

SENDING: Final = "sending"
KEEPING: Final = "keeping"
NOTICES: Final = "notices"
RETURNS: Final = "returns"
FILES: Final = "files"
COMPARING: Final = "comparing"
LANES: Final = (SENDING, KEEPING, NOTICES, RETURNS, FILES, COMPARING)
"""The lanes, a thread each: one that sends, one for all that must not wait for it, one that sends notices alone, one
that waits for a mailbox, one that reads files of contacts, one that compares contacts."""

LOOK_AT_THE_CLOCK: Final = 5.0
"""Seconds between two looks whether the clock of the machine was set back, and whether the place is still ours."""
STAND_BY: Final = 2.0
"""Seconds between two attempts to take over."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Work that comes back: `work` begins again so long after it began, never twice at once."""

    name: str
    every: timedelta
    work: Callable[[], object]
    lane: str = KEEPING


class Sends:
    """Embedded: the engine process sends, in a thread of its own, and notices in another."""

    kind = Kind.ENGINE

    def __init__(self, folder: Path, connections: int) -> None:
        self._folder = folder
        self._pair = Pair(connections)
        self._counting = threading.Lock()
        self.doing = Doing.WAITING
        self.settled = 0

    def ticks(self) -> tuple[Tick, ...]:
        """What is due leaves; the pulse is beaten."""
        return (
            Tick("send", timedelta(seconds=1), self._send, SENDING),
            Tick("send notices", timedelta(seconds=1), lambda: self._pair.send_notices(self._count), NOTICES),
            Tick("pulse", BEAT, lambda: beat(self._folder, now())),
        )

    def leave_off(self) -> None:
        """Await what is on the wire and begin nothing more."""
        self.doing = Doing.LEAVING
        self._pair.leave_off()

    def close(self) -> None:
        """Leave the relay."""
        self._pair.close()

    def _send(self) -> None:
        try:
            self._pair.send_due(self._told)
        finally:
            self.doing = Doing.WAITING

    def _told(self, settled: int) -> None:
        self._count(settled)
        self.doing = Doing.SENDING

    def _count(self, settled: int) -> None:
        with self._counting:
            self.settled += settled


class Calls:
    """With workers: the clock calls them for what is due and has no job, and clears up after those that died."""

    kind = Kind.CLOCK
    settled = 0

    def __init__(self, owner: Ownership) -> None:
        self._owner = owner
        self.doing = Doing.TICKING

    def ticks(self) -> tuple[Tick, ...]:
        """Calls every second; what the dead left is looked for a little less often."""
        return (
            Tick("call", timedelta(seconds=1), _call, SENDING),
            Tick("tidy", timedelta(seconds=5), lambda: tidy(self._owner.is_dead), SENDING),
            Tick("reap", timedelta(seconds=15), _reap),
        )

    def leave_off(self) -> None:
        """Nothing is in hand for longer than a moment."""
        self.doing = Doing.LEAVING

    def close(self) -> None:
        """Nothing is kept open."""


def run(app: Flask, over: threading.Event) -> None:
    """Be the engine of this installation, or the clock of its workers, until `over` is set.

    Raises SecondEngine when one works for this DATA_DIR already. On PostgreSQL there is one for the whole database: the
    others stand by, and one of them takes over when it dies.
    """
    with contextlib.ExitStack() as held, app.app_context():
        calls = task_engine().calls_workers
        if not calls:
            held.enter_context(only_engine(_folder(app)))
        attendance = Attendance(db.engine, Kind.CLOCK if calls else Kind.ENGINE, now())
        held.callback(_quietly, attendance.leave)
        while not over.is_set():
            with Seat(db.engine) as seat:
                if _wait_for(seat, attendance, over):
                    _reign(app, seat, attendance, over)
    log.info("the engine has stopped")


def _wait_for(seat: Seat, attendance: Attendance, over: threading.Event) -> bool:
    """Stand by until the place is ours; False when it was over before."""
    while not over.is_set():
        try:
            if seat.take():
                return True
            attendance.say(Doing.STANDING_BY, now())
        except Unavailable as fault:
            seat.leave()
            log.error("the database cannot be used", fault=type(fault).__name__)
        over.wait(STAND_BY)
    return False


def _reign(app: Flask, seat: Seat, attendance: Attendance, over: threading.Event) -> None:
    """Tick until it is over, or PostgreSQL has dropped the connection that makes us the only one."""
    with contextlib.ExitStack() as held:
        if task_engine().calls_workers:
            work: Sends | Calls = Calls(held.enter_context(Ownership(db.engine, _folder(app), sends=False)))
        else:
            work = Sends(_folder(app), app.config["CONNECTIONS"])
        held.callback(work.close)
        errands = Errands()
        ticks = (
            *work.ticks(),
            Tick("beat", BEAT, lambda: attendance.say(work.doing, now(), work.settled)),
            Tick("returns", timedelta(minutes=1), read_mailbox, RETURNS),
            Tick("sweep", timedelta(hours=1), _sweep),
            Tick("rights", timedelta(days=1), keep_promises),
            Tick("count", timedelta(minutes=10), count_audiences, COMPARING),
            Tick("news", timedelta(seconds=5), tell_those_who_come),
            Tick("waiting lists", timedelta(seconds=5), move_waiting_lists),
            Tick("look up", timedelta(seconds=20), look_up_destinations),
            Tick("forget domains", timedelta(days=1), forget_destinations),
            Tick("files", timedelta(seconds=1), errands.run, FILES),
            Tick("duplicates", timedelta(seconds=10), look_for_duplicates, COMPARING),
        )
        with _ticking(app, ticks) as scheduler:
            log.info("the engine is at work")
            while not over.wait(LOOK_AT_THE_CLOCK) and seat.is_held():
                bring_forward(scheduler, ticks)
            log.info("the engine finishes what is in hand" if over.is_set() else "the engine lost its place")
            work.leave_off()
            errands.leave_off()


def _folder(app: Flask) -> Path:
    return place_of(db.engine, app.extensions["outreach.config"].data_dir)


def _quietly(work: Callable[[], object]) -> None:
    """Do it if the database lets us."""
    with contextlib.suppress(Unavailable):
        work()


def _call() -> None:
    with transaction():
        call_for_what_is_due(now())


def _reap() -> None:
    """What workers left behind that died."""
    if left := workers_engine().reap():
        log.error("a worker left its jobs behind", jobs=left)


def bring_forward(scheduler: BackgroundScheduler, ticks: Sequence[Tick]) -> None:
    """Tick now wherever the next tick is further away than it can be: the clock of the machine was set back."""
    for tick in ticks:
        job = scheduler.get_job(tick.name)
        if job is not None and job.next_run_time - datetime.now(UTC) > tick.every:
            job.modify(next_run_time=datetime.now(UTC))


def stop_on_signals(over: threading.Event) -> None:
    """SIGTERM and Ctrl-C set `over`, so that what is under way is finished and recorded. For the main thread."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())


@contextlib.contextmanager
def _ticking(app: Flask, ticks: tuple[Tick, ...]) -> Iterator[BackgroundScheduler]:
    """Tick as long as the block lasts, then wait for what is under way.

    No job is stored: nothing is sent twice by two schedulers, and a tick missed while the process slept is one tick.
    """
    scheduler = BackgroundScheduler(
        timezone=UTC,
        executors={lane: ThreadPoolExecutor(1) for lane in LANES},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for tick in ticks:
        scheduler.add_job(
            lambda tick=tick: _once(app, tick),
            "interval",
            seconds=tick.every.total_seconds(),
            id=tick.name,
            executor=tick.lane,
            next_run_time=datetime.now(UTC),
        )
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a tick that waits for the one before it is no news
    scheduler.start()
    try:
        yield scheduler
    finally:
        scheduler.shutdown(wait=True)


def _once(app: Flask, tick: Tick) -> None:
    """One tick in a context of its own; a fault is written down and never stops the clock."""
    with app.app_context():
        try:
            tick.work()
        except Exception:
            log.exception("a tick failed", tick=tick.name)
        finally:
            db.session.remove()


def _sweep() -> None:
    """Forget what was promised to be forgotten."""
    at = now()
    forget_the_dead(db.engine, at)
    forget_drawings(at)
    with transaction():
        sweep(at)
        forget_needs(at.date())
        forget_unconfirmed(at)
        forget_minutes(at)
        forget_rests(at)
        forget_files(at)
        forget_reports(at)
