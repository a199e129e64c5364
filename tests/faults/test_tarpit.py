"""A relay that never answers about some: the others have their letter while these still wait, and then are freed."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import select

from outreach.campaigns.models import CampaignState
from outreach.database import db
from outreach.delivery.models import Message
from outreach.delivery.sending import Sender
from outreach.delivery.states import MessageState
from outreach.delivery.wire.opening import Timeouts
from tests.delivery.campaigns import state
from tests.delivery.senders import custom
from tests.delivery.test_histories import email_of
from tests.faults import crowd
from tests.faults.crowd import MANY
from tests.faults.judge import count_sent, judge
from tests.faults.processes import until
from tests.relay import Relay

pytestmark = pytest.mark.both

AN_HOUR = 3600.0
PATIENT = Timeouts(connect=5, command=AN_HOUR, after_dot=AN_HOUR)


class Patience:
    """A clock by which no time-out of an hour ends, until it is said to be over."""

    def __init__(self) -> None:
        self.is_over = False

    def __call__(self) -> float:
        return time.monotonic() + (2 * AN_HOUR if self.is_over else 0)


@contextmanager
def at_work(app: Flask, *posts: Sender, freed: Callable[[], None]) -> Iterator[list[threading.Thread]]:
    """Each in a thread, until what was due is settled; freed whatever happens."""

    def work(post: Sender) -> None:
        with app.app_context():
            post.send_due()

    threads = [threading.Thread(target=work, args=(post,)) for post in posts]
    for thread in threads:
        thread.start()
    try:
        yield threads
    finally:
        freed()
        for thread in threads:
            thread.join()


def in_first_lease(campaign: int, *places: int) -> list[int]:
    """The numbers of the messages that stand there in the queue."""
    queue = select(Message.id).where(Message.campaign_id == campaign).order_by(Message.due_at, Message.id)
    numbers = db.session.scalars(queue.limit(max(places) + 1)).all()
    db.session.rollback()
    return [numbers[place] for place in places]


def test_everybody_else_has_it_while_a_sender_waits_for_the_tarpit_and_then_is_freed(app: Flask, relay: Relay) -> None:
    campaign = crowd.launched()
    slow, slower = in_first_lease(campaign, 7, 70)
    relay.say("dot", "250 2.0.0 Ok", to=email_of(slow), then="stall")
    relay.say("rcpt", "250 2.1.5 Ok", to=email_of(slower), then="stall")
    patience = Patience()

    def free() -> None:
        patience.is_over = True

    with (
        custom(PATIENT, clock=patience) as one,
        custom(PATIENT, clock=patience) as other,
        at_work(app, one, other, freed=free) as threads,
    ):
        until(lambda: count_sent(campaign) >= MANY - 3)
        until(lambda: [thread.is_alive() for thread in threads].count(True) == 1)
        assert fates(slow, slower) == {slow: MessageState.LEASED, slower: MessageState.LEASED}
        missing = {crowd.email_of(number) for number in range(1, MANY + 1)} - set(relay.recipients)
        assert email_of(slower) in missing
        assert len(missing) <= 2, "but for whoever stands behind a body that is never answered"
        free()
    assert fates(slow, slower) == {slow: MessageState.IN_DOUBT, slower: MessageState.RETRY}
    found = judge(campaign, relay, MANY)
    assert found.states == {MessageState.SENT: MANY - 2, MessageState.IN_DOUBT: 1, MessageState.RETRY: 1}
    assert (found.wrong, found.twice) == ([], 0)
    assert state(campaign) is CampaignState.RUNNING


def fates(*messages: int) -> dict[int, MessageState]:
    """What has become of them."""
    rows = db.session.execute(select(Message.id, Message.state).where(Message.id.in_(messages))).all()
    db.session.rollback()
    return dict(rows)
