"""What is settled at the beginning of every run: the leases of the dead, and what came back after a stop."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from outreach.campaigns.models import Campaign
from outreach.database import db, now, transaction
from outreach.delivery import figures, launching, leasing
from outreach.delivery.book import LeaseBook
from outreach.delivery.letters.composing import MessageComposer
from outreach.delivery.models import Message
from outreach.delivery.sending import Sender
from outreach.delivery.service import return_addresses, sender
from outreach.delivery.states import Failure, MessageState, Outcome, Phase
from outreach.links import links
from tests.delivery import campaigns
from tests.dialogue import Step
from tests.relay import Fault, Relay

pytestmark = pytest.mark.both

ADA = "ada@association.test"


@pytest.fixture
def post(app: Flask, relay: Relay) -> Iterator[Sender]:
    with sender() as made:
        yield made


def stop(number: int) -> int:
    with transaction() as session:
        return launching.stop(session.get_one(Campaign, number), now())


def counts(number: int) -> dict[MessageState, int]:
    """As they are kept, and as a recount finds them."""
    kept = dict(figures.counts(number))
    rows = list(db.session.scalars(select(Message.state).where(Message.campaign_id == number)))
    db.session.rollback()
    assert kept == {state: rows.count(state) for state in set(rows)}
    return kept


def test_what_a_dead_sender_had_leased_of_a_campaign_stopped_meanwhile_is_cancelled(post: Sender, relay: Relay) -> None:
    number = campaigns.launched(batch_size=3)
    with transaction():
        assert len(leasing.lease(Message, "dead", 10, now())) == 3
    assert stop(number) == 2
    post.send_due()
    assert counts(number) == {MessageState.CANCELLED: 5}
    assert relay.received == []


def test_what_the_relay_put_off_while_its_campaign_was_stopped_is_cancelled(
    app: Flask, post: Sender, relay: Relay
) -> None:
    number = campaigns.launched(batch_size=5)

    def stop_and_put_off(step: Step, to: str | None, _count: int) -> Fault | None:
        if step != "rcpt" or to != ADA:
            return None
        with app.app_context():
            stop(number)
            db.session.remove()
        return Fault("rcpt", "450 4.2.0 Later")

    relay.script = stop_and_put_off
    post.send_due()
    post.send_due()
    found = counts(number)
    assert set(found) <= {MessageState.SENT, MessageState.CANCELLED}
    assert found[MessageState.CANCELLED] >= 1
    assert db.session.scalars(select(Message.state).where(Message.email == ADA)).one() is MessageState.CANCELLED
    db.session.rollback()


def test_a_body_that_never_left_is_no_try_though_it_was_announced(app: Flask) -> None:
    number = campaigns.launched(batch_size=5)
    with transaction():
        leases = leasing.lease(Message, "one", 1, now())
    key = leases[0].id
    book = LeaseBook(Message, MessageComposer(links(), return_addresses()).prepare(leases, now()).ready)
    db.session.close()
    assert set(book.settle((), [key])) == {key}
    book.settle([Outcome(key, Phase.MAIL, Failure.UNTRIED)], ())
    message = db.session.get_one(Message, key)
    assert (message.state, message.tries) == (MessageState.QUEUED, 0)
    db.session.rollback()
    assert counts(number) == {MessageState.QUEUED: 5}
