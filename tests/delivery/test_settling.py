"""What a person decides about a message in doubt."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.accounts.models import AuditEntry, Role
from outreach.campaigns.models import Campaign
from outreach.database import db, now, transaction
from outreach.delivery import figures, launching
from outreach.delivery.models import Message, Notice, NoticePurpose
from outreach.delivery.notices import notify
from outreach.delivery.remedies import settling
from outreach.delivery.remedies.settling import Decision
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState
from outreach.errors import Refusal
from outreach.invitations.models import Invitation
from tests import people
from tests.delivery import campaigns
from tests.relay import Relay

pytestmark = pytest.mark.both

ADA = "ada@association.test"


@pytest.fixture
def doubtful(app: Flask, relay: Relay) -> int:
    """The message to Ada, whose body was read and never answered; the four others were accepted."""
    campaigns.launched(batch_size=5)
    relay.say("dot", None, to=ADA, times=1)
    with sender() as post:
        post.send_due()
    number = db.session.scalars(select(Message.id).where(Message.state == MessageState.IN_DOUBT)).one()
    db.session.rollback()
    return number


def decide(message: int, decision: Decision) -> MessageState:
    with transaction():
        user = people.member(Role.SIGN)
        found = settling.settle(message, decision, now(), user.id)
        assert found.closed_by == user.id
        return found.state


def counted(message: int) -> dict[MessageState, int]:
    campaign = db.session.get_one(Message, message).campaign_id
    found = dict(figures.counts(campaign))
    db.session.rollback()
    return found


def test_once_more_has_the_same_bytes(doubtful: int, relay: Relay) -> None:
    assert decide(doubtful, Decision.AGAIN) is MessageState.RETRY
    with sender() as post:
        post.send_due()
    again = [one for one in relay.received if one.recipient == ADA]
    assert [one.raw for one in again] == [one.raw for one in relay.dropped]
    assert counted(doubtful) == {MessageState.SENT: 5}


@pytest.mark.parametrize("decision", [Decision.SENT, Decision.FAILED])
def test_a_message_that_is_closed_leaves_no_more(doubtful: int, relay: Relay, decision: Decision) -> None:
    assert decide(doubtful, decision).value == decision.value
    with sender() as post:
        assert post.send_due() == 0
    assert ADA not in relay.recipients
    assert sum(counted(doubtful).values()) == 5
    assert MessageState.IN_DOUBT not in counted(doubtful)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "message.settled")).one()
    assert (entry.subject_id, entry.details) == (doubtful, {"decision": decision.value})


def test_nobody_decides_twice(doubtful: int) -> None:
    decide(doubtful, Decision.FAILED)
    with pytest.raises(Refusal, match="no longer in doubt"):
        decide(doubtful, Decision.AGAIN)


def test_nothing_leaves_once_more_from_a_stopped_campaign(doubtful: int) -> None:
    with transaction() as session:
        message = session.get_one(Message, doubtful)
        launching.stop(session.get_one(Campaign, message.campaign_id), now())
    with pytest.raises(Refusal, match="over"):
        decide(doubtful, Decision.AGAIN)
    assert decide(doubtful, Decision.FAILED) is MessageState.FAILED


def test_the_page_of_messages_settles(doubtful: int, signed_in: Callable[..., FlaskClient]) -> None:
    browser = signed_in(Role.SIGN)
    assert browser.post(f"/admin/messages/{doubtful}/settle", data={"verdict": "again"}).status_code == 303
    assert db.session.get_one(Message, doubtful).state is MessageState.RETRY
    assert browser.post(f"/admin/messages/{doubtful}/settle", data={"verdict": "perhaps"}).status_code == 400


def test_a_notice_in_doubt_is_listed_and_settled(
    app: Flask, relay: Relay, signed_in: Callable[..., FlaskClient]
) -> None:
    campaign = campaigns.launched(batch_size=5)
    with transaction() as session:
        invitation = session.scalars(select(Invitation).order_by(Invitation.id).limit(1)).one()
        notice = notify(NoticePurpose.ADDRESS_CHECK, invitation, "1", "fr", "x@reseau.test", {"name": "X"}, now()).id
    relay.say("dot", None, to="x@reseau.test", times=1)
    with sender() as post:
        post.send_due()
    browser = signed_in(Role.SIGN)
    assert "x@reseau.test" in browser.get(f"/admin/campaigns/{campaign}/messages").text
    assert browser.post(f"/admin/notices/{notice}/settle", data={"verdict": "again"}).status_code == 303
    with sender() as post:
        post.send_due()
    assert db.session.get_one(Notice, notice).state is MessageState.SENT
    assert [one.raw for one in relay.received if one.recipient == "x@reseau.test"] == [one.raw for one in relay.dropped]
    assert "x@reseau.test" not in browser.get(f"/admin/campaigns/{campaign}/messages").text
    assert browser.post(f"/admin/notices/{notice}/settle", data={"verdict": "sent"}).status_code == 400
