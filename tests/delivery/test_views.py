"""Pages of a campaign on its way: sign off, launch, hold, stop, follow its messages."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.accounts.models import AuditEntry, Role
from outreach.campaigns.models import Campaign, CampaignState
from outreach.database import db, now, transaction
from outreach.delivery import brake, figures, queries
from outreach.delivery.models import Message
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState
from tests.delivery import campaigns
from tests.relay import Relay

SignIn = Callable[..., FlaskClient]


def test_a_campaign_is_signed_and_launched_on_two_pages(app: Flask, signed_in: SignIn) -> None:
    campaign, browser = campaigns.draft(), signed_in(Role.SIGN)
    page = browser.get(f"/admin/campaigns/{campaign}/approve").text
    assert "5 destinataires" in page
    assert page.count("<iframe sandbox") == 2
    answer = browser.post(f"/admin/campaigns/{campaign}/approve", follow_redirects=True)
    assert "5 envois sont prêts" in answer.text
    assert campaigns.state(campaign) is CampaignState.SIGNED
    answer = browser.post(f"/admin/campaigns/{campaign}/launch", follow_redirects=True)
    assert "La campagne est lancée" in answer.text
    assert campaigns.state(campaign) is CampaignState.RUNNING
    actions = db.session.scalars(select(AuditEntry.action).where(AuditEntry.subject == "campaign")).all()
    assert {"campaign.signed", "campaign.launched"} <= set(actions)


def test_what_is_missing_is_on_the_page_with_its_remedy(app: Flask, signed_in: SignIn) -> None:
    campaign, browser = campaigns.draft(), signed_in(Role.SIGN)
    with transaction() as session:
        session.get_one(Campaign, campaign).starts_at = now() - timedelta(days=3)
    page = browser.get(f"/admin/campaigns/{campaign}/approve").text
    assert f'href="/admin/campaigns/{campaign}/calendar"' in page
    assert 'method="post"><input type="hidden" name="csrf_token"' not in page.partition("<main")[2]
    assert browser.post(f"/admin/campaigns/{campaign}/approve").status_code == 400
    assert campaigns.state(campaign) is CampaignState.DRAFT


def test_the_launch_page_says_how_many_and_when(app: Flask, signed_in: SignIn) -> None:
    campaign = campaigns.signed()
    with transaction() as session:
        messages = session.scalars(select(Message).where(Message.campaign_id == campaign)).all()
        assert len(messages) == 5
    page = signed_in(Role.SIGN).get(f"/admin/campaigns/{campaign}/launch").text
    assert "tout de suite" in page
    assert "3 envois" in page


def test_pause_and_resume_come_back_to_where_the_button_was(app: Flask, signed_in: SignIn, relay: Relay) -> None:
    campaign, browser = campaigns.launched(), signed_in(Role.SIGN)
    here = f"/admin/campaigns/{campaign}/messages?state=queued"
    answer = browser.post(f"/admin/campaigns/{campaign}/pause", headers={"Referer": f"https://localhost{here}"})
    assert answer.location == here
    with sender() as post:
        assert post.send_due() == 0
    browser.post(f"/admin/campaigns/{campaign}/resume")
    with sender() as post:
        assert post.send_due() == 3


def test_stopping_is_confirmed_by_typing(app: Flask, signed_in: SignIn) -> None:
    campaign, browser = campaigns.launched(), signed_in(Role.PREPARE)
    assert "5 envois qui ne sont pas partis" in browser.get(f"/admin/campaigns/{campaign}/stop").text
    refused = browser.post(f"/admin/campaigns/{campaign}/stop", data={"confirmation": "oui"})
    assert refused.status_code == 422
    assert campaigns.state(campaign) is CampaignState.RUNNING
    browser.post(f"/admin/campaigns/{campaign}/stop", data={"confirmation": "stop"})
    assert campaigns.state(campaign) is CampaignState.STOPPED
    assert figures.counts(campaign) == {MessageState.CANCELLED: 5}


def test_one_button_stops_everything_and_only_who_signs_lets_go(app: Flask, signed_in: SignIn, relay: Relay) -> None:
    campaign = campaigns.launched()
    assert signed_in(Role.PREPARE).post("/admin/stop-everything").status_code == 303
    assert brake.state() is not None
    db.session.rollback()
    with sender() as post:
        assert post.send_due() == 0
    follow = f"/admin/campaigns/{campaign}/progress"
    assert "Reprendre les envois" not in signed_in(Role.PREPARE).get(follow).text
    assert "Reprendre les envois" in signed_in(Role.SIGN).get(follow).text
    assert signed_in(Role.PREPARE).post("/admin/let-go").status_code == 403
    assert signed_in(Role.SIGN).post("/admin/let-go").status_code == 303
    assert brake.state() is None


def test_messages_are_listed_by_state_with_the_relays_words(app: Flask, signed_in: SignIn, relay: Relay) -> None:
    campaign, browser = campaigns.launched(batch_size=5), signed_in(Role.PREPARE)
    relay.say("rcpt", "550 5.1.1 Nobody of that name", to="ada@association.test")
    with sender() as post:
        post.send_due()
    rejected = browser.get(f"/admin/campaigns/{campaign}/messages?state=rejected").text
    assert "550 5.1.1 Nobody of that name" in rejected
    assert "ada@association.test" in rejected
    assert "maire@commune.test" not in rejected
    found = browser.get(f"/admin/campaigns/{campaign}/messages?q=durand").text
    assert "ines.durand@assemblee.test" in found
    assert "maire@commune.test" not in found
    lines = browser.get(f"/admin/campaigns/{campaign}/messages.csv").text.splitlines()
    assert len(lines) == 6


def test_pages_of_messages_follow_one_another_both_ways(app: Flask) -> None:
    campaign = campaigns.launched()
    wanted = queries.Wanted(campaign)
    first = queries.page(wanted, size=2)
    second = queries.page(wanted, after=first.following, size=2)
    third = queries.page(wanted, after=second.following, size=2)
    assert [len(one.lines) for one in (first, second, third)] == [2, 2, 1]
    assert (first.preceding, third.following) == (None, None)
    assert queries.page(wanted, before=third.preceding, size=2).lines == second.lines
    assert queries.page(wanted, before=second.preceding, size=2).lines == first.lines
    assert len(list(queries.everyone(wanted, size=2))) == 5
