"""PostgreSQL stops in the thick of it and comes back: so do the workers, and each message is accounted for."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from config import Config
from outreach.database import db
from outreach.delivery.states import MessageState
from outreach.presence import Kind
from outreach.schema import migrate
from tests.engine.test_workers import count, present
from tests.faults import crowd
from tests.faults.processes import several, started, until
from tests.postgresql import CannotStart, Cluster
from tests.relay import Relay


@pytest.fixture
def server() -> Iterator[Cluster]:
    """A PostgreSQL of this test's own, as durable as an installation's."""
    try:
        made = Cluster(durable=True)
    except CannotStart as reason:
        pytest.skip(str(reason))
    yield made
    made.stop()


@pytest.fixture
def database_url(server: Cluster) -> str:
    url = server.create("outreach")
    migrate(url)
    return url


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, engine="procrastinate", connections=4)


@pytest.mark.slow
@pytest.mark.parametrize("crash", [False, True], ids=["restart", "emergency stop"])
def test_workers_come_back_with_their_database_and_finish(
    app: Flask, config: Config, relay: Relay, server: Cluster, *, crash: bool
) -> None:
    crowd.launched()
    with several(config, 2, "worker") as workers, started(config, "clock") as clock:
        until(lambda: len(relay.received) > 300, *workers)
        db.session.remove()
        server.restart(crash=crash)
        db.session.remove()
        until(lambda: count(MessageState.SENT) + count(MessageState.IN_DOUBT) == crowd.MANY, clock, *workers)
        assert all(process.is_alive for process in (clock, *workers))
        assert len(present(Kind.WORKER)) == 2
        for process in (clock, *workers):
            process.leave()
    assert count(MessageState.IN_DOUBT) <= 2 * config.connections
    assert len(relay.received) == len({one.message_id for one in relay.received})
