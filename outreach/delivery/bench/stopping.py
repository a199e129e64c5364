"""How soon a stop holds: a campaign at full speed, embedded and over two workers, and the last message after it."""

import contextlib
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select

from outreach.database import now, transaction
from outreach.delivery import brake
from outreach.delivery.bench.campaign import check_empty, fill
from outreach.delivery.bench.house import house, number, wipe
from outreach.delivery.bench.installed import command_line, run, started, wait
from outreach.delivery.bench.witness import Witness, witness
from outreach.delivery.models import Message
from outreach.delivery.states import MessageState
from outreach.errors import Refusal
from outreach.presence import Kind, Presence

WORKERS: Final = 2
SILENCE: Final = 4.0
"""Seconds without a message after which the last one is believed to have been the last."""
_EARLY: Final = 0.2
"""What part of the campaign is out when the stop is pressed."""
_IN_HAND: Final = select(func.count()).where(Message.state == MessageState.LEASED)
"""What a sender still holds: nothing, once it has heard of the stop."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop. `after` counts the messages that the relay accepted after it was committed."""

    database: str
    workers: int
    connections: int
    per_second: float
    pressed_ms: float
    last_ms: float
    after: int

    def as_dict(self) -> dict[str, Any]:
        """For --json, rounded."""
        return {name: round(value, 1) if isinstance(value, float) else value for name, value in asdict(self).items()}


def measure(messages: int, connections: int, database_url: str) -> list[Stop]:
    """Stop a campaign that the engine sends from SQLite; and, given an empty PostgreSQL, one that two workers send.

    Raises Refusal when the database is not empty, or the campaign was out before it could be stopped.
    """
    if database_url and not database_url.startswith("postgresql"):
        raise Refusal("Workers need PostgreSQL: give the address of an empty database.")
    with tempfile.TemporaryDirectory(prefix="outreach-bench-") as folder:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        stops = [_one(messages, connections, url, folder, workers=0)]
    if database_url:
        with tempfile.TemporaryDirectory(prefix="outreach-bench-") as folder:
            stops.append(_one(messages, connections, database_url, folder, workers=WORKERS))
    return stops


def _one(messages: int, connections: int, url: str, folder: str, *, workers: int) -> Stop:
    with witness() as relay:
        with house(relay.port, connections, url, check_empty):
            pass  # it is empty, and empty again
        engine = "procrastinate" if workers else "embedded"
        program = command_line(folder, relay.port, connections, url, engine=engine)
        run([*program, "db", "upgrade"])
        with house(relay.port, connections, url, lambda: None), _started(program, workers):
            fill(messages)
            wait(lambda: len(relay.instants) >= messages * _EARLY)
            begun, committed = _press()
            last, after = _last(relay, committed)
            if len(relay.instants) == messages:
                raise Refusal("All messages had left before the stop was pressed: ask for more of them.")
            wait(lambda: not number(_IN_HAND))
            rate = (len(relay.instants) - after) / (committed - relay.instants[0])
    milliseconds = ((committed - begun) * 1000, max(0.0, last - committed) * 1000)
    return Stop(url.partition(":")[0].partition("+")[0], workers, connections, rate, *milliseconds, after)


@contextlib.contextmanager
def _started(program: list[str], workers: int) -> Iterator[None]:
    """The engine, or a clock and its workers, at their places; what PostgreSQL was given is wiped afterwards."""
    kind = Kind.WORKER if workers else Kind.ENGINE
    try:
        with contextlib.ExitStack() as held:
            for part in ["clock", *["worker"] * workers]:
                held.enter_context(started([*program, part]))
            wait(lambda: number(select(func.count()).where(Presence.kind == kind)) == max(1, workers))
            yield
    finally:
        if workers:
            wipe()


def _press() -> tuple[float, float]:
    """Stop everything; when that was begun, and when it was committed."""
    begun = time.time()
    with transaction():
        brake.pull(now(), "bench")
    return begun, time.time()


def _last(relay: Witness, committed: float) -> tuple[float, int]:
    """When the last message was accepted, and how many after that instant; once it has been silent for long."""
    wait(lambda: time.time() - max(committed, relay.instants[-1]) > SILENCE)
    instants = list(relay.instants)
    return max(instants), sum(instant > committed for instant in instants)
