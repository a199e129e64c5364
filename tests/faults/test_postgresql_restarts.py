"""PostgreSQL goes away and comes back five times while messages leave: nobody is lost, nothing leaves twice unseen."""

import random
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from flask import Flask

from config import Config
from outreach.database import db
from outreach.schema import migrate
from tests.faults import crowd
from tests.faults.processes import ENGINE, Process, several, started, until
from tests.faults.test_kills import CONNECTIONS, check_the_end, is_under_way
from tests.postgresql import Cluster
from tests.relay import Relay

RESTARTS = 5


@pytest.fixture
def server() -> Iterator[Cluster]:
    """A PostgreSQL of this test's own, as durable as an installation's."""
    made = Cluster(durable=True)
    yield made
    made.stop()


@pytest.fixture
def database_url(server: Cluster) -> str:
    url = server.create("outreach")
    migrate(url)
    return url


@pytest.fixture
def campaign(app: Flask) -> int:
    return crowd.launched()


@pytest.mark.parametrize("crash", [False, True], ids=["restart", "emergency stop"])
def test_postgresql_restarts_five_times_and_nobody_is_lost_or_written_to_twice(
    campaign: int, config: Config, relay: Relay, server: Cluster, chance: random.Random, *, crash: bool
) -> None:
    relay.delay = 0.002
    with started(config, *ENGINE) as engine:
        for _ in range(RESTARTS):
            wanted = len(relay.received) + chance.randrange(1, crowd.MANY // (RESTARTS + 1))
            _wait_for(wanted, relay, engine)
            time.sleep(chance.uniform(0, 0.02))
            db.session.remove()
            server.restart(crash=crash)
        assert engine.is_alive, engine.said()
        db.session.remove()
        until(lambda: not is_under_way(campaign), engine)
        engine.leave()
    check_the_end(campaign, config, relay, RESTARTS)


def test_postgresql_restarts_five_times_under_workers_and_nobody_is_lost_or_written_to_twice(
    campaign: int, config: Config, relay: Relay, server: Cluster, chance: random.Random
) -> None:
    relay.delay = 0.002
    spread = replace(config, engine="procrastinate", connections=CONNECTIONS)
    with several(spread, 2, "worker") as workers, started(spread, *ENGINE) as clock:
        for _ in range(RESTARTS):
            wanted = len(relay.received) + chance.randrange(1, crowd.MANY // (RESTARTS + 1))
            _wait_for(wanted, relay, clock)
            time.sleep(chance.uniform(0, 0.02))
            db.session.remove()
            server.restart(crash=chance.random() < 0.5)
        db.session.remove()
        until(lambda: not is_under_way(campaign), clock, *workers)
        for process in (*workers, clock):
            assert process.is_alive, process.said()
            process.leave()
    check_the_end(campaign, config, relay, RESTARTS)


def test_a_worker_and_a_clock_that_start_before_postgresql_await_it(
    campaign: int, config: Config, relay: Relay, server: Cluster
) -> None:
    spread = replace(config, engine="procrastinate", connections=CONNECTIONS)
    db.session.remove()
    with ExitStack() as held:
        with server.away(crash=True):
            early = [held.enter_context(started(spread, name)) for name in ("worker", "clock")]
            until(lambda: all("the database does not answer yet" in one.said() for one in early), *early)
        until(lambda: not is_under_way(campaign), *early)
        for process in early:
            process.leave()
    check_the_end(campaign, config, relay, 0)


def _wait_for(number: int, relay: Relay, engine: Process) -> None:
    until(lambda: len(relay.received) >= number, engine)
