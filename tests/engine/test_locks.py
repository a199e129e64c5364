"""Locks that PostgreSQL frees: by death, by a lost connection, by frost; whoever lost theirs announces nothing more."""

import signal
import subprocess
import sys
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from config import Config
from outreach.advisory import AdvisoryLock
from outreach.campaigns.models import CampaignState
from outreach.database import Unavailable, db, transaction
from outreach.delivery.ownership import Guarded, LockLost, Ownership
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState, Outcome, Phase, Reply
from tests.delivery.campaigns import state
from tests.engine.test_clock import until
from tests.engine.test_workers import count
from tests.faults import crowd
from tests.relay import Relay

_HOLDER = (
    "import sys\nfrom sqlalchemy import create_engine\nfrom outreach.advisory import AdvisoryLock\n"
    "lock = AdvisoryLock(create_engine(sys.argv[1]), 'a test', 'held', float(sys.argv[2]))\n"
    "print(lock.take(), flush=True)\nsys.stdin.read()\n"
)


@pytest.fixture
def database_kind() -> str:
    return "postgresql"


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, connections=4)


@contextmanager
def holder(url: str, patience: float) -> Iterator["subprocess.Popen[str]"]:
    """A process that holds a lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, url, str(patience)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == "True\n"
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


@pytest.fixture
def watcher(app: Flask) -> Iterator[AdvisoryLock]:
    """Somebody else who looks at that lock."""
    lock = AdvisoryLock(db.engine, "a test", "another", 60)
    assert lock.take()
    yield lock
    lock.leave()


def cut_advisory_connections() -> None:
    """What a restart of PostgreSQL, or a network that fails, does to whoever holds a lock."""
    with transaction() as session:
        holders = "SELECT DISTINCT pid FROM pg_locks JOIN pg_database ON pg_database.oid = database "
        ours = "WHERE locktype = 'advisory' AND datname = current_database()"
        session.execute(text(f"SELECT pg_terminate_backend(pid) FROM ({holders}{ours}) AS held"))


def cut_everybody_else() -> None:
    """What a restart of PostgreSQL does to every connection, those without a lock among them."""
    with transaction() as session:
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        session.execute(text(f"SELECT pg_terminate_backend(pid) {others}"))


def test_a_lock_is_free_once_its_holder_was_killed(database_url: str, watcher: AdvisoryLock) -> None:
    with holder(database_url, 60) as process:
        assert not watcher.is_free("held")
        process.kill()
        until(lambda: watcher.is_free("held"))


def test_a_lock_is_free_once_its_holder_is_frozen_for_longer_than_its_patience(
    database_url: str, watcher: AdvisoryLock
) -> None:
    with holder(database_url, 1.5) as process:
        process.send_signal(signal.SIGSTOP)
        until(lambda: watcher.is_free("held"))
        process.send_signal(signal.SIGCONT)


def test_whoever_is_not_frozen_keeps_the_lock_without_being_asked(app: Flask, watcher: AdvisoryLock) -> None:
    lock = AdvisoryLock(db.engine, "a test", "held", 3)
    assert lock.take()
    assert not threading.Event().wait(5)
    assert not watcher.is_free("held")
    assert lock.is_held()
    lock.leave()
    assert watcher.is_free("held")


def test_a_lock_that_was_lost_is_not_held_and_can_be_taken_again(app: Flask) -> None:
    lock = AdvisoryLock(db.engine, "a test", "held", 60)
    assert lock.take()
    cut_advisory_connections()
    assert not lock.is_held()
    lock.leave()
    assert lock.take()
    lock.leave()


def test_whoever_was_cut_off_while_standing_by_takes_the_lock_on_a_connection_of_its_own(app: Flask) -> None:
    first, lock = AdvisoryLock(db.engine, "a test", "held", 60), AdvisoryLock(db.engine, "a test", "held", 0.3)
    assert first.take()
    assert not lock.take()
    cut_everybody_else()
    assert not threading.Event().wait(0.5)  # it gives signs of life, and finds that there is nobody to give them to
    first.leave()
    assert lock.take()
    assert lock.is_held()
    lock.leave()
    another = AdvisoryLock(db.engine, "a test", "held", 60)
    assert another.take()
    another.leave()


def test_a_lock_that_was_lost_is_never_held_again_without_being_taken(app: Flask) -> None:
    lock = AdvisoryLock(db.engine, "a test", "held", 60)
    assert lock.take()
    cut_everybody_else()
    with pytest.raises(Unavailable):
        lock.is_free("somebody")
    assert lock.is_free("somebody")
    assert not lock.is_held()
    lock.leave()


class _Book:
    """Writes down what is asked of it."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int]] = []

    def settle(self, outcomes: Sequence[Outcome], candidates: Sequence[int]) -> Collection[int]:
        self.asked.append((len(outcomes), len(candidates)))
        return candidates


def test_a_sender_that_lost_its_lock_records_what_it_heard_and_announces_nothing(app: Flask, data_dir: Path) -> None:
    heard = Outcome(1, Phase.DOT, Reply(250, "2.0.0", "Ok"))
    with Ownership(db.engine, data_dir) as owner:
        book = _Book()
        guarded = Guarded(book, owner)
        assert guarded.settle([], [1]) == [1]
        cut_advisory_connections()
        assert not owner.is_alive()
        guarded.check()
        assert guarded.settle([heard], [2, 3]) == ()
        assert guarded.settle([heard], []) == ()
        with pytest.raises(LockLost):
            guarded.check()
    assert book.asked == [(0, 1), (1, 0), (1, 0)]


@contextmanager
def lock_lost_after(messages: int, app: Flask, relay: Relay) -> Iterator[None]:
    """Once so many were accepted, PostgreSQL drops the connections that hold locks."""

    def cut() -> None:
        until(lambda: len(relay.received) > messages)
        with app.app_context():
            cut_advisory_connections()
            db.session.remove()

    other = threading.Thread(target=cut)
    other.start()
    yield
    other.join()


def test_a_sender_that_lost_its_lock_does_not_go_through_the_rest_of_its_lease(
    app: Flask, relay: Relay, config: Config
) -> None:
    crowd.launched(400)
    with lock_lost_after(50, app, relay), sender() as first, pytest.raises(LockLost):
        first.send_due()
    offered = sum(line.upper().startswith("MAIL") for line in relay.commands)
    assert offered - len(relay.received) <= 2 * config.connections


def test_when_its_lock_is_lost_in_the_thick_of_it_a_sender_stops_and_another_sends_the_rest_once(
    app: Flask, relay: Relay
) -> None:
    number = crowd.launched(600)
    with lock_lost_after(100, app, relay), sender() as first, pytest.raises(LockLost):
        first.send_due()
    assert 100 < len(relay.received) < 600
    assert count(MessageState.SENT) == len(relay.received)
    with sender() as second:
        second.send_due()
    assert state(number) is CampaignState.FINISHED
    assert len(relay.received) == len({one.message_id for one in relay.received}) == 600
