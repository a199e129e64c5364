"""The disk fills up five times, or somebody locks the database for a minute, while an engine sends."""

import random
import resource
import sqlite3
import time
from contextlib import closing

import pytest
from flask import Flask

from config import Config
from outreach.database import db
from tests.faults import crowd
from tests.faults.judge import judge
from tests.faults.processes import ENGINE, Process, started, until
from tests.faults.test_kills import check_the_end, is_under_way
from tests.relay import Relay

TIMES = 5
MINUTE = 60.0
"""Twice as long as anybody of ours waits for a lock."""


@pytest.fixture
def campaign(app: Flask) -> int:
    return crowd.launched()


def wait_until_some_more_left(campaign: int, relay: Relay, engine: Process, chance: random.Random) -> None:
    wanted = len(relay.received) + chance.randrange(1, crowd.MANY // (TIMES + 1))
    until(lambda: len(relay.received) >= wanted or not is_under_way(campaign), engine)
    time.sleep(chance.uniform(0, 0.02))


def finish(campaign: int, config: Config, relay: Relay, engine: Process) -> None:
    """The engine that saw it all goes on by itself; then everybody has it, but what a person decides."""
    assert engine.is_alive, engine.said()
    until(lambda: not is_under_way(campaign), engine)
    engine.leave()
    check_the_end(campaign, config, relay, TIMES)


def test_the_disk_fills_up_at_any_instant_and_has_room_again(
    campaign: int, config: Config, relay: Relay, chance: random.Random
) -> None:
    relay.delay = 0.01
    log = config.data_dir / "outreach.db-wal"
    with started(config, *ENGINE) as engine:
        for place in range(TIMES):
            wait_until_some_more_left(campaign, relay, engine, chance)
            limit = log.stat().st_size if place and chance.random() < 0.5 else 100_000
            resource.prlimit(engine.number, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
            time.sleep(chance.uniform(0.2, 2))
            engine.freeze()
            assert judge(campaign, relay, crowd.MANY).wrong == []
            engine.wake()
            resource.prlimit(engine.number, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert "disk I/O error" in engine.said(), "a write of its own failed"
        finish(campaign, config, relay, engine)


def test_somebody_locks_the_database_for_a_minute(
    campaign: int, config: Config, relay: Relay, chance: random.Random
) -> None:
    relay.delay = 0.01
    db.session.remove()
    with started(config, *ENGINE) as engine:
        wait_until_some_more_left(campaign, relay, engine, chance)
        with closing(sqlite3.connect(config.data_dir / "outreach.db", isolation_level=None, timeout=60)) as other:
            other.execute("BEGIN IMMEDIATE")
            time.sleep(MINUTE)
            other.execute("COMMIT")
        assert "database is locked" in engine.said(), "it met the lock"
        finish(campaign, config, relay, engine)
