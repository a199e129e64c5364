"""The pages of a campaign once it was signed: what was signed is what they show."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from outreach.accounts.models import Role
from outreach.campaigns.models import Campaign, CampaignState
from outreach.contacts.kinds import Kind
from outreach.database import now, transaction
from tests import people
from tests.delivery import campaigns

pytestmark = pytest.mark.usefixtures("app")
SignedIn = Callable[..., FlaskClient]


def put(number: int, state: CampaignState) -> None:
    with transaction() as session:
        campaign = session.get_one(Campaign, number)
        campaign.state = state
        campaign.ended_at = now() if state in {CampaignState.FINISHED, CampaignState.STOPPED} else None


@pytest.mark.parametrize("state", [CampaignState.RUNNING, CampaignState.FINISHED])
def test_it_says_for_how_many_it_was_signed_whoever_comes_later(signed_in: SignedIn, state: CampaignState) -> None:
    number = campaigns.launched()
    put(number, state)
    with transaction():
        people.contact(Kind.ASSOCIATION, "Zoé", "Petit", "tard@association.test")
    page = signed_in(Role.SIGN).get(f"/admin/campaigns/{number}?lang=en").text
    assert "5 recipients" in page
    assert "recipients when it was signed off" in page
    assert f'href="/admin/campaigns/{number}/messages"' in page
    assert "Left out, and why" not in page


def test_a_campaign_that_is_over_says_when_it_ended_and_offers_no_brake_of_its_own(signed_in: SignedIn) -> None:
    number = campaigns.launched()
    client = signed_in(Role.SIGN)
    assert client.get(f"/admin/campaigns/{number}/progress?lang=en").text.count("Stop everything") == 2
    put(number, CampaignState.FINISHED)
    page = client.get(f"/admin/campaigns/{number}?lang=en").text
    assert "Ended on" in page
    assert "Expected end" not in page
    assert client.get(f"/admin/campaigns/{number}/progress?lang=en").text.count("Stop everything") == 1, "in the menu"


def test_batches_of_a_paused_campaign_are_held(signed_in: SignedIn) -> None:
    number = campaigns.launched()
    put(number, CampaignState.PAUSED)
    page = signed_in(Role.SIGN).get(f"/admin/campaigns/{number}/progress?lang=fr").text
    assert "retenu" in page
    assert "en partance" not in page


def test_a_plan_that_should_have_begun_says_that_it_moves(signed_in: SignedIn) -> None:
    number = campaigns.signed()
    client = signed_in(Role.SIGN)
    assert "The plan was to begin" not in client.get(f"/admin/campaigns/{number}/launch?lang=en").text
    with transaction() as session:
        for batch in session.get_one(Campaign, number).batches:
            batch.due_at -= timedelta(minutes=5)
    assert "The plan was to begin" in client.get(f"/admin/campaigns/{number}/launch?lang=en").text


def test_one_message_is_one_and_many_are_many_in_french(signed_in: SignedIn) -> None:
    number = campaigns.launched()
    page = signed_in(Role.SIGN).get(f"/admin/campaigns/{number}/messages?lang=fr").text
    assert "En attente de son lot" in page
    assert "En attente de leur lot (5)" in page
