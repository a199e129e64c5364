"""A sender that leaves the relay alone says until when, and why."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from outreach.database import db, now, transaction
from outreach.delivery.history.rates import KEPT
from outreach.delivery.service import sender
from outreach.delivery.supervision.resting import forget_rests, rests
from tests.delivery import campaigns
from tests.relay import Relay

pytestmark = pytest.mark.both


def reasons() -> list[tuple[str, int]]:
    found = [(one.reason, one.setbacks) for one in rests(now())]
    db.session.rollback()
    return found


def test_a_relay_that_will_not_have_us_is_left_alone_for_a_stated_while(
    app: Flask, relay: Relay, clock: time_machine.Traveller
) -> None:
    campaigns.launched(batch_size=5)
    relay.say("connect", "421 4.7.0 Come back later")
    with sender() as post:
        post.send_due()
        assert reasons() == [("connect: 421 4.7.0 Come back later", 1)]
        clock.shift(timedelta(minutes=1))
        post.send_due()
        assert reasons() == [("connect: 421 4.7.0 Come back later", 2)]
        clock.shift(timedelta(minutes=5))
        assert reasons() == []
    with transaction():
        forget_rests(now() + KEPT)


def test_a_reply_in_the_middle_says_so_too(app: Flask, relay: Relay, clock: time_machine.Traveller) -> None:
    campaigns.launched(batch_size=5)
    relay.say("rcpt", "421 4.4.5 Too busy", to="ada@association.test", times=1)
    with sender() as post:
        post.send_due()
    assert reasons() == [("rcpt: 421 4.4.5 Too busy", 1)]


def test_a_relay_that_takes_nothing_is_left_alone_for_longer_each_time(
    app: Flask, relay: Relay, clock: time_machine.Traveller
) -> None:
    campaigns.launched(batch_size=5)
    relay.say("mail", "421 4.4.5 Too busy")
    with sender() as post:
        post.send_due()
        clock.shift(timedelta(minutes=8))
        post.send_due()
        assert [setbacks for _reason, setbacks in reasons()] == [2]
