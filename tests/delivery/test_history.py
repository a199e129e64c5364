"""The page of one message: everything that happened to it, what it says now, what can be done."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.accounts.models import Role
from outreach.campaigns.models import Campaign
from outreach.contacts.actions import suppress
from outreach.contacts.models import SuppressionReason
from outreach.database import db, now, transaction
from outreach.delivery import launching, leasing
from outreach.delivery.history.endings import plainly
from outreach.delivery.models import Message, Notice, NoticePurpose
from outreach.delivery.notices import notify
from outreach.delivery.remedies import settling
from outreach.delivery.remedies.choices import Decision, choices
from outreach.delivery.service import sender
from outreach.delivery.states import Failure, MessageState, Outcome, Phase
from outreach.invitations.models import Invitation
from tests.delivery import campaigns
from tests.relay import Relay

SignIn = Callable[..., FlaskClient]


@pytest.fixture
def one(app: Flask, clock: time_machine.Traveller) -> int:
    """One message of a campaign that is due."""
    campaigns.launched(batch_size=5)
    found = db.session.scalars(select(Message.id).order_by(Message.id).limit(1)).one()
    db.session.rollback()
    return found


def send() -> None:
    with sender() as post:
        post.send_due()


def page(browser: FlaskClient, message: int) -> str:
    answer = browser.get(f"/admin/messages/{message}?lang=en")
    assert answer.status_code == 200
    return " ".join(answer.text.split())


def in_order(text: str, *parts: str) -> bool:
    places = [text.find(part) for part in parts]
    assert -1 not in places, [part for part, place in zip(parts, places, strict=True) if place == -1]
    return places == sorted(places)


def test_a_message_that_was_simply_sent_tells_its_four_moments(one: int, relay: Relay, signed_in: SignIn) -> None:
    send()
    text = page(signed_in(Role.READ), one)
    assert in_order(text, "Accepted by the relay", "Announced", "Taken by a sender", "Planned: batch 1")
    assert "Nobody can know more" in text
    assert "Nothing needs a decision" in text


def test_every_try_stands_there_with_the_relays_words(
    one: int, relay: Relay, clock: time_machine.Traveller, signed_in: SignIn
) -> None:
    relay.say("rcpt", "451 4.7.1 Greylisted", times=5)
    send()
    clock.shift(timedelta(minutes=10))
    send()
    text = page(signed_in(Role.SIGN), one)
    assert in_order(text, "Accepted by the relay", "Not accepted at try 1; next one on", "451 4.7.1 Greylisted")


def test_an_end_without_a_reply_is_said_in_words(one: int, relay: Relay, signed_in: SignIn) -> None:
    relay.say("dot", None, times=5)
    send()
    text = page(signed_in(Role.SIGN), one)
    assert "The connection broke, once the whole letter had left." in text
    assert "most mailboxes show one" in text
    assert "Whoever signs off campaigns decides" in page(signed_in(Role.READ), one)


def test_a_decision_stays_on_the_page_with_who_took_it(one: int, relay: Relay, signed_in: SignIn) -> None:
    relay.say("dot", None, times=5)
    send()
    browser = signed_in(Role.SIGN)
    here = f"/admin/messages/{one}"
    answer = browser.post(f"{here}/settle", data={"verdict": "sent"}, headers={"Referer": f"https://localhost{here}"})
    assert answer.location == here
    assert in_order(page(browser, one), "Recorded as accepted by a person", "by Camille Martin", "In doubt after try 1")


def test_a_message_held_back_says_why(one: int, relay: Relay, signed_in: SignIn) -> None:
    with transaction() as session:
        invitation = session.get_one(Invitation, session.get_one(Message, one).invitation_id)
        assert invitation.contact is not None
        suppress(invitation.contact.addresses[0].email, SuppressionReason.COMPLAINT, now())
    send()
    assert "Its reader reported our messages as unwanted." in page(signed_in(Role.READ), one)


def test_a_message_of_a_stopped_campaign_says_so(one: int, signed_in: SignIn) -> None:
    with transaction() as session:
        launching.stop(session.get_one(Campaign, session.get_one(Message, one).campaign_id), now())
    text = page(signed_in(Role.READ), one)
    assert in_order(text, "Cancelled: it will never leave", "Its campaign was stopped.")


def test_a_notice_has_a_page_of_its_own(one: int, relay: Relay, signed_in: SignIn) -> None:
    with transaction() as session:
        invitation = session.scalars(select(Invitation).order_by(Invitation.id).limit(1)).one()
        notice = notify(NoticePurpose.ADDRESS_CHECK, invitation, "1", "fr", "x@reseau.test", {"name": "X"}, now()).id
    send()
    text = signed_in(Role.READ).get(f"/admin/notices/{notice}?lang=en").text
    assert "Request to confirm an address" in text
    assert "Accepted by the relay" in text


def test_messages_that_are_not_there_are_not_found(one: int, signed_in: SignIn) -> None:
    browser = signed_in(Role.READ)
    assert browser.get("/admin/messages/999999").status_code == 404
    assert browser.get("/admin/notices/999999").status_code == 404
    assert db.session.scalar(select(Notice.id)) is None


def test_lists_lead_to_the_history(one: int, relay: Relay, signed_in: SignIn) -> None:
    relay.say("dot", None, times=5)
    send()
    browser, link = signed_in(), f'href="/admin/messages/{one}"'
    message = db.session.get_one(Message, one)
    campaign, invitation = message.campaign_id, db.session.get_one(Invitation, message.invitation_id)
    for path in (
        f"/admin/campaigns/{campaign}/messages",
        f"/admin/campaigns/{campaign}/progress",
        f"/admin/contacts/{invitation.contact_id}/history",
    ):
        assert link in browser.get(path).text, path


@pytest.mark.parametrize("failure", list(Failure))
def test_every_failure_has_words(failure: Failure) -> None:
    for phase in Phase:
        assert plainly(Outcome(1, phase, failure).reason) is not None
    assert plainly("550: no") is None
    assert plainly("Greylisted") is None


def test_what_may_be_decided_follows_from_the_state() -> None:
    def offered(state: MessageState, **facts: bool) -> list[Decision]:
        return [choice.decision for choice in choices(state, **facts)]

    assert offered(MessageState.IN_DOUBT) == [Decision.SENT, Decision.AGAIN, Decision.FAILED]
    assert offered(MessageState.RETRY) == [Decision.NOW, Decision.HOLD, Decision.FAILED]
    assert offered(MessageState.RETRY, is_held=True) == [Decision.NOW, Decision.FAILED]
    assert offered(MessageState.IN_DOUBT, may_leave=False) == [Decision.SENT, Decision.FAILED]
    ended = {MessageState.SENT, MessageState.BOUNCED, MessageState.REJECTED, MessageState.FAILED}
    assert [decision for state in ended for decision in offered(state)] == []


def test_what_a_dead_sender_had_in_hand_says_so(one: int, signed_in: SignIn) -> None:
    with transaction():
        leasing.lease(Message, "1-dead", 5, now())
    assert "The sender that had it in hand is no more" in page(signed_in(Role.SIGN), one)


def test_a_held_message_is_called_so_and_never_dated_far_away(one: int, relay: Relay, signed_in: SignIn) -> None:
    relay.say("rcpt", "451 4.7.1 Greylisted", times=5)
    send()
    with transaction():
        message = settling.settle(one, Decision.HOLD, now(), None)
    browser = signed_in(Role.SIGN)
    invitation = db.session.get_one(Invitation, message.invitation_id)
    assert "Held by a person" in page(browser, one)
    for path in (
        f"/admin/messages/{one}",
        f"/admin/campaigns/{message.campaign_id}/messages?state=retry",
        f"/admin/campaigns/{message.campaign_id}/progress?state=retry",
        f"/admin/contacts/{invitation.contact_id}/history",
    ):
        assert "9999" not in browser.get(path).text, path
