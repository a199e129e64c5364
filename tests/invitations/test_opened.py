"""What a page opened by a link is drawn from reads the same in whatever order the database gives its rows."""

from collections.abc import Iterator
from sqlite3 import Connection

import pytest
from flask import Flask
from sqlalchemy import event

from outreach.database import db
from outreach.invitations.opened_queries import Opened, find_opened
from tests.rsvp.guests import Guest, ada


@pytest.fixture
def one(app: Flask) -> Guest:
    """Ada, invited to the congress."""
    assert app.name
    return ada()


@pytest.fixture
def backwards(one: Guest) -> Iterator[None]:
    """SQLite gives rows that nobody put in order from the last to the first."""

    def turn(connection: Connection, *_: object) -> None:
        connection.execute("PRAGMA reverse_unordered_selects = ON")

    assert one.key
    engine = db.engine
    engine.dispose()
    event.listen(engine, "connect", turn)
    yield
    event.remove(engine, "connect", turn)


def _opened(one: Guest) -> Opened:
    db.session.rollback()
    found = find_opened(one.key)
    assert found is not None
    return found


def test_the_sessions_are_told_in_one_order(one: Guest, request: pytest.FixtureRequest) -> None:
    before = _opened(one)
    request.getfixturevalue("backwards")
    after = _opened(one)
    assert after.mark == before.mark
    assert list(after.seats_left.items()) == list(before.seats_left.items())
    assert len(after.mark) == 2 + len(one.days) + len(one.workshops)
