"""From a draft to bytes at a relay: approve, launch, send."""

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from outreach.campaigns import actions as campaigns
from outreach.campaigns.models import Campaign, CampaignPurpose, CampaignState
from outreach.contacts import actions as contacts
from outreach.contacts.models import Contact, Suppression, SuppressionReason
from outreach.database import db, now, transaction
from outreach.delivery import brake, figures, launching
from outreach.delivery.letters.composing import USEFUL_BEFORE, useful_until
from outreach.delivery.models import CampaignFigure, Message, Notice, NoticePurpose
from outreach.delivery.notices import notify
from outreach.delivery.sending import Sender
from outreach.delivery.service import return_addresses, sender
from outreach.delivery.states import MessageState
from outreach.events.models import SessionKind
from outreach.invitations.models import Invitation
from outreach.links import Keyring, Purpose, links
from tests import people
from tests.relay import Relay

pytestmark = pytest.mark.both


@pytest.fixture
def launched(app: Flask) -> int:
    """A campaign to everybody of the cast, running: five people have an address."""
    with transaction() as session:
        people.city()
        for person in (people.ada, people.ccas, people.deputy, people.mayor, people.mep, people.without_address):
            person()
        event, user = people.congress(), people.member()
        campaign = people.campaign(event)
        campaign.audience = {"everyone": True}
        campaign.starts_at = now()
        campaign.any_hour = True
        campaign.batch_size = 3
        campaign.pause_seconds = 600
        session.flush()
        assert launching.approve(campaign, user.id, now()) == 5
        launching.launch(campaign, now(), user.id)
        return campaign.id


@pytest.fixture
def post(app: Flask, relay: Relay) -> Iterator[Sender]:
    with sender() as made:
        yield made


def states(campaign: int) -> dict[MessageState, int]:
    found = dict(figures.counts(campaign))
    counted = list(db.session.scalars(select(Message.state).where(Message.campaign_id == campaign)))
    db.session.rollback()
    assert sum(found.values()) == len(counted)
    return found


def test_batches_leave_at_their_hour_each_message_once(launched: int, post: Sender, relay: Relay) -> None:
    assert post.send_due() == 3
    assert post.send_due() == 0
    assert states(launched) == {MessageState.SENT: 3, MessageState.QUEUED: 2}
    with time_machine.travel(now() + timedelta(minutes=11)):
        assert post.send_due() == 2
    assert sorted(relay.recipients) == [
        "ada@association.test",
        "ccas@commune.test",
        "ines.durand@assemblee.test",
        "maeve.obrien@europe.test",
        "maire@commune.test",
    ]
    assert states(launched) == {MessageState.SENT: 5}
    assert db.session.get_one(Campaign, launched).state is CampaignState.FINISHED


