"""The clock: what ticks, how often; it ticks in the engine process and nowhere else."""

import contextlib
import logging
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from outreach.accounts.actions import sweep
from outreach.database import db, now, transaction
from outreach.delivery.launching import hold_late
from outreach.delivery.sending import Sender
from outreach.delivery.service import sender
from outreach.forwarding.jobs import forget_unconfirmed
from outreach.logs import log
from outreach.presence import beat, only_engine
from outreach.rsvp.jobs import forget_needs

SENDING: Final = "sending"
KEEPING: Final = "keeping"
"""The two lanes: one thread that sends, and one for all that must not wait for it."""

LOOK_AT_THE_CLOCK: Final = 5.0
"""Seconds between two looks whether the clock of the machine was set back."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Work that comes back: `work` begins again so long after it began, never twice at once."""

    name: str
    every: timedelta
    work: Callable[[], object]
    lane: str = KEEPING


class Sending:
    """The sender of this engine, made when it is first needed and made anew after a fault."""

    def __init__(self) -> None:
        self._sender: Sender | None = None
        self._leave = contextlib.ExitStack()
        self._over = False

    def send_due(self) -> None:
        """Send what is due, or hold it where it is due for too long and a person has to decide."""
        if self._over:
            return
        with transaction():
            hold_late(now())
        if self._sender is None:
            self._sender = self._leave.enter_context(sender())
        try:
            self._sender.send_due()
        except BaseException:
            self.close()
            raise

    def leave_off(self) -> None:
        """Finish what is in hand and begin nothing more; from any thread."""
        self._over = True
        if self._sender is not None:
            self._sender.leave_off()

    def close(self) -> None:
        """Leave the relay and free the name under which messages were leased."""
        self._sender = None
        leave, self._leave = self._leave, contextlib.ExitStack()
        leave.close()


def run(app: Flask, over: threading.Event) -> None:
    """Be the engine of this installation until `over` is set. Raises SecondEngine when there is one already."""
    folder = app.extensions["outreach.config"].data_dir
    sending = Sending()
    ticks = (
        Tick("send", timedelta(seconds=1), sending.send_due, SENDING),
        Tick("beat", timedelta(seconds=5), lambda: beat(folder, now())),
        Tick("sweep", timedelta(hours=1), _sweep),
    )
    with only_engine(folder), _ticking(app, ticks) as scheduler:
        log.info("the engine is at work")
        while not over.wait(LOOK_AT_THE_CLOCK):
            bring_forward(scheduler, ticks)
        log.info("the engine finishes what is in hand")
        sending.leave_off()
    with app.app_context():
        sending.close()
    log.info("the engine has stopped")


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
        executors={SENDING: ThreadPoolExecutor(1), KEEPING: ThreadPoolExecutor(1)},
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
    with transaction():
        sweep(at)
        forget_needs(at.date())
        forget_unconfirmed(at)
