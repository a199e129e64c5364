"""What a person decides about messages that wait for their next try, and about several at once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.accounts.models import AuditEntry, Role
from outreach.campaigns.models import CampaignState
from outreach.database import db, now, transaction
from outreach.delivery import figures
from outreach.delivery.history.models import Step, StepKind
from outreach.delivery.models import Message, Notice, NoticePurpose
from outreach.delivery.notices import notify
from outreach.delivery.remedies import queries as decision_queries
from outreach.delivery.remedies import settling
from outreach.delivery.remedies.choices import Decision
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState
from outreach.errors import Refusal
from outreach.invitations.models import Invitation
from tests import people
from tests.delivery import campaigns
from tests.relay import Relay

SignIn = Callable[..., FlaskClient]


def send() -> int:
    with sender() as post:
        return post.send_due()


@pytest.fixture
def waiting(app: Flask, relay: Relay, clock: time_machine.Traveller) -> int:
    """A campaign of five messages that the relay asked to bring back later."""
    campaign = campaigns.launched(batch_size=5)
    relay.say("rcpt", "451 4.7.1 Greylisted", times=5)
    send()
    assert dict(figures.counts(campaign)) == {MessageState.RETRY: 5}
    db.session.rollback()
    return campaign


@pytest.fixture
def doubtful(app: Flask, relay: Relay, clock: time_machine.Traveller) -> int:
    """A campaign of five messages in doubt."""
    campaign = campaigns.launched(batch_size=5)
    relay.say("dot", None, times=5)
    send()
    assert dict(figures.counts(campaign)) == {MessageState.IN_DOUBT: 5}
    db.session.rollback()
    return campaign


def messages(campaign: int) -> list[int]:
    found = db.session.scalars(select(Message.id).where(Message.campaign_id == campaign).order_by(Message.id)).all()
    db.session.rollback()
    return list(found)


def decide(message: int, decision: Decision) -> None:
    with transaction():
        settling.settle(message, decision, now(), people.member(Role.SIGN).id)


def counted(campaign: int) -> dict[MessageState, int]:
    found = dict(figures.counts(campaign))
    db.session.rollback()
    return found


@pytest.mark.both
def test_a_next_try_is_made_at_once(waiting: int, relay: Relay) -> None:
    assert send() == 0
    decide(messages(waiting)[0], Decision.NOW)
    assert send() == 1
    assert counted(waiting) == {MessageState.RETRY: 4, MessageState.SENT: 1}


@pytest.mark.both
def test_a_held_message_leaves_only_when_somebody_says_so(
    waiting: int, relay: Relay, clock: time_machine.Traveller
) -> None:
    held = messages(waiting)[0]
    decide(held, Decision.HOLD)
    clock.shift(timedelta(days=1))
    assert send() == 4
    assert counted(waiting) == {MessageState.RETRY: 1, MessageState.SENT: 4}
    assert campaigns.state(waiting) is CampaignState.RUNNING
    decide(held, Decision.NOW)
    assert send() == 1
    assert campaigns.state(waiting) is CampaignState.FINISHED
    kinds = db.session.scalars(select(Step.kind).where(Step.message_id == held).order_by(Step.id)).all()
    assert kinds == [StepKind.TRIED, StepKind.HELD, StepKind.HURRIED]


@pytest.mark.both
def test_a_message_that_waits_can_be_given_up(waiting: int, clock: time_machine.Traveller) -> None:
    decide(messages(waiting)[0], Decision.FAILED)
    assert counted(waiting) == {MessageState.RETRY: 4, MessageState.FAILED: 1}
    clock.shift(timedelta(hours=1))
    assert send() == 4
    with pytest.raises(Refusal, match="moved on"):
        decide(messages(waiting)[1], Decision.HOLD)


@pytest.mark.both
def test_several_are_decided_about_at_once(doubtful: int, relay: Relay) -> None:
    numbers = messages(doubtful)
    decide(numbers[4], Decision.SENT)
    with transaction():
        assert settling.settle_several(Message, numbers, Decision.AGAIN, now(), people.member().id) == 4
    assert counted(doubtful) == {MessageState.SENT: 1, MessageState.RETRY: 4}
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "messages.settled")).one()
    assert entry.details == {"decision": "again", "count": 4}
    db.session.rollback()
    assert send() == 4
    assert {one.message_id for one in relay.received} <= {one.message_id for one in relay.dropped}


def form(decision: str, **more: object) -> dict[str, object]:
    return {"verdict": decision, "state": "in_doubt", **more}


def test_the_page_says_what_would_follow_before_it_is_done(doubtful: int, signed_in: SignIn) -> None:
    browser, numbers = signed_in(Role.SIGN), messages(doubtful)
    path = f"/admin/campaigns/{doubtful}/messages/decide?lang=en"
    answer = browser.post(path, data=form("failed", message=[str(one) for one in numbers[:2]]))
    assert "cannot be undone" in answer.text
    assert "2 messages" in answer.text
    assert counted(doubtful) == {MessageState.IN_DOUBT: 5}
    answer = browser.post(path, data=form("failed", message=",".join(map(str, numbers[:2])), confirmed="1"))
    assert answer.location == f"/admin/campaigns/{doubtful}/messages?state=in_doubt"
    assert counted(doubtful) == {MessageState.IN_DOUBT: 3, MessageState.FAILED: 2}


def test_all_of_a_state_are_decided_about_together(doubtful: int, signed_in: SignIn) -> None:
    path = f"/admin/campaigns/{doubtful}/messages/decide?lang=en"
    answer = signed_in(Role.SIGN).post(path, data=form("again", all="1"))
    assert "5 messages" in answer.text
    found = decision_queries.all_of(Message, Decision.AGAIN, MessageState.IN_DOUBT, doubtful)
    assert list(found.numbers) == messages(doubtful)
    assert len(found.names) == 5


def test_nobody_is_decided_about_in_a_state_that_is_settled(doubtful: int, signed_in: SignIn) -> None:
    path = f"/admin/campaigns/{doubtful}/messages/decide"
    given = {"verdict": "now", "all": "1", "state": "in_doubt"}
    assert signed_in(Role.SIGN).post(path, data=given).status_code == 303


def test_nothing_ticked_changes_nothing_and_others_campaigns_stay_out(doubtful: int, signed_in: SignIn) -> None:
    browser, elsewhere = signed_in(Role.SIGN), campaigns.signed()
    path = f"/admin/campaigns/{doubtful}/messages/decide"
    assert browser.post(path, data=form("again")).status_code == 303
    other = f"/admin/campaigns/{elsewhere}/messages/decide"
    numbers = ",".join(map(str, messages(doubtful)))
    browser.post(other, data=form("failed", message=numbers, confirmed="1"))
    assert counted(doubtful) == {MessageState.IN_DOUBT: 5}
    assert browser.post(path, data=form("perhaps", message=numbers)).status_code == 400


def test_notices_are_decided_about_together(app: Flask, relay: Relay, signed_in: SignIn) -> None:
    campaigns.launched()
    with transaction() as session:
        invitation = session.scalars(select(Invitation).order_by(Invitation.id).limit(1)).one()
        made = [
            notify(NoticePurpose.ADDRESS_CHECK, invitation, key, "fr", "x@reseau.test", {"name": "X"}, now())
            for key in ("1", "2")
        ]
        numbers = ",".join(str(one.id) for one in made)
    relay.say("dot", None, to="x@reseau.test", times=2)
    send()
    browser = signed_in(Role.SIGN)
    shown = browser.post("/admin/notices/decide?lang=en", data={"verdict": "sent", "message": numbers}).text
    assert "2 messages" in shown
    browser.post("/admin/notices/decide", data={"verdict": "sent", "message": numbers, "confirmed": "1"})
    assert set(db.session.scalars(select(Notice.state))) == {MessageState.SENT}
