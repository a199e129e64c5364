"""How fast messages leave: counted by whoever sends, minute by minute, and never from the messages themselves."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from outreach.database import db, now, transaction
from outreach.delivery.history.rates import KEPT, Rates, forget_minutes, minutes_since
from outreach.delivery.history.speed import minute_of, speed
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState
from tests.delivery import campaigns
from tests.relay import Relay

NOON = datetime(2026, 3, 2, 12, 0, 30, tzinfo=UTC)
SENT = MessageState.SENT


def minutes_ago(number: int) -> datetime:
    return minute_of(NOON) - timedelta(minutes=number)


def test_half_a_minute_is_completed_from_the_one_before() -> None:
    found = speed({minutes_ago(0): {SENT: 30}, minutes_ago(1): {SENT: 80}}, NOON)
    assert found.last_minute == 30 + 40
    assert found.ten_minutes == 11
    assert found.accepted == 110


def test_each_answer_is_counted_apart() -> None:
    counts = {
        SENT: 5,
        MessageState.RETRY: 4,
        MessageState.REJECTED: 3,
        MessageState.FAILED: 2,
        MessageState.IN_DOUBT: 1,
    }
    found = speed({minutes_ago(59): counts}, NOON)
    assert (found.accepted, found.put_off, found.refused, found.in_doubt) == (5, 4, 5, 1)
    assert len(found.points) == 60
    assert found.points[0] == (minutes_ago(59), 5)
    assert found.last_minute == found.ten_minutes == 0


def test_an_hour_without_anything_is_still() -> None:
    assert speed({}, NOON).is_still
    assert speed({minutes_ago(61): {SENT: 9}}, NOON).is_still


@pytest.mark.both
def test_a_sender_counts_what_became_of_its_messages(app: Flask, relay: Relay, clock: time_machine.Traveller) -> None:
    campaigns.launched(batch_size=5)
    relay.say("rcpt", "550 5.1.1 Nobody of that name", to="ada@association.test")
    relay.say("rcpt", "451 4.7.1 Later", to="maire@commune.test")
    with sender() as post:
        post.send_due()
    found = minutes_since(now() - timedelta(hours=1))
    assert found == {minute_of(now()): {SENT: 3, MessageState.REJECTED: 1, MessageState.RETRY: 1}}


@pytest.mark.both
def test_counts_of_several_senders_add_up_and_go_after_two_days(app: Flask) -> None:
    at = now()
    with transaction():
        for name in ("one", "two"):
            rates = Rates(name)
            rates.note([SENT, SENT], at)
            rates.write(at)
    assert Counter(minutes_since(minute_of(at))[minute_of(at)]) == {SENT: 4}
    db.session.rollback()
    with transaction():
        forget_minutes(at + KEPT + timedelta(minutes=1))
    assert minutes_since(at - KEPT) == {}


@pytest.mark.both
def test_counts_are_written_every_few_seconds(app: Flask) -> None:
    at, rates = now(), Rates("one")
    rates.note([SENT, SENT], at)
    with transaction():
        rates.write_at_times(at + timedelta(seconds=4))
    assert minutes_since(minute_of(at)) == {}
    db.session.rollback()
    with transaction():
        rates.write_at_times(at + timedelta(seconds=6))
    assert sum(count[SENT] for count in minutes_since(minute_of(at)).values()) == 2
