"""Whom nobody knows how to address is listed before a launch, and in its way until it is put right."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from outreach.campaigns import actions as campaigns
from outreach.campaigns import queries
from outreach.campaigns.models import Campaign
from outreach.campaigns.recipients import read_recipients
from outreach.campaigns.unaddressed import unaddressed
from outreach.contacts import actions
from outreach.contacts.kinds import Gender, Kind
from outreach.contacts.mandates import Tenure, take_up
from outreach.contacts.models import Contact
from outreach.contacts.protocol.precedence import Quality
from outreach.contacts.protocol.resolving import Doubt, doubt, unwritable
from outreach.database import db, now, transaction
from tests import people

F, M, U = Gender.FEMININE, Gender.MASCULINE, Gender.UNKNOWN


@pytest.mark.parametrize(
    ("kind", "row", "gender", "role", "own_form", "named", "found"),
    [
        (Kind.MAYOR, "mayor", F, "Maire", None, True, None),
        (Kind.MAYOR, "mayor", U, "", None, True, None),
        (Kind.ASSOCIATION, "", F, "Trésorière", None, True, None),
        (Kind.ASSOCIATION, "president", F, "Président", None, True, None),
        (Kind.ASSOCIATION, "president", M, "Présidente", None, True, Doubt.CONTRADICTION),
        (Kind.ASSOCIATION, "president", M, "Présidente", "Monsieur le Président", True, None),
        (Kind.AUTHORITY, "", M, "Grand chambellan", None, True, Doubt.UNKNOWN_OFFICE),
        (Kind.AUTHORITY, "", M, "Grand chambellan", "Monsieur le Grand Chambellan", True, None),
        (Kind.AUTHORITY, "ambassador", F, "Ambassadrice", None, True, None),
        (Kind.AUTHORITY, "", U, "", None, False, Doubt.NO_NAME),
        (Kind.AUTHORITY, "rector", U, "Rectrice", None, False, None),
        (Kind.INSTITUTION, "", U, "", None, False, None),
        (Kind.MAYOR, "mayor", F, "", "Bonjour {prenom}", True, Doubt.OWN_FORM),
    ],
)
def test_what_keeps_somebody_from_being_addressed(
    kind: Kind, row: str, gender: Gender, role: str, own_form: str | None, named: bool, found: Doubt | None
) -> None:
    assert doubt(Quality(kind, row), gender=gender, role=role, own_form=own_form, named=named) is found


@pytest.mark.parametrize(
    ("form", "refused"),
    [
        ("Madame le Maire", False),
        ("Dear Dr Watson", False),
        ("Maître", False),
        ("Bonjour Zoé", True),
        ("Hi Zoé", True),
        ("Madame {nom}", True),
        ("Madame <b>le Maire</b>", True),
        ("Madame www.example.org/x", True),
    ],
)
def test_an_own_form_opens_a_letter_or_is_refused(form: str, refused: bool) -> None:
    assert unwritable(form) is refused


@pytest.fixture
def mailing(app: Flask) -> int:
    with transaction():
        people.city()
        people.deputy()
        return people.campaign(people.congress()).id


def authority(role: str = "Grand chambellan", gender: Gender = M) -> int:
    with transaction():
        contact = people.contact(Kind.AUTHORITY, "Jean", "Noël", "noel@palais.test", gender=gender)
        contact.role_label = role
        return contact.id


def in_the_way(number: int) -> list[str]:
    db.session.rollback()
    found = queries.refusals(db.session.get_one(Campaign, number), now())
    told = [one.endpoint for one in found if one.endpoint == "campaigns.whom_to_address"]
    db.session.rollback()
    return told


@pytest.mark.both
def test_an_office_that_the_table_does_not_have_is_in_the_way_until_it_is_put_right(mailing: int) -> None:
    assert in_the_way(mailing) == []
    number = authority()
    assert in_the_way(mailing) == ["campaigns.whom_to_address"]
    with transaction():
        take_up(db.session.get_one(Contact, number), Tenure("ambassador"), now(), "a list")
    assert in_the_way(mailing) == []


@pytest.mark.both
def test_the_list_that_is_signed_is_looked_at_as_well(mailing: int) -> None:
    authority()
    authority("Présidente du tribunal")
    scope = queries.scope_of(db.session.get_one(Campaign, mailing))
    counted = read_recipients(scope).counted
    assert (counted.chosen, counted.unaddressed) == (3, 2)
    assert [one.doubt for one in unaddressed(scope)] == [Doubt.UNKNOWN_OFFICE, Doubt.CONTRADICTION]


def test_the_page_names_them_with_the_remedy(signed_in: Callable[..., FlaskClient], mailing: int) -> None:
    office = signed_in()
    page = office.get(f"/admin/campaigns/{mailing}/unaddressed").text
    assert "Chacun a sa formule d’appel" in page
    number = authority()
    page = office.get(f"/admin/campaigns/{mailing}/unaddressed").text
    assert "Jean Noël" in page
    assert f"/admin/contacts/{number}/edit" in page
    assert f"/admin/campaigns/{mailing}/unaddressed" in office.get(f"/admin/campaigns/{mailing}").text


@pytest.mark.parametrize(
    ("opening", "refused"),
    [
        ("{salutation}", False),
        ("Mesdames, Messieurs,", False),
        ("Bonjour {first_name},", True),
        ("Chère Madame {last_name},", True),
        ("**Cher {first_name}**", True),
    ],
)
def test_a_letter_never_greets_people_by_their_name(mailing: int, opening: str, refused: bool) -> None:
    with transaction():
        campaign = db.session.get_one(Campaign, mailing)
        campaigns.edit_letter(campaign, "fr", "Congrès", f"{opening}\n\nVous êtes invités, {{first_name}}.", now())
    found = queries.refusals(db.session.get_one(Campaign, mailing), now())
    said = [one.refusal.message for one in found]
    assert any("greets people by their name" in one for one in said) is refused


def test_a_placeholder_of_other_programs_is_refused(mailing: int) -> None:
    with transaction():
        campaign = db.session.get_one(Campaign, mailing)
        campaigns.edit_letter(campaign, "fr", "Congrès", "Bonjour {prenom},", now())
    found = queries.refusals(db.session.get_one(Campaign, mailing), now())
    assert [one.refusal.values["name"] for one in found if "no placeholder" in one.refusal.message] == ["prenom"]


def test_what_is_in_the_way_of_a_contact_is_gone_once_it_is_corrected(mailing: int) -> None:
    number = authority("Présidente du tribunal")
    assert in_the_way(mailing)
    with transaction():
        actions.edit_contact(db.session.get_one(Contact, number), at=now(), gender=F)
    assert in_the_way(mailing) == []
