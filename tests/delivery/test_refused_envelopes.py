"""An envelope refused before the body was announced is a try like any other: it backs off, and it ends."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Row, select

from outreach.contacts.models import Suppression, SuppressionReason
from outreach.database import db, now
from outreach.delivery.models import Message
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState
from tests.delivery import campaigns
from tests.relay import Relay

pytestmark = pytest.mark.both

ADA = "ada@association.test"


def row() -> Row[MessageState, int, datetime | None, datetime | None, datetime]:
    """State, tries, first try, intent and next try of the message to Ada."""
    columns = (Message.state, Message.tries, Message.first_tried_at, Message.intent_at, Message.due_at)
    found = db.session.execute(select(*columns).where(Message.email == ADA)).one()
    db.session.rollback()
    return found


def test_its_row_remembers_the_address_and_counts_the_try(app: Flask, relay: Relay) -> None:
    campaigns.launched(batch_size=5)
    relay.say("rcpt", "550 5.1.1 Unknown here", to=ADA)
    with sender() as post:
        post.send_due()
    found = row()
    assert (found.state, found.tries, found.intent_at) == (MessageState.REJECTED, 1, None)
    assert found.first_tried_at is not None


def test_a_reply_that_no_row_can_hold_is_kept_without_its_nul(app: Flask, relay: Relay) -> None:
    campaigns.launched(batch_size=5)
    relay.say("rcpt", "550 5.1.1 Un\0known", to=ADA)
    with sender() as post:
        post.send_due()
    assert row().state is MessageState.REJECTED
    assert suppressed() == [ADA]
    assert len(relay.recipients) == 4


def test_greylisting_backs_off_further_each_time_and_is_given_up_in_the_end(app: Flask, relay: Relay) -> None:
    campaigns.launched(batch_size=5)
    relay.say("rcpt", "450 4.2.0 Greylisted", to=ADA)
    waits: list[timedelta] = []
    with time_machine.travel(now(), tick=False) as clock, sender() as post:
        post.send_due()
        while row().state is MessageState.RETRY:
            waits.append(row().due_at - now())
            clock.move_to(row().due_at)
            post.send_due()
    assert all(before <= after for before, after in pairwise(waits[:5]))
    assert waits[0] < timedelta(minutes=7)
    assert waits[-1] >= timedelta(hours=1)
    assert row().state is MessageState.FAILED
    assert sum(waits, timedelta()) <= timedelta(hours=72)


@pytest.mark.parametrize(("first", "kept_out"), [("550 No", True), ("550 5.7.1 Blocked", False)])
def test_two_campaigns_refused_with_a_bare_550_are_enough(app: Flask, relay: Relay, first: str, kept_out: bool) -> None:
    campaigns.launched(batch_size=5)
    relay.say("rcpt", first, to=ADA, times=1)
    with sender() as post:
        post.send_due()
    assert suppressed() == []
    campaigns.launched(batch_size=5)
    relay.say("rcpt", "550 Again no", to=ADA, times=1)
    with sender() as post:
        post.send_due()
    assert suppressed() == ([ADA] if kept_out else [])


def suppressed() -> list[str | None]:
    found = list(db.session.scalars(select(Suppression.email).where(Suppression.reason == SuppressionReason.BOUNCE)))
    db.session.rollback()
    return found
