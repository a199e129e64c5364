"""Pages of the directory, as staff use them."""

import csv
import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from config import Config
from outreach.accounts.models import AuditEntry, Role
from outreach.contacts import actions, queries
from outreach.contacts.kinds import Gender, Kind
from outreach.contacts.models import Contact, Suppression, SuppressionReason
from outreach.database import db, transaction
from tests import people
from tests.contacts.directory import AT, add

SignIn = Callable[..., FlaskClient]

FORM = {
    "kind": "mayor",
    "gender": "feminine",
    "given_name": "Zoé",
    "family_name": "Béchu",
    "organisation": "Mairie d'Allonnes",
    "emails": "mairie@allonnes.example",
    "postal_code": "49650",
    "locality": "Allonnes",
    "country": "FR",
    "phone": "02 41 52 00 30",
}


@pytest.fixture
def office(signed_in: SignIn) -> FlaskClient:
    return signed_in()


def only() -> Contact:
    return queries.get_contact(db.session.scalars(select(Contact.id)).one())


def test_an_empty_directory_says_what_to_do(office: FlaskClient) -> None:
    assert "Importer un fichier" in office.get("/admin/contacts/").text


def test_a_contact_is_added_shown_and_edited(office: FlaskClient) -> None:
    answer = office.post("/admin/contacts/new", data=FORM)
    contact = only()
    assert answer.location == f"/admin/contacts/{contact.id}"
    assert (contact.department, contact.phone, contact.addresses[0].email) == (
        "49",
        "0241520030",
        "mairie@allonnes.example",
    )
    page = office.get(answer.location).text
    assert "Madame la Maire," in page
    assert "mairie@allonnes.example" in page
    form = office.get(f"{answer.location}/edit").text
    assert "Zoé" in form
    office.post(f"{answer.location}/edit", data={**FORM, "given_name": "Zoë", "emails": "zoe@allonnes.example"})
    contact = only()
    assert contact.given_name == "Zoë"
    assert [one.email for one in contact.in_use] == ["zoe@allonnes.example"]
    page = office.get(answer.location).text
    assert "<del>Zoé</del>" in page
    assert "Camille Martin" in page


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"emails": "mairie@@allonnes.example"}, "emails"),
        ({"kind": "emperor"}, "kind"),
        ({"postal_code": "4965"}, None),
        ({"postal_code": "ABC"}, "postal_code"),
        ({"family_name": "", "organisation": " "}, "family_name"),
        ({"family_name": "x" * 151}, "family_name"),
        ({"phone": "sur demande"}, "phone"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(office: FlaskClient, typed: dict[str, str], field: str | None) -> None:
    answer = office.post("/admin/contacts/new", data={**FORM, **typed})
    if field is None:
        assert answer.status_code == 302
        return
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text
    assert db.session.scalar(select(func.count()).select_from(Contact)) == 0


def test_a_country_that_a_file_brought_stays_when_a_person_edits(office: FlaskClient, app: Flask) -> None:
    with transaction():
        known = actions.add_contact(at=AT, source="a file", kind=Kind.PARTNER, family_name="Tremblay", country="CA").id
    page = office.get(f"/admin/contacts/{known}/edit").text
    assert '<option value="CA" selected' in page
    office.post(f"/admin/contacts/{known}/edit", data={**FORM, "country": "CA", "postal_code": "H2X 1Y4"})
    assert db.session.get_one(Contact, known).country == "CA"


def test_the_same_person_is_not_added_twice(office: FlaskClient) -> None:
    first = office.post("/admin/contacts/new", data=FORM)
    again = office.post("/admin/contacts/new", data={**FORM, "given_name": "ZOE"})
    assert first.location == again.location


def test_tags_are_put_on_and_taken_off(office: FlaskClient, app: Flask) -> None:
    number = add("Martin")
    office.post(f"/admin/contacts/{number}/tags", data={"tag": "bureau"})
    assert "bureau" in office.get("/admin/contacts/?tag=bureau").text
    refused = office.post(f"/admin/contacts/{number}/tags", data={"tag": ""})
    assert refused.status_code == 422
    office.post(f"/admin/contacts/{number}/tags", data={"tag": "bureau", "remove": "1"})
    assert only().tags == []


def test_an_address_is_suppressed_and_lifted_with_a_reason(office: FlaskClient, app: Flask) -> None:
    number = add("Martin", "Léa", "lea@a.example")
    address = queries.get_contact(number).addresses[0].id
    note = {f"note-{address}": "par téléphone"}
    office.post(f"/admin/contacts/{number}/suppress", data={"address_id": str(address), **note})
    kept = db.session.scalars(select(Suppression)).one()
    assert (kept.reason, kept.note) == (SuppressionReason.STAFF, "par téléphone")
    assert "/suppress" not in office.get(f"/admin/contacts/{number}").text.replace("/suppressions", "")
    listed = office.get("/admin/contacts/suppressions?q=LEA").text
    assert "lea@a.example" in listed
    lifting = f"/admin/contacts/suppressions/{kept.id}/lift"
    assert "lea@a.example" in office.get(lifting).text
    assert office.post(lifting, data={"note": " "}).status_code == 422
    office.post(lifting, data={"note": "elle le demande"})
    lifted = db.session.scalars(select(Suppression)).one()
    assert lifted.lifted_at is not None
    assert office.get(lifting).status_code == 404
    assert "elle le demande" in office.get(f"/admin/contacts/{number}").text


def test_an_address_is_put_on_the_list_by_hand(office: FlaskClient, app: Flask) -> None:
    wrong = office.post("/admin/contacts/suppressions", data={"email": "not an address", "reason": "staff"})
    assert wrong.status_code == 422
    office.post(
        "/admin/contacts/suppressions", data={"email": "Lea@A.example", "reason": "complaint", "note": "lettre"}
    )
    kept = db.session.scalars(select(Suppression)).one()
    assert (kept.email, kept.reason) == ("Lea@a.example", SuppressionReason.COMPLAINT)
    assert "Lea@a.example" not in office.get("/admin/contacts/suppressions?reason=bounce").text


def test_an_erased_address_is_listed_as_a_hash_and_found_by_whoever_knows_it(office: FlaskClient, app: Flask) -> None:
    with transaction():
        actions.suppress("lea@a.example", SuppressionReason.ERASURE, AT)
    assert "Demande d’effacement" in office.get("/admin/contacts/suppressions?q=lea@a.example").text
    assert "Demande d’effacement" not in office.get("/admin/contacts/suppressions?q=lea").text.split('id="results"')[1]
    number = db.session.scalars(select(Suppression.id)).one()
    assert office.post(f"/admin/contacts/suppressions/{number}/lift", data={"note": "x"}).status_code == 400


def test_the_audit_log_knows_what_was_done_and_names_nobody(office: FlaskClient, app: Flask) -> None:
    office.post("/admin/contacts/new", data=FORM)
    number = only().id
    office.post(f"/admin/contacts/{number}/edit", data={**FORM, "given_name": "Zoë"})
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [one.action for one in entries] == ["contact.added", "contact.edited"]
    assert "Béchu" not in repr([one.details for one in entries])


def test_the_csv_holds_the_filtered_list_and_no_formula(office: FlaskClient, app: Flask) -> None:
    add("=cmd()", "Léa", "+lea@a.example", phone="+33241520030", kind=Kind.MAYOR)
    add("Bonnet", "Luc", "luc@a.example")
    content = office.post("/admin/contacts/export.csv?kind=mayor").data
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 2
    held = dict(zip(*rows, strict=True))
    assert [held[name] for name in ("Nom de famille", "Courriel", "Téléphone")] == [
        *("'=cmd()", "'+lea@a.example", "'+33241520030")
    ]


def test_the_log_says_who_took_a_list_and_how_long_it_was(office: FlaskClient, app: Flask) -> None:
    add("Martin", kind=Kind.MAYOR)
    add("Bonnet")
    office.post("/admin/contacts/export.csv?kind=mayor&q=martin")
    office.post("/admin/contacts/export.xlsx")
    taken = select(AuditEntry).where(AuditEntry.action == "contacts.exported").order_by(AuditEntry.id)
    entries = db.session.scalars(taken).all()
    assert [one.details for one in entries] == [{"count": 1}, {"count": 2}]
    assert all(one.user_id for one in entries)


def test_the_workbook_holds_the_same(office: FlaskClient, app: Flask) -> None:
    add("Bonnet", "Luc", "luc@a.example")
    content = office.post("/admin/contacts/export.xlsx").data
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert [row[3] for row in rows] == ["Nom de famille", "Bonnet"]


READ = [
    "/admin/contacts/",
    "/admin/contacts/1",
    "/admin/contacts/suppressions",
]
CHANGE = ["/admin/contacts/new", "/admin/contacts/1/edit", "/admin/contacts/imports"]


@pytest.mark.parametrize(("paths", "status"), [(READ, 200), (CHANGE, 403)])
def test_reading_is_for_all_staff_and_changing_for_those_who_prepare(
    signed_in: SignIn, paths: list[str], status: int
) -> None:
    add("Martin")
    reader = signed_in(Role.READ)
    assert {reader.get(path).status_code for path in paths} == {status}


def test_strangers_are_sent_to_the_door(client: FlaskClient) -> None:
    assert client.get("/admin/contacts/").status_code == 302


@pytest.mark.parametrize("tongue", ["fr", "en"])
def test_pages_speak_both_languages(office: FlaskClient, tongue: str) -> None:
    number = add("Béchu", "Zoé", "zoe@a.example", kind=Kind.MAYOR, gender=Gender.FEMININE)
    words = {"fr": ("Rechercher", "Modifier"), "en": ("Search", "Edit")}[tongue]
    assert words[0] in office.get(f"/admin/contacts/?lang={tongue}").text
    assert words[1] in office.get(f"/admin/contacts/{number}?lang={tongue}").text


@pytest.fixture
def staff_page(browser_page: Page, config: Config, app: Flask) -> Page:
    browser_page.context.add_cookies([{"name": "staff", "value": people.sign_in(), "url": config.base_url}])
    return browser_page


@pytest.mark.browser
def test_the_list_answers_while_one_types(staff_page: Page, app: Flask) -> None:
    add("Béchu", "Zoé", "zoe@a.example")
    add("Martin", "Léa", "lea@a.example")
    staff_page.goto("/admin/contacts/")
    expect(staff_page.locator("tbody tr")).to_have_count(2)
    staff_page.locator("#f-q").press_sequentially("mart")
    expect(staff_page.locator("tbody tr")).to_have_count(1)
    expect(staff_page).to_have_url(re.compile("q=mart"))
    expect(staff_page.locator("#f-q")).to_be_focused()


@pytest.mark.browser
def test_axe_finds_nothing(staff_page: Page, app: Flask, axe: Callable[[Page], None]) -> None:
    number = add("Béchu", "Zoé", "zoe@a.example", kind=Kind.MAYOR, organisation="Mairie d'Allonnes", phone="0241520030")
    with transaction():
        actions.tag(queries.get_contact(number), "bureau", AT)
        kept = actions.suppress("zoe@a.example", SuppressionReason.OPT_OUT, AT, note="par lettre")
    paths = ["", str(number), f"{number}/edit", "new", "suppressions", f"suppressions/{kept.id}/lift", "imports"]
    for path in paths:
        staff_page.goto(f"/admin/contacts/{path}")
        axe(staff_page)


@pytest.mark.browser
def test_a_file_is_brought_in_with_a_browser(staff_page: Page, app: Flask, axe: Callable[[Page], None]) -> None:
    rows = (
        "Béchu;Zoé;MAIRIE@Allonnes.example;49650\nMartin;Léa;pas une adresse;72000\nBéchu;Zoé;mairie@allonnes.example;"
    )
    content = f"Nom;Prénom;Courriel;Code postal\n{rows}\n".encode("cp1252")
    staff_page.goto("/admin/contacts/imports")
    staff_page.set_input_files("#f-file", {"name": "maires.csv", "mimeType": "text/csv", "buffer": content})
    staff_page.get_by_role("button", name="Lire ce fichier").click()
    expect(staff_page.get_by_label("Courriel", exact=True)).to_have_value("email")
    axe(staff_page)
    staff_page.get_by_role("button", name="Voir ce qui se passerait").click()
    expect(staff_page.locator("#refused ~ .table-wrap")).to_contain_text("pas une adresse")
    axe(staff_page)
    staff_page.get_by_role("button", name="Importer 1 ligne").click()
    expect(staff_page.get_by_role("heading", level=1)).to_have_text("Le fichier est importé")
    axe(staff_page)
    staff_page.get_by_role("link", name="Voir l’annuaire").click()
    expect(staff_page.locator("tbody tr")).to_have_count(1)
