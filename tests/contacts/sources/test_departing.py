"""A whole register shows who holds an office no more; their mandates are closed where that is chosen."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.contacts.imports import importing
from outreach.contacts.imports.bringing import entering, undoing
from outreach.contacts.imports.bringing.entering import Bringer
from outreach.contacts.imports.jobs import reasons
from outreach.contacts.imports.plans.registers import choose_departures
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Address, Contact, Mandate
from outreach.contacts.searching import listing
from outreach.contacts.searching.filters import Filters
from outreach.database import db, now, transaction
from tests.contacts.directory import AT
from tests.contacts.imports.files import latest

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("app", "database_kind")]


SignIn = Callable[..., FlaskClient]


@pytest.fixture
def office(signed_in: SignIn) -> FlaskClient:
    return signed_in()


HEADER = "code_insee,commune,departement,nom,prenom,civilite_sexe,date_debut_fonction,mairie_email"
ADA = "72181,Le Mans,72,LOVELACE,Ada,F,2020-05-24,mairie@lemans.example"
BEA = "72001,Aigné,72,BYRON,Bea,F,2020-05-25,mairie@aigne.example"
CARL = "72003,Allonnes,72,GAUSS,Carl,M,2020-05-26,mairie@allonnes.example"
DORA = "49007,Angers,49,MAAR,Dora,F,2020-05-27,mairie@angers.example"
NEW_AT_AIGNE = "72001,Aigné,72,BABBAGE,Charles,M,2026-03-21,mairie@aigne.example"


def bring(*rows: str, close: bool = False) -> int:
    db.session.rollback()
    with transaction():
        file = importing.receive("maires.csv", "\n".join([HEADER, *rows, ""]).encode(), AT)
        choose_departures(file, close)
        number = file.id
    entering.bring_in(number, Bringer(True, reasons))
    return number


def mayors() -> dict[str, date | None]:
    db.session.rollback()
    held = select(Contact.family_name, Mandate.until).join(Mandate, Mandate.contact_id == Contact.id)
    return {row.family_name: row.until for row in db.session.execute(held.where(Mandate.kind == Kind.MAYOR))}


def in_use(name: str) -> list[str]:
    db.session.rollback()
    owned = select(Address.email).join(Contact, Contact.id == Address.contact_id)
    return list(db.session.scalars(owned.where(Contact.family_name == name, Address.retired_at.is_(None))))


def found(typed: str) -> list[str]:
    db.session.rollback()
    return [one.family_name for one in listing.page(Filters.parse({"q": typed})).contacts]


def test_whoever_a_register_does_not_name_has_left_the_day_before_the_successor_came() -> None:
    bring(ADA, BEA, CARL)
    bring(ADA, NEW_AT_AIGNE, CARL, close=True)
    assert mayors() == {"Lovelace": None, "Byron": date(2026, 3, 20), "Gauss": None, "Babbage": None}
    assert in_use("Byron") == []
    assert found("aigne.example") == ["Babbage"]
    assert in_use("Babbage") == ["mairie@aigne.example"]


def test_nobody_leaves_unless_that_was_chosen() -> None:
    bring(ADA, BEA, CARL)
    bring(ADA, NEW_AT_AIGNE, CARL)
    assert mayors()["Byron"] is None
    assert in_use("Byron") == ["mairie@aigne.example"]


def test_a_seat_without_a_successor_is_left_yesterday() -> None:
    bring(ADA, BEA, CARL)
    bring(ADA, CARL, close=True)
    assert mayors()["Byron"] == now().date() - timedelta(days=1)


def test_a_register_of_one_departement_says_nothing_of_another() -> None:
    bring(ADA, BEA, CARL, DORA)
    bring(ADA, CARL, close=True)
    assert mayors()["Maar"] is None


def test_a_list_of_less_than_half_as_many_is_no_whole_register() -> None:
    bring(ADA, BEA, CARL)
    bring(ADA, close=True)
    assert set(mayors().values()) == {None}


def test_after_an_election_everybody_may_have_left() -> None:
    bring(ADA, BEA)
    bring(ADA.replace("LOVELACE,Ada", "HAMILTON,Margaret"), NEW_AT_AIGNE, close=True)
    assert {name for name, until in mayors().items() if until is None} == {"Hamilton", "Babbage"}


def test_whose_row_was_refused_has_not_left() -> None:
    bring(ADA, BEA, CARL)
    bring(ADA, BEA.replace("mairie@aigne.example", "aigne.example at nowhere"), CARL, close=True)
    assert mayors()["Byron"] is None


def test_undoing_the_import_opens_the_mandate_and_its_address_again() -> None:
    bring(ADA, BEA, CARL)
    number = bring(ADA, NEW_AT_AIGNE, CARL, close=True)
    with transaction():
        undoing.undo(undoing.undoable(number), now(), None)
    assert mayors() == {"Lovelace": None, "Byron": None, "Gauss": None}
    assert in_use("Byron") == ["mairie@aigne.example"]


def test_the_preview_names_who_left_and_keeps_the_choice(office: FlaskClient) -> None:
    bring(ADA, BEA, CARL)
    db.session.rollback()
    with transaction():
        file = importing.receive("maires.csv", "\n".join([HEADER, ADA, CARL, ""]).encode(), AT)
        page = f"/admin/contacts/imports/{file.id}"
    assert "Byron" in office.get(page).text
    office.post(f"{page}/departures", data={"close": "1"})
    assert latest().choices == {"departed": True}
    office.post(page)
    assert mayors()["Byron"] is not None


def test_a_register_brings_its_kind_and_its_source() -> None:
    bring(ADA)
    file = latest()
    assert (file.kind, file.source.split(" (")[0]) == ("mayor", "Répertoire national des élus")
