"""The task engine: who is called when something is due, in the transaction that makes it due.

Embedded, the clock looks for itself. With Procrastinate, jobs call workers on any number of machines; a job only says
"send what is due", and the rows stay the truth: a job that is lost or done twice loses or doubles nothing.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Protocol

import procrastinate
import procrastinate.schema
import psycopg
from flask import current_app
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job, Status
from psycopg import sql
from psycopg.conninfo import make_conninfo
from sqlalchemy import make_url, text
from sqlalchemy.orm import Session

from outreach.errors import Refusal

STALLED: Final = 30
"""Seconds after which a worker that gave no sign has left its jobs behind."""
_SEEN_EVERY: Final = 10.0
_LOOK_EVERY: Final = 5.0
"""Seconds between two looks for jobs whose instant has come; those for at once are heard of at once."""
_GLANCE: Final = 0.2
_MARK: Final = "Installed by outreach up to "


class Queue(StrEnum):
    """What a job is about."""

    NOTICES = "notices"
    """Messages without campaign."""
    MESSAGES = "messages"
    """Everything that is due, notices first."""


URGENCY: Final[Mapping[Queue, int]] = {Queue.NOTICES: 10, Queue.MESSAGES: 0}


@dataclass(frozen=True, slots=True)
class Call:
    """A job: send what is due in that queue, not before `at` (None: at once). One of a key waits at most."""

    queue: Queue
    key: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Backlog:
    """The jobs of a queue: due and waiting for a worker, in hand, and due later, the first of them at `next_at`."""

    queue: str
    waiting: int
    running: int
    later: int
    next_at: datetime | None


class NoWorker(Exception):  # noqa: N818 - it reads as a sentence
    """The worker's loop ended though nobody asked it to: as a rule the database restarted."""


class TaskEngine(Protocol):
    """What the rooms ask of it."""

    @property
    def calls_workers(self) -> bool:
        """True when processes of their own send, and False when the engine process does."""

    def call(self, session: Session, calls: Sequence[Call], *, instead_of: str = "") -> None:
        """Call for a worker, for when this session commits; never if it does not.

        Calls that wait under a key that begins with `instead_of` are taken back.
        """

    def backlog(self, session: Session) -> list[Backlog]:
        """What the queues hold."""


class Embedded:
    """The engine process looks every second at what is due: nobody has to be called."""

    calls_workers = False

    def call(self, session: Session, calls: Sequence[Call], *, instead_of: str = "") -> None:
        """Nothing to do."""

    def backlog(self, session: Session) -> list[Backlog]:
        """There are no queues."""
        return []


class Procrastinate:
    """Jobs in PostgreSQL, in the very transaction of the session that makes something due."""

    calls_workers = True

    def __init__(self, url: str) -> None:
        self._conninfo = conninfo(url)
        self._app = self._make()

    def call(self, session: Session, calls: Sequence[Call], *, instead_of: str = "") -> None:
        """Add the jobs on the session's own connection; those whose key waits already are left out."""
        if instead_of:
            session.execute(text(_TAKE_BACK), {"begins": instead_of})
        known = set(session.scalars(text(_WAITING), {"keys": [one.key for one in calls]}))
        jobs = [_job(one) for one in calls if one.key not in known]
        if not jobs:
            return
        if not self._defer(session, jobs):  # somebody called under one of these keys meanwhile: the others still count
            for job in jobs:
                self._defer(session, [job])

    def _defer(self, session: Session, jobs: Sequence[Job]) -> bool:
        """Add these jobs, all or none; False where the key of one waits already."""
        try:
            with session.begin_nested():
                connection = session.connection().connection.driver_connection
                self._app.job_manager.batch_defer_jobs(list(jobs), connection=connection)
        except AlreadyEnqueued:
            return False
        return True

    def backlog(self, session: Session) -> list[Backlog]:
        """Counted from the jobs."""
        return [Backlog(*row) for row in session.execute(text(_BACKLOG))]

    def work(
        self, tasks: Mapping[Queue, Callable[[], object]], queues: Sequence[Queue], threads: int, over: threading.Event
    ) -> None:
        """Do jobs, so many at once, until `over` is set and those in hand are done.

        Raises NoWorker, or an error of the database, when it cannot go on.
        """
        asyncio.run(self._work(tasks, queues, threads, over))

    def reap(self) -> int:
        """Drop the jobs of workers that died, and the workers; returns how many jobs. What was due is due still."""
        return asyncio.run(self._reap())

    def _make(self, **pool: Any) -> procrastinate.App:
        """An application of its own: one that is open in a loop is of no use to another thread."""
        return procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=self._conninfo, **pool))

    async def _work(
        self, tasks: Mapping[Queue, Callable[[], object]], queues: Sequence[Queue], threads: int, over: threading.Event
    ) -> None:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(threads))
        app = self._make(min_size=1, max_size=threads + 3)
        for queue, task in tasks.items():
            app.task(name=_name(queue), queue=queue)(task)
        async with app.open_async():
            work = app.run_worker_async(
                queues=list(queues or Queue),
                concurrency=threads,
                delete_jobs="always",
                fetch_job_polling_interval=_LOOK_EVERY,
                update_heartbeat_interval=_SEEN_EVERY,
                stalled_worker_timeout=STALLED,
                install_signal_handlers=False,
            )
            worker = asyncio.create_task(work)
            while not (over.is_set() or worker.done()):
                await asyncio.sleep(_GLANCE)
            worker.cancel()  # it finishes the jobs in hand, and then is cancelled
            with contextlib.suppress(asyncio.CancelledError):
                await worker
        if not over.is_set():
            raise NoWorker("the worker stopped by itself")

    async def _reap(self) -> int:
        async with self._make(min_size=1, max_size=1).open_async() as app:
            stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED))
            for job in stalled:
                with contextlib.suppress(ConnectorException):  # its worker came back and finished it meanwhile
                    await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
            await app.job_manager.prune_stalled_workers(STALLED)
        return len(stalled)


