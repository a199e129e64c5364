"""What leaves is what was signed, and a campaign that cannot be written holds up no other."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, func, select, update

from outreach.campaigns import actions as campaign_actions
from outreach.campaigns.models import Campaign, CampaignState, LanguageMode
from outreach.contacts.models import Contact
from outreach.database import db, now, transaction
from outreach.delivery import launching
from outreach.delivery.letters import preview
from outreach.delivery.models import Message, SignedLetter
from outreach.delivery.sending import Sender
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState
from outreach.institution.models import Institution
from outreach.invitations.models import Invitation
from tests import people
from tests.delivery import campaigns
from tests.relay import Relay

pytestmark = pytest.mark.both

ADA = "ada@association.test"


@pytest.fixture
def post(app: Flask, relay: Relay) -> Iterator[Sender]:
    with sender() as made:
        yield made


def change_everything(campaign: int) -> None:
    """The event moves and the institution takes another name."""
    with transaction() as session:
        event = session.get_one(Campaign, campaign).event
        event.place = {"fr": "Salle des Fêtes", "en": "Village Hall"}
        event.revision += 1
        session.get_one(Institution, 1).name = "Commune Nouvelle"


def test_an_edit_after_the_launch_changes_no_message(post: Sender, relay: Relay) -> None:
    number = campaigns.launched(batch_size=5)
    change_everything(number)
    post.send_due()
    assert len(relay.received) == 5
    for one in relay.received:
        part = one.message.get_body(("html",))
        assert part is not None
        written = str(part.get_content())
        assert "Palais des Congrès" in written or "Congress and Culture Centre" in written
        assert "Salle des Fêtes" not in written
        assert "Village Hall" not in written
        assert "Commune Nouvelle" not in written


def test_a_retry_by_another_sender_after_an_edit_has_the_same_bytes(app: Flask, relay: Relay) -> None:
    number = campaigns.launched(batch_size=5)
    relay.say("dot", "451 4.3.0 Later", to=ADA, times=1)
    with sender() as first:
        first.send_due()
    change_everything(number)
    with time_machine.travel(now() + timedelta(minutes=9)), sender() as second:
        second.send_due()
    refused = next(one for one in relay.dropped if one.recipient == ADA)
    taken = next(one for one in relay.received if one.recipient == ADA)
    assert refused.raw == taken.raw


def test_the_preview_of_a_running_campaign_shows_what_leaves(post: Sender, relay: Relay) -> None:
    number = campaigns.launched()
    change_everything(number)
    campaign = db.session.get_one(Campaign, number)
    assert "Palais des Congrès" in preview.shown(campaign, preview.first_recipient(campaign)).text


def test_signing_anew_draws_the_letters_anew(app: Flask) -> None:
    number = campaigns.signed()
    change_everything(number)
    with transaction() as session:
        campaign = session.get_one(Campaign, number)
        campaign_actions.void(campaign, now())
        launching.approve(campaign, people.member().id, now())
    campaign = db.session.get_one(Campaign, number)
    text = preview.shown(campaign, preview.first_recipient(campaign)).text
    assert "Salle des Fêtes" in text or "Village Hall" in text


@pytest.mark.parametrize(("mode", "letters"), [(LanguageMode.RECIPIENT, 6), (LanguageMode.BILINGUAL, 2)])
def test_every_letter_that_somebody_may_get_is_kept(app: Flask, mode: LanguageMode, letters: int) -> None:
    number = campaigns.draft()
    with transaction() as session:
        campaign = session.get_one(Campaign, number)
        campaign.language_mode = mode
        launching.approve(campaign, people.member().id, now())
    assert db.session.scalar(select(func.count()).select_from(SignedLetter)) == letters


def test_who_reads_neither_language_and_is_not_counted_has_a_letter_too(post: Sender, relay: Relay) -> None:
    campaigns.launched(batch_size=5)
    with transaction() as session:
        lady = session.scalars(select(Contact).where(Contact.given_name == "Ada")).one()
        lady.language, lady.not_measured = None, True
        session.execute(update(Invitation).values(language=None))
    post.send_due()
    hers = next(one for one in relay.received if one.recipient == ADA)
    assert hers.message["Content-Language"] == "fr, en"


def test_a_campaign_that_cannot_be_written_is_paused_and_the_others_leave(post: Sender, relay: Relay) -> None:
    broken = campaigns.launched(batch_size=5)
    with transaction() as session:
        session.execute(delete(SignedLetter).where(SignedLetter.campaign_id == broken))
    sound = campaigns.launched(batch_size=5)
    assert post.send_due() == 5
    assert sorted(relay.recipients) == campaigns.ADDRESSES
    assert campaigns.state(sound) is CampaignState.FINISHED
    assert campaigns.state(broken) is CampaignState.PAUSED
    assert "no signed letter" in db.session.get_one(Campaign, broken).pause_reason
    left = db.session.execute(select(Message.state, Message.tries).where(Message.campaign_id == broken)).all()
    assert {tuple(row) for row in left} == {(MessageState.QUEUED, 0)}
