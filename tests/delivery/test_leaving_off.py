"""A sender asked to end in the thick of it: what is on the wire is awaited, the rest of its lease given back."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import select

from config import Config
from outreach.database import db
from outreach.delivery.models import Message
from outreach.delivery.sending import Sender
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState
from outreach.delivery.wire.opening import Timeouts
from tests.delivery.senders import custom
from tests.faults import crowd
from tests.faults.judge import judge
from tests.faults.processes import ENGINE, started, until
from tests.relay import Fault, Relay

pytestmark = pytest.mark.both

PLANNED = 400
MOMENT = Timeouts(leaving=0.5)


@contextmanager
def asked_to_end(app: Flask, timeouts: Timeouts, happens: Callable[[], object]) -> Iterator[None]:
    """A sender at work in a thread, asked to end once that happens; the block begins when it has ended."""
    working: list[Sender] = []

    def work() -> None:
        with app.app_context(), custom(timeouts) as post:
            working.append(post)
            post.send_due()

    thread = threading.Thread(target=work)
    thread.start()
    until(happens)
    working[0].leave_off()
    thread.join()
    yield


def send_the_rest() -> None:
    with sender() as post:
        post.send_due()


def test_what_is_on_the_wire_is_recorded_and_the_rest_given_back(app: Flask, relay: Relay) -> None:
    campaign = crowd.launched(PLANNED)
    relay.delay = 0.05
    with asked_to_end(app, Timeouts(), lambda: len(relay.received) >= 20):
        found = judge(campaign, relay, PLANNED)
        assert found.states == {
            MessageState.SENT: len(relay.received),
            MessageState.QUEUED: PLANNED - len(relay.received),
        }
        assert len(relay.received) < PLANNED / 2
    relay.delay = 0
    send_the_rest()
    found = judge(campaign, relay, PLANNED)
    assert (found.states, found.twice, found.wrong) == ({MessageState.SENT: PLANNED}, 0, [])


def test_a_relay_that_is_silent_before_the_body_is_not_waited_for_and_nobody_was_tried(
    app: Flask, relay: Relay
) -> None:
    campaign = crowd.launched(PLANNED)
    relay.say("rcpt", "250 2.1.5 Ok", then="stall")
    with asked_to_end(app, Timeouts(), lambda: any(line.startswith("RCPT") for line in relay.commands)):
        found = judge(campaign, relay, PLANNED)
        assert found.states == {MessageState.QUEUED: PLANNED}
        assert set(db.session.scalars(select(Message.tries))) == {0}
        db.session.rollback()


def test_a_relay_that_is_silent_after_the_body_is_waited_for_no_longer_than_we_have(app: Flask, relay: Relay) -> None:
    campaign = crowd.launched(PLANNED)
    silent = crowd.email_of(1)
    relay.script = lambda step, to, _count: (
        Fault("dot", "250 2.0.0 Ok", then="stall") if step == "dot" and to == silent else None
    )
    relay.delay = 0.02
    with asked_to_end(app, MOMENT, lambda: silent in relay.recipients and len(relay.received) > 20):
        found = judge(campaign, relay, PLANNED)
        assert found.states[MessageState.IN_DOUBT] == 1
        assert set(found.states) == {MessageState.IN_DOUBT, MessageState.SENT, MessageState.QUEUED}


def test_an_engine_that_is_stopped_in_the_thick_of_it_leaves_no_doubt_and_loses_nobody(
    app: Flask, relay: Relay, config: Config
) -> None:
    campaign = crowd.launched(PLANNED)
    relay.delay = 0.05
    with started(config, *ENGINE) as engine:
        until(lambda: len(relay.received) >= 20, engine)
        engine.leave()
    found = judge(campaign, relay, PLANNED)
    assert set(found.states) == {MessageState.SENT, MessageState.QUEUED}
    assert found.states[MessageState.SENT] == len(relay.received)
    relay.delay = 0
    send_the_rest()
    found = judge(campaign, relay, PLANNED)
    assert (found.states, found.twice, found.wrong) == ({MessageState.SENT: PLANNED}, 0, [])
