"""A worker: does the jobs of the task engine, on any number of machines beside any number of others."""

import contextlib
import threading
from collections.abc import Sequence
from queue import SimpleQueue
from typing import Final

from flask import Flask

from outreach.database import Unavailable, db, now, transaction
from outreach.delivery.calling import call_for_help
from outreach.delivery.crew import Sending
from outreach.delivery.models import Notice
from outreach.engine import Procrastinate, Queue, workers_engine
from outreach.logs import log
from outreach.presence import BEAT, STALE, Attendance, Doing, Kind

LONGEST_BACK_OFF: Final = 15.0
"""Seconds between two attempts to reach a database that is away."""


class Crew:
    """The senders of one worker, one for each of its threads, and what they did."""

    def __init__(self, app: Flask, threads: int) -> None:
        self._app = app
        self._crew = [Sending() for _ in range(threads)]
        self._free: SimpleQueue[Sending] = SimpleQueue()
        for one in self._crew:
            self._free.put(one)
        self._busy = 0
        self._lock = threading.Lock()
        self._over = False
        self.settled = 0

    def send_notices(self) -> None:
        """The job of the queue of notices."""
        self._send(Notice)

    def send_messages(self) -> None:
        """The job of the queue of messages; where there is work for several, another worker is called."""
        self._send(None)

    def doing(self) -> Doing:
        """What the worker does at this moment."""
        if self._over:
            return Doing.LEAVING
        return Doing.SENDING if self._busy else Doing.WAITING

    def leave_off(self) -> None:
        """Await what is on the wire and begin nothing more."""
        self._over = True
        for one in self._crew:
            one.leave_off()

    def close(self) -> None:
        """Leave the relay; the names under which messages were leased are free."""
        with self._app.app_context():
            for one in self._crew:
                with contextlib.suppress(Unavailable):
                    one.close()

    def _send(self, only: type[Notice] | None) -> None:
        """A fault is written down; what is due is due still, and the clock calls again."""
        sending = self._free.get()
        self._count(busy=1)
        with self._app.app_context():
            try:
                if only is None:
                    with transaction():
                        call_for_help(now())
                sending.send_due(lambda settled: self._count(settled=settled), only=only)
            except Exception:
                log.exception("a job failed")
            finally:
                self._count(busy=-1)
                db.session.remove()
                self._free.put(sending)

    def _count(self, *, busy: int = 0, settled: int = 0) -> None:
        with self._lock:
            self._busy += busy
            self.settled += settled


def run(app: Flask, queues: Sequence[Queue], threads: int, over: threading.Event) -> None:
    """Work until `over` is set and what is in hand is done; when the database goes away, come back with it."""
    with app.app_context():
        engine = workers_engine()
        attendance = Attendance(db.engine, Kind.WORKER, now(), threads=threads, queues=",".join(queues))
    crew = Crew(app, threads)
    beside = [threading.Thread(target=work, args=(crew, attendance, over)) for work in (_attend, _leave_off)]
    for thread in beside:
        thread.start()
    try:
        _work(engine, crew, queues, threads, over)
    finally:
        over.set()
        for thread in beside:
            thread.join()
        crew.close()
        with contextlib.suppress(Unavailable):
            attendance.leave()
    log.info("the worker has stopped")


def _work(engine: Procrastinate, crew: Crew, queues: Sequence[Queue], threads: int, over: threading.Event) -> None:
    tasks = {Queue.NOTICES: crew.send_notices, Queue.MESSAGES: crew.send_messages}
    pause = 1.0
    while not over.is_set():
        log.info("the worker is at work", threads=threads, queues=list(queues))
        begun = now()
        try:
            engine.work(tasks, queues, threads, over)
        except Exception:
            log.exception("the worker lost its database", again_in=pause)
        if not over.is_set():
            pause = 1.0 if now() - begun > STALE else min(2 * pause, LONGEST_BACK_OFF)
            over.wait(pause)


def _leave_off(crew: Crew, _attendance: Attendance, over: threading.Event) -> None:
    over.wait()
    crew.leave_off()


def _attend(crew: Crew, attendance: Attendance, over: threading.Event) -> None:
    """Say that we are there until it is over; without a database nobody hears it."""
    while True:
        with contextlib.suppress(Unavailable):
            attendance.say(crew.doing(), now(), crew.settled)
        if over.wait(BEAT.total_seconds()):
            return