def test_each_recipient_gets_their_title_their_language_and_their_links(
    launched: int, post: Sender, relay: Relay
) -> None:
    with time_machine.travel(now() + timedelta(hours=1)):
        post.send_due()
    by_address = {one.recipient: one.message for one in relay.received}
    deputy, mep = by_address["ines.durand@assemblee.test"], by_address["maeve.obrien@europe.test"]
    assert "Madame la Députée," in text_of(deputy)
    assert "J’ai l’honneur de vous inviter" in text_of(deputy)
    assert "It is my honour" in text_of(mep)
    assert (deputy["Content-Language"], mep["Content-Language"]) == ("fr", "en")
    invitation = db.session.scalars(select(Invitation).order_by(Invitation.id)).first()
    assert invitation is not None
    ada = by_address["ada@association.test"]
    assert links().url(Purpose.INVITATION, invitation.key) in text_of(ada)
    assert links().url(Purpose.KIT, invitation.key) in html_of(ada)
    assert ada["List-Unsubscribe"].startswith(f"<{links().url(Purpose.STOP, invitation.key)}>, <mailto:u+")
    assert ada["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_envelope_says_whose_message_came_back(launched: int, post: Sender, relay: Relay) -> None:
    post.send_due()
    keys = {return_addresses().read(one.sender).key for one in relay.received}
    assert keys == {f"m{number}" for number in db.session.scalars(select(Message.id).where(Message.tries > 0))}


def test_providers_can_tell_whose_complaints_they_count(launched: int, post: Sender, relay: Relay) -> None:
    post.send_due()
    (feedback,) = {str(one.message["Feedback-ID"]) for one in relay.received}
    campaign, _purpose, _event, sender_id = feedback.split(":")
    assert int(campaign) == launched
    assert 5 <= len(sender_id) <= 15
    assert sender_id != Keyring(("a",), "b", "https://other.example", "other.example").sender_id


def test_an_unknown_address_is_rejected_and_never_written_to_again(launched: int, post: Sender, relay: Relay) -> None:
    relay.say("rcpt", "550 5.1.1 Unknown here", to="ada@association.test")
    post.send_due()
    assert states(launched)[MessageState.REJECTED] == 1
    message = db.session.scalars(select(Message).where(Message.state == MessageState.REJECTED)).one()
    assert (message.reply_code, message.reply_status) == (550, "5.1.1")
    assert [row.email for row in db.session.scalars(select(Suppression))] == ["ada@association.test"]


def test_a_retry_has_the_same_bytes(launched: int, post: Sender, relay: Relay) -> None:
    relay.say("dot", "451 4.3.0 Later", to="ada@association.test", times=1)
    post.send_due()
    with time_machine.travel(now() + timedelta(minutes=9)):
        post.send_due()
    first = next(one for one in relay.dropped if one.recipient == "ada@association.test")
    second = next(one for one in relay.received if one.recipient == "ada@association.test")
    assert first.raw == second.raw


def test_what_the_relay_did_not_answer_is_in_doubt_and_stays_so(launched: int, post: Sender, relay: Relay) -> None:
    relay.say("dot", None, to="ada@association.test")
    with time_machine.travel(now() + timedelta(hours=1)):
        post.send_due()
    assert states(launched) == {MessageState.SENT: 4, MessageState.IN_DOUBT: 1}
    assert db.session.get_one(Campaign, launched).state is CampaignState.RUNNING


def test_pause_resume_and_stop_act_at_once(launched: int, post: Sender, relay: Relay) -> None:
    with transaction() as session:
        session.execute(update(Campaign).values(state=CampaignState.PAUSED))
    assert post.send_due() == 0
    with time_machine.travel(now() + timedelta(hours=3)):
        with transaction() as session:
            launching.resume(session.get_one(Campaign, launched), now())
        assert post.send_due() == 3, "the second batch keeps its pause after the first"
        with transaction() as session:
            assert launching.stop(session.get_one(Campaign, launched), now()) == 2
    assert states(launched) == {MessageState.SENT: 3, MessageState.CANCELLED: 2}


def test_a_campaign_paused_for_days_in_the_middle_of_a_batch_can_be_resumed(
    launched: int, post: Sender, relay: Relay
) -> None:
    relay.say("rcpt", "451 4.3.0 Later", to="ada@association.test", times=1)
    post.send_due()
    with transaction() as session:
        session.execute(update(Message).where(Message.state == MessageState.RETRY).values(state=MessageState.QUEUED))
        campaigns.pause(session.get_one(Campaign, launched), now())
    with time_machine.travel(now() + timedelta(days=3)):
        with transaction() as session:
            launching.resume(session.get_one(Campaign, launched), now())
        with transaction():
            assert launching.hold_late(now()) == 0
        post.send_due()
    assert "ada@association.test" in relay.recipients


def test_a_stop_moves_the_counts_and_leaves_those_of_others_alone(launched: int, post: Sender) -> None:
    post.send_due()
    with transaction() as session:
        session.add(CampaignFigure(campaign_id=launched, state=MessageState.SENT, writer="another sender", count=7))
        assert launching.stop(session.get_one(Campaign, launched), now()) == 2
    assert dict(figures.counts(launched)) == {MessageState.SENT: 10, MessageState.CANCELLED: 2}


@pytest.mark.parametrize("retired", [False, True])
def test_who_opted_out_at_one_address_is_not_written_to_at_another(
    launched: int, post: Sender, relay: Relay, retired: bool
) -> None:
    with transaction() as session:
        lady = session.scalars(select(Contact).where(Contact.given_name == "Ada")).one()
        emails = ["ada@ailleurs.test", *([] if retired else ["ada@association.test"])]
        contacts.edit_contact(lady, at=now(), emails=emails)
        contacts.suppress("ada@association.test", SuppressionReason.OPT_OUT, now())
    post.send_due()
    assert not [one for one in relay.recipients if one.startswith("ada@")]
    assert states(launched)[MessageState.SUPPRESSED] == 1


def test_an_address_that_bounced_is_passed_over_for_another(launched: int, post: Sender, relay: Relay) -> None:
    with transaction() as session:
        lady = session.scalars(select(Contact).where(Contact.given_name == "Ada")).one()
        contacts.edit_contact(lady, at=now(), emails=["ada@association.test", "ada@ailleurs.test"])
        contacts.suppress("ada@association.test", SuppressionReason.BOUNCE, now())
    post.send_due()
    assert "ada@ailleurs.test" in relay.recipients
    assert "ada@association.test" not in relay.recipients


@pytest.mark.parametrize("purpose", [CampaignPurpose.THANKS, CampaignPurpose.CHANGE])
def test_thanks_and_changes_are_worth_trying_as_long_as_it_takes(
    launched: int, app: Flask, purpose: CampaignPurpose
) -> None:
    campaign = db.session.get_one(Campaign, launched)
    assert useful_until(campaign) is not None
    campaign.purpose = purpose
    assert useful_until(campaign) is None
    db.session.rollback()


def test_an_invitation_is_worth_trying_while_there_is_a_day_to_come_to(launched: int, app: Flask) -> None:
    campaign = db.session.get_one(Campaign, launched)
    days = [one.starts_at for one in campaign.event.sessions if one.kind is SessionKind.DAY]
    assert len(days) > 1
    assert useful_until(campaign) == max(days) - USEFUL_BEFORE
    db.session.rollback()


def test_a_refused_password_stops_everything(launched: int, app: Flask, relay: Relay) -> None:
    relay.users = {"city": "right"}
    app.config["SMTP_URL"] = f"smtp://city:wrong@127.0.0.1:{relay.port}"
    with sender() as post:
        assert post.send_due() == 0
    pulled = brake.state()
    assert pulled is not None
    assert "535" in pulled.reason
    assert relay.received == []
    db.session.rollback()
    assert states(launched) == {MessageState.QUEUED: 5}


def test_a_relay_that_is_away_loses_nothing(launched: int, app: Flask, relay: Relay) -> None:
    relay.stop()
    with sender() as post:
        assert post.send_due() == 0
    assert states(launched) == {MessageState.QUEUED: 5}


def test_notices_go_first_and_speak_for_themselves(launched: int, post: Sender, relay: Relay) -> None:
    with transaction() as session:
        invitation = session.scalars(select(Invitation).order_by(Invitation.id)).first()
        assert invitation is not None
        notify(NoticePurpose.ADDRESS_CHECK, invitation, "", "en", "newcomer@reseau.test", {"name": "Ada"}, now())
    post.send_due()
    first = relay.received[0]
    assert first.recipient == "newcomer@reseau.test"
    assert first.message["Auto-Submitted"] == "auto-generated"
    assert db.session.scalars(select(Notice.state)).one() is MessageState.SENT


def text_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def html_of(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def test_a_relay_is_left_alone_no_longer_because_the_clock_was_set_back(
    clock: time_machine.Traveller, launched: int, post: Sender, relay: Relay
) -> None:
    clock.shift(timedelta(minutes=5))
    relay.say("connect", "421 4.3.2 Too busy", times=1)
    assert post.send_due() == 0
    assert post.send_due() == 0
    clock.shift(timedelta(minutes=-2))
    assert post.send_due() == 3
