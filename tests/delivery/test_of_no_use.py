"""What would come too late to be of use is not sent, be it its first try or a later one."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from outreach.campaigns.models import Campaign, CampaignState
from outreach.database import db, transaction
from outreach.delivery.book import TOO_LATE
from outreach.delivery.letters.composing import useful_until
from outreach.delivery.models import Message
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState
from tests.delivery import campaigns
from tests.faults import crowd
from tests.faults.judge import judge
from tests.relay import Relay

pytestmark = pytest.mark.both

MINUTE = timedelta(minutes=1)


def patient(number: int) -> None:
    """Whoever was away for months does not ask before it goes on."""
    with transaction() as session:
        session.get_one(Campaign, number).late_tolerance_seconds = 10**8


def until(number: int, clock: time_machine.Traveller, margin: timedelta) -> None:
    """Travel to that long before the last moment at which it is of use."""
    campaign = db.session.get_one(Campaign, number)
    last = useful_until(campaign)
    db.session.rollback()
    assert last is not None
    clock.move_to(last - margin)


def send() -> None:
    with sender() as post:
        post.send_due()


def test_a_first_try_is_made_until_two_hours_before_the_event(
    app: Flask, relay: Relay, clock: time_machine.Traveller
) -> None:
    number = campaigns.launched(batch_size=5)
    patient(number)
    until(number, clock, MINUTE)
    send()
    assert sorted(relay.recipients) == campaigns.ADDRESSES


def test_a_first_try_is_not_made_after_that_and_the_row_says_why(
    app: Flask, relay: Relay, clock: time_machine.Traveller
) -> None:
    number = campaigns.launched(batch_size=5)
    patient(number)
    until(number, clock, -MINUTE)
    send()
    assert relay.received == []
    rows = db.session.execute(select(Message.state, Message.reply_text, Message.tries)).all()
    db.session.rollback()
    assert {tuple(row) for row in rows} == {(MessageState.FAILED, TOO_LATE, 0)}
    assert campaigns.state(number) is CampaignState.FINISHED


def test_it_is_asked_of_each_as_its_turn_comes(app: Flask, relay: Relay, clock: time_machine.Traveller) -> None:
    number = crowd.launched(60)
    app.config["CONNECTIONS"] = 2
    patient(number)
    until(number, clock, MINUTE)

    def past(step: str, _to: str | None, count: int) -> None:
        if step == "data" and count == 3:
            clock.shift(2 * MINUTE)

    relay.script = past
    send()
    found = judge(number, relay, 60)
    assert not found.wrong
    assert found.states == {MessageState.SENT: len(relay.received), MessageState.FAILED: 60 - len(relay.received)}
    assert 2 <= len(relay.received) <= 8


def test_what_was_in_doubt_before_stays_in_doubt(app: Flask, relay: Relay, clock: time_machine.Traveller) -> None:
    number = campaigns.launched(batch_size=5)
    with transaction() as session:
        session.get_one(Campaign, number).retry_in_doubt = True
    patient(number)
    until(number, clock, 10 * MINUTE)
    relay.say("dot", None)
    send()
    relay.behave()
    clock.shift(11 * MINUTE)
    send()
    states = set(db.session.scalars(select(Message.state)))
    db.session.rollback()
    assert states == {MessageState.IN_DOUBT}
