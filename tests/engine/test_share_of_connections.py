"""A relay that allows so many connections gets no more, however many senders there are on however many machines."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from config import Config
from outreach.advisory import AdvisoryLock
from outreach.campaigns.models import CampaignState
from outreach.database import db
from outreach.delivery.ownership import LockLost, Ownership
from outreach.delivery.service import sender
from tests.delivery.campaigns import state
from tests.engine.test_locks import cut_advisory_connections
from tests.faults import crowd
from tests.relay import Relay

CONNECTIONS = 5


@pytest.fixture
def database_kind() -> str:
    return "postgresql"


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, connections=CONNECTIONS)


def nothing(_connections: int) -> None:
    """Whoever has no connection open closes none."""


def share(owner: Ownership, limit: Callable[[int], object] = nothing) -> int:
    return owner.share(CONNECTIONS, limit)


def test_senders_have_equal_parts_that_add_up_whoever_comes_and_goes(app: Flask, data_dir: Path) -> None:
    with ExitStack() as held:
        first, second = (held.enter_context(Ownership(db.engine, data_dir)) for _ in range(2))
        assert {share(first), share(second)} <= {2, 3}
        assert share(first) + share(second) == CONNECTIONS
        with Ownership(db.engine, data_dir) as third:
            assert share(third) == 0, "nobody has stood up yet"
            parts = [share(one) for one in (first, second, third)]
            assert sorted(parts) == [1, 2, 2]
        assert share(first) + share(second) == CONNECTIONS


def test_a_seat_is_given_back_when_its_connection_is_closed(app: Flask, data_dir: Path) -> None:
    with Ownership(db.engine, data_dir) as first:
        assert share(first) == CONNECTIONS
        with Ownership(db.engine, data_dir) as second:
            told: list[tuple[int, int]] = []
            share(first, lambda connections: told.append((connections, share(second))))
            before, after = told
            assert before[1] == 0, "while the first still closes, the second has none"
            assert after == (share(first), share(second))


def test_of_more_senders_than_connections_some_wait(app: Flask, data_dir: Path) -> None:
    with ExitStack() as held:
        owners = [held.enter_context(Ownership(db.engine, data_dir)) for _ in range(CONNECTIONS + 2)]
        assert sorted(share(one) for one in owners) == [0, 0, 1, 1, 1, 1, 1]


def test_who_only_looks_who_is_dead_takes_no_part(app: Flask, data_dir: Path) -> None:
    with Ownership(db.engine, data_dir) as first, Ownership(db.engine, data_dir, sends=False) as clock:
        assert not clock.is_dead(first.name)
        assert clock.is_dead("somebody")
        assert share(first) == CONNECTIONS


def test_the_seats_of_the_dead_are_free(app: Flask) -> None:
    first, second = (AdvisoryLock(db.engine, "a test", name, 60) for name in ("one", "two"))
    assert first.take()
    assert second.take()
    assert first.take_seats(3, 4) == 3
    assert second.take_seats(4, 4) == 1
    first.leave()
    assert second.take_seats(4, 4) == 4
    second.leave()


def test_whoever_lost_the_lock_has_no_part(app: Flask, data_dir: Path) -> None:
    with Ownership(db.engine, data_dir) as owner:
        cut_advisory_connections()
        with pytest.raises(LockLost):
            share(owner)


@contextmanager
def at_work(app: Flask, senders: int) -> Iterator[None]:
    """So many that begin one after the other, as on as many machines."""

    def work() -> None:
        with app.app_context(), sender() as post:
            while state(1) is not CampaignState.FINISHED:
                post.send_due()

    threads = [threading.Thread(target=work) for _ in range(senders)]
    for thread in threads:
        thread.start()
        threading.Event().wait(0.3)
    yield
    for thread in threads:
        thread.join()


def test_the_relay_never_has_more_of_them_open_than_it_allows(app: Flask, relay: Relay) -> None:
    number = crowd.launched(1500)
    assert number == 1
    relay.limit = CONNECTIONS
    with at_work(app, 3):
        pass
    assert len(relay.received) == 1500
    assert relay.peak <= CONNECTIONS


def test_a_sender_that_has_nothing_to_do_keeps_no_connection_from_another(app: Flask, relay: Relay) -> None:
    crowd.launched(30)
    with sender() as first:
        first.send_due()
        with sender() as second:
            crowd.launched(30)
            second.send_due()
            assert len(relay.received) == 60
