"""A message in doubt is held for a person, or sent once more where its campaign says so; never a third time."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from outreach.campaigns.models import Campaign
from outreach.database import db, now, transaction
from outreach.delivery import figures, leasing
from outreach.delivery.book import LeaseBook
from outreach.delivery.letters.composing import MessageComposer
from outreach.delivery.models import Message
from outreach.delivery.recovery import recover
from outreach.delivery.remedies.settling import Decision, settle
from outreach.delivery.service import return_addresses, sender
from outreach.delivery.states import MessageState
from outreach.links import links
from tests.delivery import campaigns
from tests.relay import Relay

pytestmark = pytest.mark.both

ADA = "ada@association.test"


def policy(*, once_more: bool) -> None:
    with transaction() as session:
        session.execute(update(Campaign).values(retry_in_doubt=once_more))


def state() -> MessageState:
    found = db.session.scalars(select(Message.state).where(Message.email == ADA)).one()
    db.session.rollback()
    return found


def send(minutes: int = 0) -> None:
    with time_machine.travel(now() + timedelta(minutes=minutes)), sender() as post:
        post.send_due()


def die_before_the_result() -> None:
    """A sender announces everything that is due, and is no more."""
    with transaction():
        leases = leasing.lease(Message, "dead", 10, now())
    prepared = MessageComposer(links(), return_addresses()).prepare(leases, now())
    db.session.close()
    LeaseBook(Message, prepared.ready).settle([], [one.id for one in leases])


def test_a_dead_sender_leaves_its_intents_in_doubt(app: Flask) -> None:
    number = campaigns.launched(batch_size=5)
    die_before_the_result()
    with transaction():
        assert recover(Message, lambda owner: owner == "dead", now()) == 5
    assert dict(figures.counts(number)) == {MessageState.IN_DOUBT: 5}


def test_a_campaign_may_say_that_they_leave_once_more_and_no_third_time(app: Flask) -> None:
    number = campaigns.launched(batch_size=5)
    policy(once_more=True)
    die_before_the_result()
    with transaction():
        recover(Message, lambda owner: owner == "dead", now())
    assert dict(figures.counts(number)) == {MessageState.RETRY: 5}
    db.session.rollback()
    with time_machine.travel(now() + timedelta(minutes=10)):
        die_before_the_result()
        with transaction():
            recover(Message, lambda owner: owner == "dead", now())
    assert dict(figures.counts(number)) == {MessageState.IN_DOUBT: 5}


def test_once_more_is_the_same_to_the_letter(app: Flask, relay: Relay) -> None:
    campaigns.launched(batch_size=5)
    policy(once_more=True)
    relay.say("dot", None, to=ADA, times=1)
    send()
    assert state() is MessageState.RETRY
    send(minutes=10)
    assert state() is MessageState.SENT
    assert [one.raw for one in relay.received if one.recipient == ADA] == [one.raw for one in relay.dropped]


def test_what_was_put_off_first_leaves_once_more_at_its_first_doubt_and_no_third_time(app: Flask, relay: Relay) -> None:
    campaigns.launched(batch_size=5)
    policy(once_more=True)
    relay.say("dot", "451 4.3.0 Later", to=ADA, times=1)
    relay.say("dot", None, to=ADA, times=2)
    send()
    send(minutes=10)
    assert state() is MessageState.RETRY
    send(minutes=30)
    assert state() is MessageState.IN_DOUBT
    send(minutes=300)
    assert state() is MessageState.IN_DOUBT
    assert len({one.raw for one in relay.dropped}) == 1
    assert len(relay.dropped) == 3


def test_what_a_person_had_sent_again_is_not_sent_by_policy_after_that(app: Flask, relay: Relay) -> None:
    campaigns.launched(batch_size=5)
    relay.say("dot", None, to=ADA, times=2)
    send()
    policy(once_more=True)
    with transaction():
        settle(db.session.scalars(select(Message.id).where(Message.email == ADA)).one(), Decision.AGAIN, now(), None)
    send(minutes=1)
    assert state() is MessageState.IN_DOUBT


def test_what_is_in_doubt_twice_is_held_for_a_person(app: Flask, relay: Relay) -> None:
    campaigns.launched(batch_size=5)
    policy(once_more=True)
    relay.say("dot", None, to=ADA, times=2)
    send()
    send(minutes=10)
    assert state() is MessageState.IN_DOUBT
    send(minutes=120)
    assert state() is MessageState.IN_DOUBT


def test_by_itself_a_campaign_sends_nothing_twice(app: Flask, relay: Relay) -> None:
    campaigns.launched(batch_size=5)
    relay.say("dot", None, to=ADA, times=1)
    send()
    send(minutes=120)
    assert state() is MessageState.IN_DOUBT
