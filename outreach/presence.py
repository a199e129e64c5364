"""Who is at work for an installation: the lock and the pulse of its engine, and a row for each process."""

import contextlib
import enum
import fcntl
import os
import secrets
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Self

from sqlalchemy import BigInteger, Engine, String, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from outreach.advisory import AdvisoryLock
from outreach.database import Base
from outreach.errors import Refusal

LOCK: Final = "engine.lock"
"""File in `place_of` that the engine holds locked while it lives; the system frees it however the engine dies."""
PULSE: Final = "engine.pulse"
"""File in `place_of` with the instant at which the engine was last seen at work."""
STALE: Final = timedelta(seconds=60)
"""Who is there and was not seen for so long is stuck, or died without a word."""
FORGOTTEN: Final = timedelta(days=1)
"""So long after it was last seen, a process that died is no longer listed."""
BEAT: Final = timedelta(seconds=5)
"""How often a process says that it is there."""
SEAT_PATIENCE: Final = 20.0
"""Seconds for which the clock may be frozen before another takes its place."""
_PATIENCE: Final = 1.0
_GLANCE: Final = 0.05


def place_of(database: Engine, data_dir: Path) -> Path:
    """The folder in which the engine and the senders of this machine hold their locks.

    Beside a SQLite database, where all meet who use it, wherever they were started; else DATA_DIR.
    """
    file = database.url.database if database.dialect.name == "sqlite" else None
    return Path(file).resolve().parent if file and file != ":memory:" else data_dir


class SecondEngine(Refusal):
    """Another engine works for this installation."""


class EngineState(enum.StrEnum):
    """What can be told of the engine from outside."""

    RUNNING = "running"
    STUCK = "stuck"
    STOPPED = "stopped"
    UNKNOWN = "unknown"
    """None ever ran here."""


class Kind(enum.StrEnum):
    """What a process is for."""

    ENGINE = "engine"
    """Clock and sender in one."""
    CLOCK = "clock"
    WORKER = "worker"


class Doing(enum.StrEnum):
    """What a process does."""

    WAITING = "waiting"
    """Nothing is due."""
    SENDING = "sending"
    STANDING_BY = "standing_by"
    """Another one is the clock; this one takes over when it dies."""
    TICKING = "ticking"
    LEAVING = "leaving"
    """Was asked to stop, and finishes what it has in hand."""


class Presence(Base):
    """A process of ours: where it runs, since when, when it was last seen, what it does."""

    __tablename__ = "presence"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[Kind]
    machine: Mapped[str] = mapped_column(String(120))
    pid: Mapped[int]
    threads: Mapped[int]
    """How many senders work in it."""
    queues: Mapped[str] = mapped_column(String(120))
    """Those that a worker listens to, separated by commas; empty: all of them."""
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    doing: Mapped[Doing]
    settled: Mapped[int] = mapped_column(BigInteger)
    """Messages that it settled since it started."""


@dataclass(frozen=True, slots=True)
class Company:
    """Who is at work for a database: its engine or clock, and how many workers were seen within STALE."""

    engine: EngineState
    workers: int


def company(database: Engine, data_dir: Path, at: datetime) -> Company:
    """Who is at work. Of SQLite the lock beside the database tells; on PostgreSQL the rows tell, of every machine."""
    if database.dialect.name != "postgresql":
        return Company(engine_state(place_of(database, data_dir), at), 0)
    with database.connect() as connection:
        rows = connection.execute(select(Presence.kind, Presence.seen_at).where(Presence.doing != Doing.STANDING_BY))
        seen = [(row.kind, at - row.seen_at <= STALE) for row in rows]
    clocks = [fresh for kind, fresh in seen if kind is not Kind.WORKER]
    state = EngineState.UNKNOWN if not clocks else EngineState.RUNNING if any(clocks) else EngineState.STOPPED
    return Company(state, sum(fresh for kind, fresh in seen if kind is Kind.WORKER))


class Attendance:
    """Says that this process is there, every now and then, until it leaves. Of one thread."""

    def __init__(self, database: Engine, kind: Kind, at: datetime, *, threads: int = 1, queues: str = "") -> None:
        self.name = f"{kind}-{secrets.token_hex(8)}"
        self._database = database
        self._row = {
            "name": self.name,
            "kind": kind,
            "machine": socket.gethostname()[:120],
            "pid": os.getpid(),
            "threads": threads,
            "queues": queues[:120],
            "started_at": at,
        }

    def say(self, doing: Doing, at: datetime, settled: int = 0) -> None:
        """Write that we are there, and what we do. Raises SQLAlchemyError without a database."""
        said = {"seen_at": at, "doing": doing, "settled": settled}
        with self._database.begin() as connection:
            known = connection.execute(update(Presence).where(Presence.name == self.name).values(said))
            if not known.rowcount:
                connection.execute(insert(Presence).values(self._row | said))

    def leave(self) -> None:
        """Take our row away."""
        with self._database.begin() as connection:
            connection.execute(delete(Presence).where(Presence.name == self.name))


class Seat:
    """The one place of the engine or clock of a database. SQLite has the lock of its folder: here it is always ours."""

    def __init__(self, database: Engine) -> None:
        shared = database.dialect.name == "postgresql"
        self._lock = AdvisoryLock(database, "outreach clock", "", SEAT_PATIENCE) if shared else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self.leave()

    def take(self) -> bool:
        """True when it is ours, at once. Raises SQLAlchemyError without a database."""
        return self._lock is None or self._lock.take()

    def is_held(self) -> bool:
        """True while it is still ours."""
        return self._lock is None or self._lock.is_held()

    def leave(self) -> None:
        """Let another take it."""
        if self._lock is not None:
            self._lock.leave()


def forget_the_dead(database: Engine, at: datetime) -> None:
    """Drop the rows of processes that were not seen for long."""
    with database.begin() as connection:
        connection.execute(delete(Presence).where(Presence.seen_at < at - FORGOTTEN))


@contextlib.contextmanager
def only_engine(folder: Path) -> Iterator[None]:
    """Be the engine of the installation whose DATA_DIR this is, for as long as the block lasts.

    Raises SecondEngine while another process is. A process that was killed leaves nothing behind.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        _lock(file, folder)
        os.truncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(file)


def _lock(file: int, folder: Path) -> None:
    """Take the lock; whoever only looks holds it for an instant, so a refusal is believed after a second."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() < end:
                time.sleep(_GLANCE)
                continue
            raise SecondEngine(
                "An engine already works for %(folder)s (process %(number)s): a second one would send beside it. "
                "Stop that one first.",
                folder=folder,
                number=os.pread(file, 20, 0).decode().strip() or "?",
            ) from None
        else:
            return


def beat(folder: Path, at: datetime) -> None:
    """Write down that the engine was at work at that instant."""
    fresh = folder / f"{PULSE}.new"
    fresh.write_text(at.astimezone(UTC).isoformat(), encoding="ascii")
    fresh.replace(folder / PULSE)


def last_beat(folder: Path) -> datetime | None:
    """When the engine was last seen at work; None when it never was."""
    try:
        return datetime.fromisoformat((folder / PULSE).read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return None


def engine_state(folder: Path, at: datetime) -> EngineState:
    """Whether an engine works for this installation on this machine."""
    try:
        with (folder / LOCK).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return EngineState.UNKNOWN
    except BlockingIOError:
        seen = last_beat(folder)
        return EngineState.STUCK if seen is not None and at - seen > STALE else EngineState.RUNNING
    return EngineState.STOPPED
