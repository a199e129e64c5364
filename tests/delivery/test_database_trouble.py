"""The database is locked, or its disk full, before or after the dot: nobody is lost, nothing leaves twice unseen."""

import resource
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError

from outreach.database import db
from outreach.delivery.models import Message
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState
from tests.delivery.campaigns import ADDRESSES, launched
from tests.dialogue import Fault, Step
from tests.relay import Relay

Trouble = Callable[[Path], AbstractContextManager[Callable[[], object]]]


class Witness(Relay):
    """A relay at whose first such step something happens."""

    def __init__(self) -> None:
        super().__init__()
        self.step: Step | None = None
        self.happens: Callable[[], object] = lambda: None

    def fault(self, step: Step, to: str | None, count: int) -> Fault | None:
        with self.lock:
            now, self.step = step == self.step, None if step == self.step else self.step
            if now:
                self.happens()
        return super().fault(step, to, count)


@pytest.fixture
def relay() -> Iterator[Witness]:
    made = Witness()
    yield made
    made.stop()


@pytest.fixture
def app(app: Flask) -> Iterator[Flask]:
    """Waits a tenth of a second for a lock, where an installation waits half a minute."""

    def hurry(connection: DBAPIConnection, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout=100")

    event.listen(db.engine, "connect", hurry)
    yield app
    event.remove(db.engine, "connect", hurry)


@contextmanager
def locked(path: Path) -> Iterator[Callable[[], object]]:
    """Somebody else writes, from the call on, for as long as the block lasts."""
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=60)
    try:
        yield lambda: other.execute("BEGIN IMMEDIATE")
    finally:
        other.close()


@contextmanager
def full(path: Path) -> Iterator[Callable[[], object]]:
    """From the call on the journal of the database does not grow, for as long as the block lasts."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill() -> None:
        size = path.with_name(f"{path.name}-wal").stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))

    try:
        yield fill
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def states(number: int) -> Counter[MessageState]:
    db.session.rollback()
    found = Counter(db.session.scalars(select(Message.state).where(Message.campaign_id == number)))
    db.session.rollback()
    return found


def send() -> None:
    db.session.rollback()
    with sender() as post:
        post.send_due()


@pytest.mark.parametrize("trouble", [locked, full])
def test_before_the_dot_nothing_leaves_and_everybody_has_it_afterwards(
    app: Flask, relay: Witness, data_dir: Path, trouble: Trouble
) -> None:
    number = launched(batch_size=5)
    with trouble(data_dir / "outreach.db") as begin:
        relay.step, relay.happens = "mail", begin
        with pytest.raises(OperationalError):
            send()
        assert relay.received == []
    send()
    assert sorted(relay.recipients) == ADDRESSES
    assert states(number) == {MessageState.SENT: 5}


@pytest.mark.parametrize("trouble", [locked, full])
def test_after_the_dot_what_left_is_in_doubt_and_does_not_leave_again(
    app: Flask, relay: Witness, data_dir: Path, trouble: Trouble
) -> None:
    number = launched(batch_size=5)
    with trouble(data_dir / "outreach.db") as begin:
        relay.step, relay.happens = "dot", begin
        with pytest.raises(OperationalError):
            send()
        assert 1 <= len(relay.received) <= 5
    send()
    assert sorted(relay.recipients) == ADDRESSES
    found = states(number)
    assert found[MessageState.IN_DOUBT] >= 1
    assert found[MessageState.IN_DOUBT] + found[MessageState.SENT] == 5
