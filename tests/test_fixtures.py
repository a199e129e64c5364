"""The fixtures keep their word."""

import socket
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from outreach.database import now
from tests.snapshots import changed, snapshot


@pytest.mark.both
def test_a_test_has_a_migrated_database_of_its_own(database_url: str, database_kind: str) -> None:
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        assert connection.dialect.name == database_kind
        assert connection.scalar(sa.text("SELECT count(*) FROM throttle")) == 0
        connection.execute(sa.text("INSERT INTO throttle VALUES ('x', 1, '2026-03-02 08:00:00')"))
    engine.dispose()


@pytest.mark.both
def test_a_snapshot_names_the_table_that_changed(database_url: str) -> None:
    engine = sa.create_engine(database_url)
    before = snapshot(database_url)
    assert changed(before, snapshot(engine)) == []
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO throttle VALUES ('x', 1, '2026-03-02 08:00:00')"))
    after = snapshot(engine)
    assert changed(before, after) == ["throttle"]
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE throttle SET tries = 2"))
    assert changed(after, snapshot(engine, {"throttle": {"tries"}})) == ["throttle"]
    assert changed(snapshot(engine, {"throttle": {"tries"}}), snapshot(engine, {"throttle": {"tries"}})) == []
    engine.dispose()


@pytest.mark.usefixtures("clock")
def test_time_stands_still_when_asked() -> None:
    assert now() == datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def test_nothing_leaves_this_machine() -> None:
    with socket.socket() as outside, pytest.raises(PermissionError, match=r"192\.0\.2\.1"):
        outside.connect(("192.0.2.1", 25))
    with pytest.raises(PermissionError, match=r"ville\.example"):
        socket.getaddrinfo("ville.example", 25)
    listener = socket.create_server(("127.0.0.1", 0))
    socket.create_connection(listener.getsockname()).close()
    listener.close()
