"""The office decides how displays are measured, for a campaign and for its event; figures have honest names."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from outreach.accounts.models import Role
from outreach.campaigns.models import Campaign
from outreach.database import db, now, transaction
from outreach.delivery import figures
from outreach.institution.models import Institution, MeasuringMode
from outreach.tracking.actions import count_display
from outreach.tracking.models import Reader
from tests.people import World, world

SignIn = Callable[..., FlaskClient]


def page(one: World) -> str:
    return f"/admin/campaigns/{one.campaign}/measuring"


@pytest.mark.both
def test_a_campaign_and_its_event_ask_for_less_and_leave_it_again(signed_in: SignIn) -> None:
    one, office = world(), signed_in(Role.PREPARE)
    assert office.post(page(one), data={"campaign": "off", "event": "aggregate"}).status_code == 303
    db.session.rollback()
    campaign = db.session.get_one(Campaign, one.campaign)
    assert (campaign.measuring, campaign.event.measuring) == (MeasuringMode.OFF, MeasuringMode.AGGREGATE)
    assert "En vigueur pour cette campagne\u202f: Ne rien compter" in office.get(page(one)).text
    office.post(page(one), data={"campaign": "", "event": ""})
    db.session.rollback()
    campaign = db.session.get_one(Campaign, one.campaign)
    assert (campaign.measuring, campaign.event.measuring) == (None, None)


def test_more_than_the_institution_allows_is_not_in_force(signed_in: SignIn) -> None:
    one, office = world(), signed_in(Role.PREPARE)
    office.post(page(one), data={"campaign": "individual", "event": ""})
    assert "En vigueur pour cette campagne\u202f: Compter les affichages" in office.get(page(one)).text


def test_a_strange_choice_is_refused_and_changes_nothing(signed_in: SignIn) -> None:
    one, office = world(), signed_in(Role.PREPARE)
    assert office.post(page(one), data={"campaign": "everything", "event": "off"}).status_code == 400
    db.session.rollback()
    assert db.session.get_one(Campaign, one.campaign).event.measuring is None


def test_the_page_of_a_campaign_names_displays_automatic_ones_and_what_is_not_measured(signed_in: SignIn) -> None:
    one, office = world(), signed_in(Role.READ)
    with transaction():
        figures.recount(one.campaign)
        count_display(one.campaign, "fr", now().date(), Reader.PERSON, 7)
        count_display(one.campaign, "fr", now().date(), Reader.MACHINE, 3)
    shown = office.get(f"/admin/campaigns/{one.campaign}/progress?lang=en").text
    assert "Displayed" in shown
    assert "Automatic, by machines" in shown
    assert "Not measured" not in shown
    with transaction():
        db.session.get_one(Institution, 1).measuring = MeasuringMode.OFF
    assert "Not measured" in office.get(f"/admin/campaigns/{one.campaign}/progress?lang=en").text
