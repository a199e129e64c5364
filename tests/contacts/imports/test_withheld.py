"""Political groups, dates of birth and professions of a file are kept nowhere but in the file itself."""

import csv
import io
import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.contacts.imports import importing
from outreach.contacts.imports.files import guarded
from outreach.contacts.imports.files.shaping import Shape
from outreach.contacts.imports.models import ColumnMapping, ImportFile, ImportState
from outreach.contacts.imports.rows.vocabulary import Field
from outreach.contacts.models import Contact
from outreach.database import db
from tests.contacts.imports.files import PAGES, give, latest

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("app", "database_kind")]

SignIn = Callable[..., FlaskClient]

HEADER = "Nom;Date de naissance;Prénom;Liste;Courriel;Groupe politique;Commune"
ROWS = (
    "Roy;12/03/1961;Ada;DVG;ada@@ville.example;Groupe Écologiste et Citoyen;Laval",
    "Bonnet;02/11/1970;Luc;Les Républicains;luc@ville.example;Les Indépendants de la Sarthe;Allonnes",
)
PRIVATE = ("1961", "1970", "DVG", "Républicains", "Écologiste", "Indépendants")


def as_file(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *rows, ""]).encode()


def said(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def assert_none_of(words: tuple[str, ...], text: str) -> None:
    assert [word for word in words if word in text] == []


def test_the_samples_of_a_column_that_is_never_imported_are_neither_kept_nor_shown(signed_in: SignIn) -> None:
    office = signed_in()
    give(office, as_file(*ROWS))
    file = latest()
    assert_none_of(PRIVATE, json.dumps(file.shape, ensure_ascii=False))
    page = office.get(f"{PAGES}/{file.id}/columns?lang=en").text
    assert_none_of(PRIVATE, page)
    assert page.count("never imported, not kept") == 3
    assert "ada@@ville.example" in page


def test_refused_rows_are_kept_without_them_and_come_back_corrected(signed_in: SignIn) -> None:
    office = signed_in()
    preview = give(office, as_file(*ROWS))
    before = office.get(f"{preview}/refused.csv?lang=fr").data
    office.post(preview)
    kept = db.session.scalars(select(ImportFile.refused)).one() or b""
    for content in (before, kept):
        assert_none_of(PRIVATE, content.decode())
        header, row = said(content)
        assert header == ["Nom", "Prénom", "Courriel", "Commune", "Motif du refus"]
        assert row[:-1] == ["Roy", "Ada", "ada@@ville.example", "Laval"]
    office.post(give(office, kept.replace(b"@@", b"@"), "corrigé.csv"))
    assert (latest().state, latest().summary["new"]) == (ImportState.DONE, 1)
    assert set(db.session.scalars(select(Contact.family_name))) == {"Roy", "Bonnet"}


def test_what_was_chosen_for_a_file_is_proposed_for_its_refused_rows(signed_in: SignIn) -> None:
    office = signed_in()
    office.post(PAGES, data={"file": (io.BytesIO(as_file(*ROWS)), "maires.csv")})
    chosen = {"column-0": "full_name", "column-4": "email", "column-6": "constituency"}
    where = f"{PAGES}/{latest().id}"
    office.post(f"{where}/columns", data={"kind": "mayor", "source": "Annuaire"} | chosen)
    office.post(where)
    kept = db.session.scalars(select(ImportFile.refused)).one() or b""
    office.post(PAGES, data={"file": (io.BytesIO(kept), "corrige.csv")})
    assert importing.mapping_of(latest()) == {Field.FULL_NAME: 0, Field.EMAIL: 2, Field.CONSTITUENCY: 3}
    assert len(db.session.scalars(select(ColumnMapping.fingerprint)).all()) == 2


def test_of_a_row_that_does_not_fit_what_may_have_shifted_stays_out_too() -> None:
    long = "Roy;de;12/03/1961;Ada;DVG;ada@ville.example;Groupe Écologiste et Citoyen;Laval"
    short = "Bonnet;02/11/1970;Luc;Les Républicains;luc@ville.example;Groupe des Indépendants"
    sheet = guarded.read(as_file(*ROWS, long, short))
    rows = importing.refused_rows(sheet, [(one.number, "Il ne suit pas l’en-tête.") for one in sheet.misfits], "fr")
    assert len(said(rows)) == 3
    assert_none_of(PRIVATE, rows.decode())
    assert all(name in rows.decode() for name in ("Roy", "Bonnet", "luc@ville.example"))


def test_given_names_that_are_spelt_like_a_party_stay() -> None:
    sheet = guarded.read(as_file("Bonnet;Luc;luc@@x.example", "Zorn;Luc;eve@@x.example", header="Nom;Prénom;Courriel"))
    assert said(importing.refused_rows(sheet, [(2, "?"), (3, "?")], "fr"))[1][:2] == ["Bonnet", "Luc"]
    assert Shape.of(sheet).samples[1] == ["Luc"]
