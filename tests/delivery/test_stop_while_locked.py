"""Stop everything while somebody else keeps SQLite's one lock for writing, as the sign-off of a large campaign does."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from config import Config
from outreach.accounts.models import Role
from outreach.contacts.kinds import Kind
from outreach.database import db, now, transaction
from outreach.delivery import brake, brake_orders, figures
from outreach.delivery.crew import Sending
from outreach.delivery.models import Brake
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState
from tests import people
from tests.delivery import campaigns
from tests.faults.processes import started
from tests.relay import Relay

SignedIn = Callable[..., FlaskClient]

CONNECTIONS, CROWD = 2, 90


@contextmanager
def somebody_writes(config: Config) -> Iterator[None]:
    """Nobody else can write as long as the block lasts."""
    place = config.data_dir / "outreach.db"
    with closing(sqlite3.connect(place, isolation_level=None, timeout=60)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def at_work(app: Flask) -> Iterator[None]:
    """A sender sends what is due, until it finds nothing more; joined at the end."""

    def work() -> None:
        with app.app_context(), sender() as post:
            post.send_due()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def tick() -> None:
    """What the engine does every second."""
    sending = Sending()
    try:
        sending.send_due()
    finally:
        sending.close()


def kept() -> tuple[str, int | None] | None:
    """The reason and the person of the stop as the database has them; None while it has none."""
    row = db.session.execute(select(Brake.reason, Brake.user_id).where(Brake.pulled_at.is_not(None))).one_or_none()
    db.session.rollback()
    return (row.reason, row.user_id) if row else None


def test_a_stop_is_accepted_meanwhile_and_no_sender_takes_anything_more(
    app: Flask, config: Config, relay: Relay
) -> None:
    with transaction():
        for place in range(CROWD):
            people.contact(Kind.INDIVIDUAL, "Une", f"Personne {place}", f"p{place}@ailleurs.test")
    campaign = campaigns.launched(batch_size=1000)
    app.config["CONNECTIONS"] = CONNECTIONS
    relay.delay = 0.02
    with at_work(app):
        pause = threading.Event()
        while len(relay.received) < 10:
            pause.wait(0.01)
        with somebody_writes(config), started(config, "stop-everything", "--reason", "the wrong date") as command:
            assert "Everything is stopped." in command.finish()
            assert kept() is None, "the database could not be told yet"
            stopped = brake.standstill()
            assert stopped is not None
            assert stopped.reason == "the wrong date"
            left = len(relay.received)
    assert kept() == ("the wrong date", None)
    assert 0 < left < CROWD
    assert len(relay.received) - left <= CONNECTIONS, "what was on the wire"
    states = figures.counts(campaign)
    assert set(states) == {MessageState.SENT, MessageState.QUEUED}
    assert states[MessageState.SENT] == len(relay.received)


def test_the_button_answers_meanwhile_and_every_page_says_that_all_is_stopped(
    config: Config, signed_in: SignedIn
) -> None:
    client = signed_in(Role.SIGN)
    with somebody_writes(config):
        assert client.post("/admin/stop-everything").status_code == 303
        assert "no message leaves" in client.get("/admin/contacts/?lang=en").text
        assert kept() is None
    tick()
    found = kept()
    assert found is not None
    assert found[1] is not None, "who pressed it is known"
    tick()
    assert client.post("/admin/let-go").status_code == 303
    tick()
    assert kept() is None
    assert "no message leaves" not in client.get("/admin/contacts/?lang=en").text


def test_who_lets_go_before_the_database_was_told_lets_go_of_that_stop_too(
    app: Flask, config: Config, relay: Relay
) -> None:
    with somebody_writes(config):
        brake.stop_everything("too early")
    with transaction():
        brake.let_go()
    campaigns.launched(batch_size=5)
    tick()
    assert kept() is None
    assert sorted(relay.recipients) == campaigns.ADDRESSES


def test_an_order_that_cannot_be_read_stops_everything_all_the_same(app: Flask, config: Config, relay: Relay) -> None:
    folder = config.data_dir / brake_orders.FOLDER
    folder.mkdir()
    (folder / "torn.json").write_text('{"at": "20')
    campaigns.launched(batch_size=5)
    tick()
    assert kept() == ("", None)
    assert relay.received == []


@pytest.mark.both
def test_a_stop_while_nobody_writes_is_in_the_database_at_once_and_leaves_nothing_beside_it(
    app: Flask, config: Config
) -> None:
    brake.stop_everything("the wrong date")
    assert kept() == ("the wrong date", None)
    assert not list(brake_orders.pending(db.engine))
    with transaction():
        brake.pull(now(), "another")
    assert kept() == ("the wrong date", None)
