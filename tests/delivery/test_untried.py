"""Whose turn did not come has lost nothing: no try, no place, no hour."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from outreach.database import db, now, transaction
from outreach.delivery import leasing, outbox
from outreach.delivery.history.models import Step
from outreach.delivery.models import Message
from outreach.delivery.outbox import Intent, Lease, Result
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState
from tests.delivery import campaigns
from tests.relay import Relay

pytestmark = pytest.mark.both

ADA = "ada@association.test"


def row() -> Message:
    db.session.rollback()
    found = db.session.scalars(select(Message).where(Message.email == ADA)).one()
    db.session.rollback()
    return found


def end_untried(*, announced: bool) -> None:
    """Its connection ends over something else, after the intent was committed or before."""
    with transaction():
        leases = [one for one in leasing.lease(Message, "one", 10, now()) if one.id == row_id()]
        if announced:
            assert outbox.intend(Message, [intent(one) for one in leases], now())
        outbox.record(Message, [Result(one, MessageState.QUEUED) for one in leases], now())


def row_id() -> int:
    return db.session.scalars(select(Message.id).where(Message.email == ADA)).one()


def intent(lease: Lease) -> Intent:
    return Intent(lease, ADA, "a digest", {})


@pytest.mark.parametrize("announced", [True, False])
def test_what_was_put_off_before_still_waits_for_its_retry(app: Flask, relay: Relay, announced: bool) -> None:
    campaigns.launched(batch_size=5)
    relay.say("dot", "451 4.3.0 Later", to=ADA, times=1)
    with sender() as post:
        post.send_due()
    steps = len(db.session.scalars(select(Step)).all())
    before = row()
    with time_machine.travel(now() + timedelta(minutes=10)):
        end_untried(announced=announced)
    after = row()
    assert (after.state, after.tries, after.due_at) == (MessageState.RETRY, 1, before.due_at)
    assert after.first_tried_at == before.first_tried_at
    assert len(db.session.scalars(select(Step)).all()) == steps


def test_what_was_announced_and_never_left_was_not_tried(app: Flask) -> None:
    campaigns.launched(batch_size=5)
    with transaction():
        (first, *_rest) = leasing.lease(Message, "one", 10, now())
        assert outbox.intend(Message, [intent(first)], now())
        outbox.record(Message, [Result(first, MessageState.QUEUED)], now())
    after = row()
    assert (after.state, after.tries, after.first_tried_at) == (MessageState.QUEUED, 0, None)


def test_a_relay_that_takes_one_letter_a_connection_costs_nobody_a_try(app: Flask, relay: Relay) -> None:
    campaigns.launched(batch_size=5)
    app.config["CONNECTIONS"] = 1
    relay.say("dot", "250 2.0.0 Ok", then="close")
    with sender() as post:
        post.send_due()
    assert sorted(relay.recipients) == campaigns.ADDRESSES
    assert set(db.session.scalars(select(Message.tries))) == {1}
    assert db.session.scalars(select(Step)).all() == []
