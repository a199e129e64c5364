"""Stop everything while several senders are in the middle of a batch: what is on the wire ends, nothing else begins."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import select

from outreach.campaigns import actions as campaign_actions
from outreach.campaigns.models import Campaign
from outreach.contacts.kinds import Kind
from outreach.database import db, now, transaction
from outreach.delivery import brake, figures, launching
from outreach.delivery.models import Message
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState
from tests import people
from tests.delivery import campaigns
from tests.relay import Relay

SENDERS, CONNECTIONS, CROWD = 3, 2, 90


@pytest.fixture
def leaving(app: Flask, relay: Relay) -> int:
    """A campaign to a crowd, due now; the relay takes its time."""
    with transaction():
        for place in range(CROWD):
            people.contact(Kind.INDIVIDUAL, "Une", f"Personne {place}", f"p{place}@ailleurs.test")
    number = campaigns.launched(batch_size=1000)
    app.config["CONNECTIONS"] = CONNECTIONS
    relay.delay = 0.02
    return number


@contextmanager
def senders(app: Flask, relay: Relay) -> Iterator[None]:
    """So many at work at once, as on as many machines; joined at the end."""

    def work() -> None:
        with app.app_context(), sender() as post:
            post.send_due()

    threads = [threading.Thread(target=work) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for thread in threads:
            thread.join()


def some_have_left(relay: Relay) -> None:
    pause = threading.Event()
    for _ in range(3000):
        if len(relay.received) >= 10:
            return
        pause.wait(0.01)


@pytest.mark.both
@pytest.mark.parametrize("held", ["brake", "pause"])
def test_after_the_commit_no_sender_gives_the_relay_more_than_what_was_on_the_wire(
    app: Flask, leaving: int, relay: Relay, held: str
) -> None:
    with senders(app, relay):
        some_have_left(relay)
        with transaction() as session:
            if held == "brake":
                brake.pull(now(), "the wrong date")
            else:
                campaign_actions.pause(session.get_one(Campaign, leaving), now())
        left = len(relay.received)
        offered = sum(line.upper().startswith("MAIL") for line in list(relay.commands))
    assert 0 < left < CROWD
    most = CONNECTIONS if db.engine.dialect.name == "postgresql" else SENDERS * CONNECTIONS
    assert relay.peak <= most, "on PostgreSQL they share what the relay allows"
    assert len(relay.received) - left <= most
    after = sum(line.upper().startswith("MAIL") for line in relay.commands) - offered
    assert after <= 2 * most, "nor does it go on offering what may not leave"
    states = figures.counts(leaving)
    assert states[MessageState.SENT] == len(relay.received) == len(set(relay.recipients))
    assert set(states) == {MessageState.SENT, MessageState.QUEUED}


@pytest.mark.both
def test_a_sender_that_stood_idle_finds_everything_stopped(app: Flask, relay: Relay) -> None:
    with sender() as post:
        assert post.send_due() == 0
        with transaction():
            brake.pull(now(), "")
        number = campaigns.launched()
        assert post.send_due() == 0
        assert relay.received == []
        with transaction():
            brake.let_go()
        assert post.send_due() == 3
        assert launching.first_batch_at(db.session.get_one(Campaign, number)) is not None
    assert db.session.scalars(select(Message.state).where(Message.state == MessageState.LEASED)).all() == []
