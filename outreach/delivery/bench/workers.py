"""How throughput grows with workers: a campaign on PostgreSQL, to a relay that answers slowly."""

import contextlib
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import func, select

from outreach.delivery.bench.campaign import check_empty, fill
from outreach.delivery.bench.house import house, number, wipe
from outreach.delivery.bench.installed import command_line, run, started, wait
from outreach.delivery.bench.slow import slow_relay
from outreach.delivery.models import CampaignFigure
from outreach.delivery.states import MessageState
from outreach.errors import Refusal
from outreach.presence import Kind, Presence


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
    for count in workers:
        with slow_relay(delay) as port, house(port, connections, database_url, check_empty):
            seconds = _one_run(count, messages, connections, port, database_url)
        rate = messages / seconds
        runs.append(Run(count, seconds, rate, rate / runs[0].per_second if runs else 1.0))
    return runs


def _one_run(workers: int, messages: int, connections: int, port: int, database_url: str) -> float:
    with tempfile.TemporaryDirectory(prefix="outreach-bench-") as folder:
        settings = command_line(folder, port, connections * workers, database_url, engine="procrastinate")
        wipe()  # of the tables that the house made: these processes want theirs by migrations
        try:
            run([*settings, "db", "upgrade"])
            with started([*settings, "clock"]), contextlib.ExitStack() as held:
                for _ in range(workers):
                    held.enter_context(started([*settings, "worker"]))
                wait(lambda: _present() == workers)
                fill(messages)
                begun = time.perf_counter()
                wait(lambda: _sent() == messages, patience=None)
                return time.perf_counter() - begun
        finally:
            wipe()


def _present() -> int:
    return number(select(func.count()).where(Presence.kind == Kind.WORKER))


def _sent() -> int:
    return number(select(func.sum(CampaignFigure.count)).where(CampaignFigure.state == MessageState.SENT))
