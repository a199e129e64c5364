"""Offices that people hold, on their page: taken up, corrected, ended; and the page of an organisation."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from outreach.accounts.models import Role
from outreach.contacts import queries
from outreach.contacts.kinds import Gender, Kind
from outreach.contacts.models import Contact
from outreach.database import db
from tests.contacts.directory import add

SignIn = Callable[..., FlaskClient]

SENATOR = {"office": "senator", "constituency": "Sarthe", "since": "2020-10-01", "email": "zoe@senat.example"}
ADDRESS = "zoe@ville.example"


@pytest.fixture
def office(signed_in: SignIn) -> FlaskClient:
    return signed_in()


@pytest.fixture
def mayor(office: FlaskClient) -> int:
    return add("Béchu", "Zoé", ADDRESS, kind=Kind.MAYOR, gender=Gender.FEMININE, organisation="Mairie d’Exemple")


def contact(number: int) -> Contact:
    """As it is kept now."""
    db.session.rollback()
    db.session.expire_all()
    return queries.get_contact(number)


def in_use(number: int) -> list[tuple[str, bool]]:
    return [(one.email, one.preferred) for one in contact(number).in_use]


def opening(number: int) -> str:
    return queries.form_for(contact(number), "fr").salutation


def take_up(browser: FlaskClient, number: int, **typed: str) -> str:
    """Send the form of a new mandate; the page one comes back to."""
    answer = browser.post(f"/admin/contacts/{number}/mandates/new", data=SENATOR | typed)
    assert answer.status_code == 302, answer.text
    return browser.get(f"/admin/contacts/{number}").text


def test_a_mandate_is_taken_up_with_its_own_address(office: FlaskClient, mayor: int) -> None:
    page = take_up(office, mayor)
    assert opening(mayor) == "Madame la Sénatrice,"
    assert "Madame la Sénatrice," in page
    assert "ouvre les lettres" in page
    assert "art. 3, 3°" in page
    assert in_use(mayor) == [(ADDRESS, True), ("zoe@senat.example", False)]
    assert "l’adresse du mandat qui donne la formule d’appel" in page


def test_who_takes_up_a_mandate_is_found_by_its_address_until_it_ends(office: FlaskClient, mayor: int) -> None:
    take_up(office, mayor)
    assert "Zoé Béchu" in office.get("/admin/contacts/?q=senat.example").text
    mandate = contact(mayor).mandates[0].id
    office.post(f"/admin/contacts/{mayor}/mandates/{mandate}", data=SENATOR | {"until": "2023-09-30"})
    assert "Zoé Béchu" not in office.get("/admin/contacts/?q=senat.example").text


def test_a_mandate_that_is_ended_retires_its_address(office: FlaskClient, mayor: int) -> None:
    take_up(office, mayor)
    mandate = contact(mayor).mandates[0].id
    office.post(f"/admin/contacts/{mayor}/mandates/{mandate}", data=SENATOR | {"until": "2023-09-30"})
    assert opening(mayor) == "Madame la Maire,"
    assert in_use(mayor) == [(ADDRESS, True)]
    page = office.get(f"/admin/contacts/{mayor}").text
    assert "du 1ᵉʳ octobre 2020 au 30 septembre 2023" in page
    assert "<del>Sénatrice / Sénateur, Sarthe, depuis le 1ᵉʳ octobre 2020, zoe@senat.example</del>" in page


def test_when_the_preferred_address_goes_with_an_office_another_takes_its_place(
    office: FlaskClient, mayor: int
) -> None:
    take_up(office, mayor, email=ADDRESS)
    take_up(office, mayor, office="municipal_councillor", email="autre@ville.example")
    mandate = contact(mayor).mandates[0].id
    office.post(f"/admin/contacts/{mayor}/mandates/{mandate}", data=SENATOR | {"email": ADDRESS, "until": "2023-09-30"})
    assert in_use(mayor) == [("autre@ville.example", True)]


def test_a_mandate_entered_by_mistake_is_taken_back_and_its_address_stays(office: FlaskClient, mayor: int) -> None:
    take_up(office, mayor)
    mandate = contact(mayor).mandates[0].id
    office.post(f"/admin/contacts/{mayor}/mandates/{mandate}/take-back")
    assert contact(mayor).mandates == []
    assert in_use(mayor) == [(ADDRESS, True), ("zoe@senat.example", False)]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"office": "emperor"}, "office"),
        ({"since": "le printemps"}, "since"),
        ({"until": "2019-01-01"}, "until"),
        ({"position": "zéro"}, "position"),
        ({"email": "zoe@@senat.example"}, "email"),
        ({"constituency": "x" * 201}, "constituency"),
    ],
)
def test_what_is_wrong_with_a_mandate_is_said_at_its_field(
    office: FlaskClient, mayor: int, typed: dict[str, str], field: str
) -> None:
    answer = office.post(f"/admin/contacts/{mayor}/mandates/new", data=SENATOR | typed)
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text
    assert contact(mayor).mandates == []


def test_an_honour_does_not_end(office: FlaskClient, mayor: int) -> None:
    number = add("Noël", "Jean", kind=Kind.INDIVIDUAL, gender=Gender.MASCULINE)
    page = take_up(office, number, office="mayor", constituency="Le Mans", email="", honorary="1")
    assert opening(number) == "Monsieur le Maire honoraire,"
    assert "Maire honoraire du Mans" in page


def test_a_woman_s_choice_of_her_title_is_a_field_of_her_record(office: FlaskClient, mayor: int) -> None:
    form = {"kind": "mayor", "gender": "feminine", "family_name": "Béchu", "country": "FR"}
    office.post(f"/admin/contacts/{mayor}/edit", data=form | {"title_form": "masculine"})
    assert opening(mayor) == "Madame le Maire,"
    assert "a demandé son titre au masculin" in office.get(f"/admin/contacts/{mayor}").text
    assert 'value="masculine" checked' in office.get(f"/admin/contacts/{mayor}/edit").text
    office.post(f"/admin/contacts/{mayor}/edit", data=form | {"title_form": "usual"})
    assert opening(mayor) == "Madame la Maire,"


@pytest.mark.parametrize("written", ["Bonjour Zoé", "Chère {prenom}", "Madame https://ville.example/x"])
def test_an_own_form_that_cannot_open_a_letter_is_refused(office: FlaskClient, mayor: int, written: str) -> None:
    form = {"kind": "mayor", "family_name": "Béchu", "country": "FR", "salutation": written}
    answer = office.post(f"/admin/contacts/{mayor}/edit", data=form)
    assert answer.status_code == 422
    assert 'id="f-salutation-error"' in answer.text


def test_the_page_says_what_keeps_somebody_from_being_addressed(office: FlaskClient) -> None:
    number = add("Noël", "Jean", kind=Kind.AUTHORITY, role_label="Grand chambellan")
    assert "Personne ne sait comment s’adresser à ce contact" in office.get(f"/admin/contacts/{number}").text


def test_whoever_may_not_prepare_sees_mandates_and_changes_none(signed_in: SignIn) -> None:
    number = add("Béchu", "Zoé", kind=Kind.MAYOR)
    reader = signed_in(Role.READ)
    assert "Ajouter un mandat" not in reader.get(f"/admin/contacts/{number}").text
    assert reader.post(f"/admin/contacts/{number}/mandates/new", data=SENATOR).status_code == 403


def test_an_organisation_shows_its_desks_and_its_people(office: FlaskClient, mayor: int) -> None:
    add("", "", "accueil@ville.example", kind=Kind.MAYOR, organisation="Mairie d’Exemple")
    house = contact(mayor).organisation_id
    page = office.get(f"/admin/contacts/organisations/{house}").text
    assert "accueil@ville.example" in page
    assert "1 personne" in page
    assert "Zoé Béchu" in page


def test_an_organisation_without_a_desk_says_what_one_is_for(office: FlaskClient, mayor: int) -> None:
    page = office.get(f"/admin/contacts/organisations/{contact(mayor).organisation_id}").text
    assert "Ajouter un service" in page


def test_an_organisation_is_renamed_for_everybody_who_belongs_to_it(office: FlaskClient, mayor: int) -> None:
    desk = add("", "", "accueil@ville.example", kind=Kind.MAYOR, organisation="Mairie d’Exemple")
    house = contact(mayor).organisation_id
    named = {"name": "Ville de Zanzibar", "kind": "mairie"}
    assert office.post(f"/admin/contacts/organisations/{house}", data=named).status_code == 302
    assert contact(desk).name == "Ville de Zanzibar"
    assert contact(desk).sort_name == "ville de zanzibar"
    assert "Zoé" in office.get("/admin/contacts/?q=zanzibar").text
    assert "Mairie d’Exemple" in office.get(f"/admin/contacts/{mayor}").text


@pytest.mark.parametrize("name", ["", "  ", "Autre maison"])
def test_an_organisation_is_not_renamed_to_nothing_nor_to_another(office: FlaskClient, mayor: int, name: str) -> None:
    add("Autre", kind=Kind.INSTITUTION, organisation="Autre maison")
    house = contact(mayor).organisation_id
    answer = office.post(f"/admin/contacts/organisations/{house}", data={"name": name, "kind": "mairie"})
    assert answer.status_code == 422
    assert 'id="f-name-error"' in answer.text


def test_the_table_of_forms_is_a_page_to_proofread(office: FlaskClient) -> None:
    page = office.get("/admin/contacts/forms-of-address").text
    for words in ("Madame la Sous-Préfète,", "Monsieur le Maire délégué,", "art. 3, 7°", "Dear Prime Minister,"):
        assert words in page
    assert "{name}" not in page
