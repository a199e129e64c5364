"""What can be done with a campaign, and what a signature is worth."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from outreach.accounts.models import AuditEntry
from outreach.campaigns import actions, queries
from outreach.campaigns.audience import Rule
from outreach.campaigns.models import Campaign, CampaignState, SignOff
from outreach.campaigns.planning import Calendar
from outreach.contacts.models import Contact
from outreach.database import db, now, transaction
from outreach.errors import Refusal
from outreach.events import actions as events
from outreach.events.queries import facts_of, get_event
from tests import people

pytestmark = pytest.mark.usefixtures("clock")
EVERYONE = Rule(everyone=True)


def soon(size: int = 2) -> Calendar:
    return Calendar(now() + timedelta(hours=1), size, timedelta(minutes=10))


@pytest.fixture
def draft(app: Flask) -> int:
    with transaction():
        people.city()
        people.ada()
        people.deputy()
        campaign = people.campaign(people.congress())
        actions.set_calendar(campaign, soon(), now())
        return campaign.id


def sign(number: int) -> SignOff:
    with transaction():
        user = people.member()
        return actions.sign(queries.get_campaign(number), user.id, now(), 2)


def state(number: int) -> CampaignState:
    found = db.session.get_one(Campaign, number, populate_existing=True).state
    db.session.rollback()
    return found


def audited() -> list[str]:
    found = [entry.action for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)]
    db.session.rollback()
    return [action for action in found if action.startswith("campaign.")]


def test_a_signature_keeps_what_was_signed(draft: int) -> None:
    content = sign(draft).content
    assert state(draft) is CampaignState.SIGNED
    assert content["letters"]["fr"]["subject"] == "Invitation"
    assert content["letters"]["fr"]["values"]["dates"].startswith("les ")
    assert content["recipients"] == 2
    assert content["audience"] == {"everyone": True}


@pytest.mark.parametrize("edit", ["letter", "audience", "calendar", "settings"])
def test_any_edit_ends_a_signature(draft: int, edit: str) -> None:
    sign(draft)
    with transaction():
        campaign = queries.get_campaign(draft)
        match edit:
            case "letter":
                actions.edit_letter(campaign, "en", "Invitation", "{salutation}", now())
            case "audience":
                actions.set_audience(campaign, Rule(kinds=("deputy",)), now())
            case "calendar":
                actions.set_calendar(campaign, soon(3), now())
            case "settings":
                actions.edit_settings(campaign, actions.Settings("Autre", sender_email="a@ville.example"), now())
    assert state(draft) is CampaignState.DRAFT
    assert audited()[-3:] == ["campaign.signed", "campaign.edited", "campaign.voided"]
    found = db.session.query(SignOff).one()
    assert found.voided_at == now()


def test_saving_without_a_change_keeps_the_signature(draft: int) -> None:
    sign(draft)
    with transaction():
        campaign = queries.get_campaign(draft)
        letter = queries.letter_of(campaign, "fr")
        assert letter is not None
        actions.edit_letter(campaign, "fr", letter.subject, letter.body.replace("\n", "\r\n"), now())
        actions.set_audience(campaign, EVERYONE, now())
    assert state(draft) is CampaignState.SIGNED


def test_nothing_is_signed_while_something_is_missing(draft: int) -> None:
    with transaction():
        actions.edit_letter(queries.get_campaign(draft), "en", "Invitation", "", now())
    with pytest.raises(Refusal, match="EN"):
        sign(draft)
    assert state(draft) is CampaignState.DRAFT


def test_a_signed_campaign_is_launched_paused_resumed_and_stopped(draft: int) -> None:
    sign(draft)
    for turn, wanted in (
        (actions.launch, "running"),
        (actions.pause, "paused"),
        (actions.resume, "running"),
        (actions.stop, "stopped"),
    ):
        with transaction():
            turn(queries.get_campaign(draft), now())
        assert state(draft) == wanted
    assert audited()[-4:] == ["campaign.launched", "campaign.paused", "campaign.resumed", "campaign.stopped"]


def test_a_launched_campaign_is_not_edited(draft: int) -> None:
    sign(draft)
    with transaction():
        actions.launch(queries.get_campaign(draft), now())
    with pytest.raises(Refusal, match="launched"), transaction():
        actions.edit_letter(queries.get_campaign(draft), "fr", "x", "y", now())


def test_a_change_of_the_event_shows_at_the_launch(draft: int) -> None:
    sign(draft)
    with transaction():
        event = get_event(queries.get_campaign(draft).event_id)
        events.edit_details(event, replace(facts_of(event), place={"fr": "Ailleurs", "en": "Elsewhere"}))
    with pytest.raises(Refusal, match="changed since"), transaction():
        actions.launch(queries.get_campaign(draft), now())


def test_a_launch_whose_date_has_passed_is_refused(draft: int) -> None:
    sign(draft)
    two_days_later = time_machine.travel(datetime(2026, 3, 4, 8, tzinfo=UTC), tick=False)
    with two_days_later, pytest.raises(Refusal, match="in the past"), transaction():
        actions.launch(queries.get_campaign(draft), now())


def test_a_new_campaign_is_sent_from_the_mailbox_of_the_event_to_nobody_yet(app: Flask) -> None:
    with transaction():
        people.ada()
        campaign = actions.create(people.congress(), actions.Settings("Invitation"), now())
    assert campaign.sender_email == "congres@ville.example"
    said = [str(obstacle.refusal) for obstacle in queries.refusals(queries.get_campaign(campaign.id), now())]
    assert len(said) == 4
    assert any("Nobody would receive" in sentence for sentence in said)


def test_an_opt_out_shrinks_the_audience_without_ending_the_signature(draft: int) -> None:
    sign(draft)
    with transaction():
        ada = db.session.query(Contact).filter_by(family_name="Lefèvre").one()
        ada.addresses[0].retired_at = now()
    with transaction():
        actions.launch(queries.get_campaign(draft), now())
    assert state(draft) is CampaignState.RUNNING


def test_a_finished_campaign_is_over(draft: int) -> None:
    sign(draft)
    with transaction():
        actions.launch(queries.get_campaign(draft), now())
    with transaction():
        actions.finish(queries.get_campaign(draft), now())
    with pytest.raises(Refusal, match="over"), transaction():
        actions.stop(queries.get_campaign(draft), now())