EMBEDDED: Final = Embedded()

_WAITING: Final = "SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = ANY(:keys)"
_TAKE_BACK: Final = "DELETE FROM procrastinate_jobs WHERE status = 'todo' AND starts_with(queueing_lock, :begins)"
_BACKLOG: Final = """
    SELECT queue_name,
           count(*) FILTER (WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()),
           count(*) FILTER (WHERE status = 'doing'),
           count(*) FILTER (WHERE status = 'todo' AND scheduled_at > now()),
           min(scheduled_at) FILTER (WHERE status = 'todo' AND scheduled_at > now())
      FROM procrastinate_jobs WHERE status IN ('todo', 'doing') GROUP BY queue_name ORDER BY queue_name
"""


def make_engine(name: str, url: str) -> TaskEngine:
    """The engine of that name over that database."""
    return Procrastinate(url) if name == "procrastinate" else EMBEDDED


def task_engine() -> TaskEngine:
    """The engine of the running application."""
    engine: TaskEngine = current_app.extensions.get("outreach.engine", EMBEDDED)
    return engine


def workers_engine() -> Procrastinate:
    """The same, where there are workers. Raises Refusal where the engine is embedded."""
    engine = task_engine()
    if not isinstance(engine, Procrastinate):
        raise Refusal("There are no workers here: OUTREACH_ENGINE is embedded, and the engine process sends.")
    return engine


def conninfo(url: str) -> str:
    """What psycopg needs to reach the database that SQLAlchemy reaches by this URL."""
    made = make_url(url)
    _arguments, options = made.get_dialect()().create_connect_args(made)
    return make_conninfo(**{name: value for name, value in options.items() if name != "context"})


def install_tables(url: str) -> None:
    """Make the tables of the task engine on PostgreSQL, or bring those that we made up to date.

    Which version they are of is written in a comment on one of them. Raises Refusal when somebody else made them.
    """
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext('outreach: tables of the task engine'))")
        if not _is_installed(connection):
            _apply(connection, procrastinate.schema.SchemaManager.get_schema(), _revisions()[-1].name)
            return
        at = _installed_version(connection)
        for script in _revisions():
            if script.name > at:
                _apply(connection, script.read_text(encoding="utf-8"), script.name)


def tables_are_there(session: Session) -> bool:
    """True when workers can be called in this database."""
    return session.scalar(text("SELECT to_regclass('procrastinate_jobs')")) is not None


def _is_installed(connection: psycopg.Connection[Any]) -> bool:
    found = connection.execute("SELECT to_regclass('procrastinate_jobs')").fetchone()
    return found is not None and found[0] is not None


def _installed_version(connection: psycopg.Connection[Any]) -> str:
    found = connection.execute("SELECT obj_description('procrastinate_jobs'::regclass)").fetchone()
    mark = str(found[0] or "") if found else ""
    if not mark.startswith(_MARK):
        raise Refusal(
            "This database has tables of Procrastinate that Outreach did not make, and whose version it cannot tell: "
            "use another database, or drop the tables whose names begin with procrastinate_."
        )
    return mark.removeprefix(_MARK)


def _apply(connection: psycopg.Connection[Any], script: str, version: str) -> None:
    """All of it and the mark, or nothing."""
    mark = sql.SQL("COMMENT ON TABLE procrastinate_jobs IS {}").format(sql.Literal(f"{_MARK}{version}"))
    with connection.transaction():
        connection.execute(script.encode())
        connection.execute(mark)


def _revisions() -> list[Path]:
    """Procrastinate's own migrations, oldest first: their names begin with the version they lead to."""
    return sorted(Path(procrastinate.schema.SchemaManager.get_migrations_path()).glob("*.sql"))


def _job(call: Call) -> Job:
    return Job(
        queue=call.queue,
        priority=URGENCY[call.queue],
        lock=None,
        queueing_lock=call.key,
        task_name=_name(call.queue),
        scheduled_at=call.at,
    )


def _name(queue: str) -> str:
    return f"outreach.send_{queue}"
