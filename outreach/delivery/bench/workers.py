"""How throughput grows with workers: a campaign on PostgreSQL, to a relay that answers slowly."""

import contextlib
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select, text

from outreach.database import db
from outreach.delivery.bench.campaign import check_empty, fill
from outreach.delivery.bench.house import house
from outreach.delivery.bench.slow import slow_relay
from outreach.delivery.models import CampaignFigure
from outreach.delivery.states import MessageState
from outreach.errors import Refusal
from outreach.presence import Kind, Presence

PATIENCE: Final = 60.0
_GLANCE: Final = 0.05


@dataclass(frozen=True, slots=True)
class Run:
    """A campaign sent by so many workers; `growth` is over the first run."""

    workers: int
    seconds: float
    per_second: float
    growth: float

    def as_dict(self) -> dict[str, float]:
        """For --json, rounded."""
        return {name: round(value, 2) for name, value in asdict(self).items()}


def measure(workers: Sequence[int], messages: int, connections: int, delay: float, database_url: str) -> list[Run]:
    """Send the same campaign with so many workers, then with so many, each with so many connections.

    From the launch to the last result recorded, called by a clock as in an installation. Raises Refusal when the
    database is not an empty one on PostgreSQL; it is empty again in the end.
    """
    if not database_url.startswith("postgresql"):
        raise Refusal("Workers need PostgreSQL: give the address of an empty database.")
    runs: list[Run] = []
    for number in workers:
        with slow_relay(delay) as port, house(port, connections, database_url, check_empty):
            seconds = _one_run(number, messages, connections, port, database_url)
        rate = messages / seconds
        runs.append(Run(number, seconds, rate, rate / runs[0].per_second if runs else 1.0))
    return runs


def _one_run(workers: int, messages: int, connections: int, port: int, database_url: str) -> float:
    with tempfile.TemporaryDirectory(prefix="outreach-bench-") as folder:
        settings = _settings(port, connections, database_url, folder)
        _empty()  # of the tables that the house made: these processes want theirs by migrations
        try:
            _run([*settings, "db", "upgrade"])
            with _started([*settings, "clock"]), contextlib.ExitStack() as held:
                for _ in range(workers):
                    held.enter_context(_started([*settings, "worker"]))
                _wait(lambda: _present() == workers)
                fill(messages)
                begun = time.perf_counter()
                _wait(lambda: _sent() == messages, patience=None)
                return time.perf_counter() - begun
        finally:
            _empty()


def _settings(port: int, connections: int, database_url: str, folder: str) -> list[str]:
    """The command line of `outreach` with settings of its own."""
    values: dict[str, Any] = {
        "SECRET_KEYS": "a key",
        "SUPPRESSION_KEY": "another key",
        "BASE_URL": "https://invitations.bench.example",
        "MAIL_FROM": "congres@bench.example",
        "BOUNCE_DOMAIN": "retours.bench.example",
        "SMTP_URL": f"smtp://127.0.0.1:{port}",
        "LOOPBACK_ONLY": 1,
        "DATABASE_URL": database_url,
        "DATA_DIR": Path(folder),
        "ENGINE": "procrastinate",
        "CONNECTIONS": connections,
        "MESSAGES_PER_CONNECTION": 1_000_000,
    }
    spoken = [f"OUTREACH_{name}={value}" for name, value in values.items()]
    return [shutil.which("env") or "env", *spoken, sys.executable, "-m", "outreach.cli"]


def _run(command: Sequence[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - ours


@contextlib.contextmanager
def _started(command: Sequence[str]) -> Iterator[None]:
    """A process of ours for as long as the block lasts."""
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - ours
    try:
        yield
    finally:
        running.terminate()
        running.wait()


def _wait(happens: Callable[[], bool], patience: float | None = PATIENCE) -> None:
    end = time.monotonic() + patience if patience else None
    while not happens():
        if end and time.monotonic() > end:
            raise Refusal("The workers did not start.")
        time.sleep(_GLANCE)


def _present() -> int:
    return _number(select(func.count()).where(Presence.kind == Kind.WORKER))


def _sent() -> int:
    return _number(select(func.sum(CampaignFigure.count)).where(CampaignFigure.state == MessageState.SENT))


def _number(question: Any) -> int:
    found = int(db.session.scalar(question) or 0)
    db.session.rollback()
    return found


def _empty() -> None:
    """Nothing that was made here stays."""
    db.session.remove()
    with db.engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
