"""What a row forgets is kept beside it: each try that was not the last, and nothing of what is simply sent."""

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from outreach.database import db, now, transaction
from outreach.delivery import outbox
from outreach.delivery.history import steps
from outreach.delivery.history.models import Step, StepKind
from outreach.delivery.leasing import lease
from outreach.delivery.models import Message, Notice, NoticePurpose
from outreach.delivery.notices import notify
from outreach.delivery.recovery import recover
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState
from outreach.invitations.models import Invitation
from tests.delivery import campaigns
from tests.relay import Relay

pytestmark = pytest.mark.both

ADA = "ada@association.test"


def send() -> None:
    with sender() as post:
        post.send_due()


def kept() -> list[Step]:
    db.session.rollback()
    return list(db.session.scalars(select(Step).order_by(Step.id)))


def test_what_is_sent_or_refused_at_once_keeps_no_step(app: Flask, relay: Relay) -> None:
    campaigns.launched(batch_size=5)
    relay.say("rcpt", "550 5.1.1 Nobody of that name", to=ADA)
    send()
    assert len(relay.received) == 4
    assert kept() == []


def test_each_try_that_was_not_the_last_is_kept_with_the_relays_words(
    app: Flask, relay: Relay, clock: time_machine.Traveller
) -> None:
    campaigns.launched(batch_size=5)
    relay.say("rcpt", "451 4.7.1 Greylisted", to=ADA, times=1)
    send()
    clock.shift(600)
    relay.say("dot", "452 4.2.2 Mailbox full", to=ADA, times=1)
    send()
    clock.shift(3600)
    send()
    first, second = kept()
    assert (first.kind, first.state, first.tries) == (StepKind.TRIED, MessageState.RETRY, 1)
    assert (first.reply_code, first.reply_status, first.reply_text) == (451, "4.7.1", "Greylisted")
    assert (second.tries, second.reply_code) == (2, 452)
    assert first.at < first.due_at < second.at
    message = db.session.get_one(Message, first.message_id)
    assert (message.state, message.tries) == (MessageState.SENT, 3)


def test_a_notice_has_its_own(app: Flask, relay: Relay) -> None:
    campaigns.launched()
    with transaction() as session:
        invitation = session.scalars(select(Invitation).order_by(Invitation.id).limit(1)).one()
        notice = notify(NoticePurpose.ADDRESS_CHECK, invitation, "1", "fr", "x@reseau.test", {"name": "X"}, now()).id
    relay.say("dot", None, to="x@reseau.test", times=1)
    send()
    (step,) = kept()
    assert (step.notice_id, step.message_id, step.state) == (notice, None, MessageState.IN_DOUBT)
    assert step.intent_at is not None


def test_a_sender_that_died_leaves_a_step(app: Flask) -> None:
    campaigns.launched(batch_size=5)
    with transaction():
        leases = lease(Message, "one", 2, now())
        announced = outbox.Intent(leases[0], ADA, "digest", {})
        assert outbox.intend(Message, [announced], now()) == {leases[0].id}
    with transaction():
        recover(Message, lambda _owner: True, now())
    (step,) = kept()
    assert (step.message_id, step.state) == (leases[0].id, MessageState.IN_DOUBT)
    assert "stopped" in (step.reply_text or "")


def test_words_that_quote_an_address_can_be_emptied(app: Flask, relay: Relay) -> None:
    campaigns.launched(batch_size=5)
    relay.say("rcpt", f"451 4.7.1 <{ADA}>: later", to=ADA, times=1)
    send()
    (step,) = kept()
    invitation = db.session.get_one(Message, step.message_id).invitation_id
    db.session.rollback()
    with transaction():
        steps.forget_words([invitation])
    (step,) = kept()
    assert step.reply_text is None
    assert db.session.get_one(Message, step.message_id).reply_text is None
    assert db.session.scalar(select(Notice.id).where(Notice.reply_text.is_not(None))) is None
