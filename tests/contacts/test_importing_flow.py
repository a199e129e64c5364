"""Files of contacts: what each row becomes, and what no import ever changes."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.datastructures import FileStorage

from outreach.accounts.models import AuditEntry
from outreach.contacts import actions, queries
from outreach.contacts.imports import importing
from outreach.contacts.imports.models import ImportFile, ImportState
from outreach.contacts.imports.plans.matching import WHICH
from outreach.contacts.imports.plans.planning import Plan, Verdict
from outreach.contacts.imports.rows.columns import propose
from outreach.contacts.imports.rows.vocabulary import Field
from outreach.contacts.kinds import Kind
from outreach.contacts.models import (
    Contact,
    ContactChange,
    Suppression,
    SuppressionReason,
)
from outreach.contacts.searching import listing
from outreach.contacts.searching.filters import Filters
from outreach.contacts.searching.models import SearchWord
from outreach.database import db, transaction
from tests import people
from tests.contacts.directory import AT
from tests.snapshots import changed, snapshot

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("app", "database_kind")]

HEADER = "nom;prenom;civilite;courriel;commune;code postal;telephone"
ROWS = """
Béchu;Zoé;F;mairie@allonnes.example;Allonnes;49650;0241520030
Martin;Léa;F;lea@a.example;Le Mans;72000;
Maes;An;;;Laval;53000;
"""


def bring(rows: str, kind: Kind = Kind.MAYOR, header: str = HEADER, dry: bool = False) -> Plan:
    """Import a CSV of these rows."""
    content = f"{header}\n{rows.strip()}\n".encode()
    db.session.rollback()
    with transaction():
        file = importing.receive("liste.csv", content, AT)
        sheet = importing.sheet_of(file)
        importing.choose(file, sheet.header, importing.mapping_of(file), kind.value, "Annuaire")
        plan = importing.preview(file, sheet, reserved=True)
        if not dry:
            importing.bring_in(file, sheet, plan, AT, [(one.row, str(one.reason)) for one in plan.refused])
    return plan


def counts(plan: Plan) -> dict[str, int]:
    return {name: number for name, number in plan.counts().items() if number}


def names() -> list[str]:
    db.session.rollback()
    return [one.name for one in listing.everyone(Filters())]


def person(name: str) -> Contact:
    db.session.rollback()
    found = db.session.scalars(select(Contact.id).where(Contact.family_name == name).order_by(Contact.id)).first()
    assert found is not None
    return queries.get_contact(found)


def test_new_rows_come_in_with_all_that_they_say() -> None:
    assert counts(bring(ROWS)) == {"rows": 3, "new": 3}
    mayor = person("Béchu")
    address, mandate = mayor.addresses[0], mayor.mandates[0]
    assert (mayor.kind, mayor.department, mayor.phone) == (Kind.MAYOR, "49", "0241520030")
    assert mayor.organisation is not None
    assert mayor.organisation.name == "Mairie d'Allonnes"
    assert (address.email, address.source, address.preferred) == ("mairie@allonnes.example", "Annuaire", True)
    assert (mandate.kind, mandate.constituency, address.mandate_id) == (Kind.MAYOR, "Allonnes", mandate.id)
    assert str(mayor.retain_until) == str(address.retain_until) == "2029-03-02"
    assert [one.name for one in listing.page(Filters(q="allonnes mairie")).contacts] == ["Zoé Béchu"]


def test_the_same_file_again_is_identical_and_writes_nothing_about_contacts() -> None:
    bring(ROWS)
    before = snapshot(db.engine)
    assert counts(bring(ROWS)) == {"rows": 3, "identical": 3}
    assert changed(before, snapshot(db.engine)) == ["audit_entry", "import_file"]


def test_capitals_and_accents_make_no_other_person() -> None:
    bring(ROWS)
    assert counts(bring("BECHU;ZOE;F;MAIRIE@allonnes.example;ALLONNES;49650;")) == {"rows": 1, "identical": 1}


def test_another_name_at_a_known_address_shares_the_mailbox() -> None:
    bring(ROWS)
    plan = bring("Durand;Luc;M;mairie@allonnes.example;Allonnes;49650;")
    assert counts(plan) == {"rows": 1, "new": 1}
    assert plan.entries[0].shared
    assert person("Durand").addresses[0].digest == person("Béchu").addresses[0].digest


def test_what_changed_is_changed_field_by_field_and_kept_in_the_history() -> None:
    bring(ROWS)
    plan = bring("Béchu;Zoé;F;mairie@allonnes.example;Allonnes;49650;0299999999")
    assert plan.entries[0].changes == {"phone": ("0241520030", "0299999999")}
    mayor = person("Béchu")
    assert mayor.phone == "0299999999"
    kept = db.session.scalars(select(ContactChange).where(ContactChange.field == "phone")).one()
    assert (kept.before, kept.after, kept.user_id) == ("0241520030", "0299999999", None)
    assert kept.import_id is not None


def test_an_empty_cell_takes_nothing_away() -> None:
    bring(ROWS)
    assert counts(bring("Béchu;Zoé;;mairie@allonnes.example;;;")) == {"rows": 1, "identical": 1}


def test_somebody_without_an_address_is_known_by_name_kind_departement_and_town() -> None:
    bring(ROWS)
    assert counts(bring("Maes;An;;;Laval;53000;0243000000")) == {"rows": 1, "changed": 1}
    assert counts(bring("Maes;An;;;Mayenne;53100;")) == {"rows": 1, "new": 1}
    assert counts(bring("Maes;An;;;Laval;53000;", Kind.DEPUTY)) == {"rows": 1, "new": 1}


def test_somebody_who_had_no_address_gets_one() -> None:
    bring(ROWS)
    plan = bring("Maes;An;;an@laval.example;Laval;53000;")
    assert plan.entries[0].changes == {"email": ("", "an@laval.example")}
    assert [(one.email, one.preferred) for one in person("Maes").addresses] == [("an@laval.example", True)]
    assert [one.name for one in listing.page(Filters(q="an@laval")).contacts] == ["An Maes"]


def test_rows_of_one_contact_are_put_together() -> None:
    rows = "Béchu;Zoé;F;mairie@allonnes.example;Allonnes;49650;\nBECHU;Zoé;;mairie@allonnes.example;;;0241520030"
    plan = bring(rows)
    assert counts(plan) == {"rows": 2, "new": 1, "duplicates": 1}
    assert plan.taken(Verdict.DUPLICATE)[0].same_as == 2
    assert person("Béchu").phone == "0241520030"
    assert counts(bring(rows)) == {"rows": 2, "identical": 1, "duplicates": 1}


def test_refused_rows_stay_out_and_the_others_come_in() -> None:
    plan = bring("Béchu;Zoé;F;mairie@@allonnes.example;Allonnes;49650;\nMartin;Léa;F;lea@a.example;Le Mans;72000;")
    assert counts(plan) == {"rows": 2, "new": 1, "refused": 1}
    refused = plan.refused[0]
    assert (refused.row, refused.column, refused.value) == (2, "courriel", "mairie@@allonnes.example")
    assert names() == ["Léa Martin"]


def test_the_refused_rows_come_back_corrected_and_are_recognised() -> None:
    bring("Béchu;Zoé;F;mairie@@allonnes.example;Allonnes;49650;\nMartin;Léa;F;lea@a.example;Le Mans;72000;")
    content = db.session.scalars(select(ImportFile.refused)).one()
    assert content is not None
    header, row = csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
    assert (header[-1], row[3]) == ("Why it was refused", "mairie@@allonnes.example")
    assert importing.fingerprint(header) == importing.fingerprint(HEADER.split(";"))
    corrected = content.replace(b"@@", b"@")
    db.session.rollback()
    with transaction():
        file = importing.receive("corrige.csv", corrected, AT)
        assert importing.mapping_of(file) == propose(importing.sheet_of(file))


def test_nothing_comes_in_when_something_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    before = snapshot(db.engine)

    def broken(*_arguments: object) -> None:
        raise RuntimeError("the power is cut")

    monkeypatch.setattr(importing, "_remember", broken)
    with pytest.raises(RuntimeError):
        bring(ROWS)
    assert changed(before, snapshot(db.engine)) == []


@pytest.mark.parametrize("reason", [SuppressionReason.OPT_OUT, SuppressionReason.BOUNCE, SuppressionReason.STAFF])
def test_no_import_lifts_a_suppression(reason: SuppressionReason) -> None:
    with transaction():
        actions.suppress("lea@a.example", reason, AT)
    assert counts(bring(ROWS)) == {"rows": 3, "new": 3}
    assert queries.usable_address(person("Martin").id) is None
    assert db.session.scalars(select(Suppression.lifted_at)).all() == [None]


def test_no_import_brings_back_somebody_who_was_erased() -> None:
    with transaction():
        actions.suppress("lea@a.example", SuppressionReason.ERASURE, AT)
    plan = bring(ROWS)
    assert counts(plan) == {"rows": 3, "new": 2, "refused": 1}
    assert "asked to be erased" in str(plan.refused[0].reason)
    assert "Léa Martin" not in names()


def test_no_import_undoes_a_correction_by_hand() -> None:
    bring(ROWS)
    number = person("Béchu").id
    db.session.rollback()
    with transaction():
        user = people.member()
        db.session.flush()
        contact = queries.get_contact(number)
        values = {"phone": "0600000000", "locality": "Allonnes-sur-Sarthe"}
        actions.edit_contact(contact, at=AT, user_id=user.id, emails=["zoe@allonnes.example"], **values)  # type: ignore[arg-type]
    plan = bring("Béchu;Zoé;F;mairie@allonnes.example;Allonnes;49700;0299999999")
    assert plan.entries[0].changes == {"postal_code": ("49650", "49700")}
    mayor = person("Béchu")
    assert (mayor.phone, mayor.locality) == ("0600000000", "Allonnes-sur-Sarthe")
    assert [one.email for one in mayor.in_use] == ["zoe@allonnes.example"]


def test_nobody_typed_by_hand_is_overwritten() -> None:
    with transaction():
        user = people.member()
        db.session.flush()
        actions.add_contact(
            kind=Kind.MAYOR,
            given_name="Zoé",
            family_name="Béchu",
            phone="0600000000",
            emails=["mairie@allonnes.example"],
            at=AT,
            source="by hand",
            user_id=user.id,
        )
    plan = bring("Béchu;Zoé;F;mairie@allonnes.example;Allonnes;49650;0299999999")
    assert set(plan.entries[0].changes) == {
        "gender",
        "organisation",
        "postal_code",
        "locality",
        "department",
        "mandate",
    }
    assert person("Béchu").phone == "0600000000"


def test_somebody_known_in_another_quality_gains_a_mandate_and_stays_who_they_are() -> None:
    bring(ROWS)
    plan = bring("Béchu;Zoé;F;mairie@allonnes.example;Angers;49000;0299999999", Kind.DEPARTMENTAL_COUNCILLOR)
    assert set(plan.entries[0].changes) == {"mandate"}
    mayor = person("Béchu")
    assert (mayor.kind, mayor.phone) == (Kind.MAYOR, "0241520030")
    assert [one.kind for one in mayor.mandates] == [Kind.MAYOR, Kind.DEPARTMENTAL_COUNCILLOR]
    again = bring("Béchu;Zoé;F;mairie@allonnes.example;Angers;49000;0299999999", Kind.DEPARTMENTAL_COUNCILLOR)
    assert counts(again) == {"rows": 1, "identical": 1}


def test_the_words_follow_what_an_import_changes() -> None:
    header = "organisme;courriel;commune;code postal"
    bring("Secours du Cœur;contact@secours.example;Le Mans;72000", Kind.ASSOCIATION, header)
    bring("Secours du Cœur;contact@secours.example;Allonnes;72700", Kind.ASSOCIATION, header)
    found = set(db.session.scalars(select(SearchWord.word)))
    assert "allonnes" in found
    assert "mans" not in found


def test_the_mapping_of_a_shape_is_remembered() -> None:
    header = "a;b;c"
    content = f"{header}\nBéchu;Zoé;zoe@a.example\n".encode()
    with transaction():
        file = importing.receive("premier.csv", content, AT)
        sheet = importing.sheet_of(file)
        chosen = {"family_name": 0, "given_name": 1, "email": 2}
        importing.choose(file, sheet.header, {Field(name): n for name, n in chosen.items()}, "press", "x")
        importing.bring_in(file, sheet, importing.preview(file, sheet, reserved=True), AT, [])
    with transaction():
        later = importing.receive("second.csv", content, AT + timedelta(days=1))
        assert later.mapping == chosen


def test_the_number_of_statements_does_not_grow_with_the_rows() -> None:
    def statements(rows: int, prefix: str) -> int:
        lines = "\n".join(f"{prefix}{n};Luc;M;{prefix}{n}@a.example;Ville{prefix}{n};72000;" for n in range(rows))
        seen: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        bring(lines)
        event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    statements(1, "Aa")
    assert statements(400, "Bb") == statements(20, "Cc")


def test_the_audit_log_counts_and_names_nobody() -> None:
    bring(ROWS)
    entry = db.session.scalars(select(AuditEntry)).one()
    assert entry.action == "contacts.imported"
    assert entry.details == {"rows": 3, "new": 3, "changed": 0, "identical": 0, "duplicates": 0, "refused": 0}


SignIn = Callable[..., FlaskClient]


@pytest.fixture
def office(signed_in: SignIn) -> FlaskClient:
    return signed_in()


def give(office: FlaskClient, content: bytes, name: str = "maires.csv") -> str:
    file = FileStorage(io.BytesIO(content), name)
    return str(office.post("/admin/contacts/imports", data={"file": file}).location)


def form_of(file: ImportFile, **more: str) -> dict[str, str]:
    return {"kind": file.kind, "source": "Annuaire"} | {f"column-{n}": name for name, n in file.mapping.items()} | more


def latest() -> ImportFile:
    db.session.rollback()
    return db.session.scalars(select(ImportFile).order_by(ImportFile.id.desc())).first() or ImportFile()


def test_a_file_walks_through_the_pages(office: FlaskClient, app: Flask) -> None:
    bad = "Durand;Luc;M;pas une adresse;Angers;49000;"
    columns = give(office, f"{HEADER}\n{ROWS.strip()}\n{bad}\n".encode())
    page = office.get(columns).text
    assert "mairie@allonnes.example" in page
    file = latest()
    assert file.kind == "mayor"
    preview = office.post(columns, data=form_of(file)).location
    shown = office.get(preview).text
    assert "pas une adresse" in shown
    assert "Importer 3 lignes" in shown
    assert names() == []
    in_english = office.get(f"{preview}/refused.csv?lang=en").data.decode("utf-8-sig")
    assert in_english.splitlines()[0].endswith(";Why it was refused")
    refused = office.get(f"{preview}/refused.csv?lang=fr").data.decode("utf-8-sig")
    assert refused.splitlines()[0].endswith(";Motif du refus")
    assert refused.splitlines()[1].startswith("Durand;Luc;M;pas une adresse;Angers;49000;;courriel – ")
    done = office.post(preview)
    assert names() == ["Zoé Béchu", "An Maes", "Léa Martin"]
    result = office.get(done.location).text
    assert "Le fichier est importé" in result
    assert office.get(f"{preview}/refused.csv").data.decode("utf-8-sig") == refused
    assert latest().content is None
    assert office.post(preview).status_code == 404
    assert len(names()) == 3


def test_a_file_may_be_given_up(office: FlaskClient, app: Flask) -> None:
    columns = give(office, f"{HEADER}\n{ROWS.strip()}\n".encode())
    office.post(columns.replace("/columns", "/give-up"))
    file = latest()
    assert (file.state, file.content) == (ImportState.DROPPED, None)
    assert office.get(columns).status_code == 404


@pytest.mark.parametrize(
    ("content", "sentence"), [(b"", "Le fichier est vide"), (b"%PDF-1.7 ...", "Ce n’est pas un tableau")]
)
def test_a_file_that_is_no_table_is_refused_beside_its_field(
    office: FlaskClient, app: Flask, content: bytes, sentence: str
) -> None:
    answer = office.post("/admin/contacts/imports", data={"file": FileStorage(io.BytesIO(content), "x.csv")})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert office.post("/admin/contacts/imports", data={}).status_code == 422


def test_columns_are_corrected_and_what_is_wrong_is_said(office: FlaskClient, app: Flask) -> None:
    columns = give(office, b"a;b;c\nBechu;Zoe;zoe@a.example\n", "liste.csv")
    file = latest()
    nothing = office.post(columns, data={"kind": "press", "source": "x"})
    assert nothing.status_code == 422
    twice = form_of(file) | {"kind": "press", "column-0": "family_name", "column-1": "family_name"}
    assert "a et b" in office.post(columns, data=twice).text
    good = {"kind": "press", "source": "x", "column-0": "family_name", "column-1": "given_name", "column-2": "email"}
    assert "f-kind-error" in office.post(columns, data=good | {"kind": ""}).text
    assert "f-source-error" in office.post(columns, data=good | {"source": ""}).text
    assert office.post(columns, data=good).status_code == 302


def test_looking_changes_nothing(office: FlaskClient, app: Flask) -> None:
    columns = give(office, f"{HEADER}\n{ROWS.strip()}\n".encode())
    office.post(columns, data=form_of(latest()))
    preview = columns.replace("/columns", "")
    before = snapshot(db.engine)
    for path in (columns, preview, f"{preview}/refused.csv", "/admin/contacts/imports"):
        assert office.get(path).status_code == 200
        assert office.head(path).status_code == 200
    assert changed(before, snapshot(db.engine)) == []


def test_of_two_namesakes_in_a_departement_nobody_is_taken_whom_the_row_does_not_name() -> None:
    bring("Martin;Jean;M;;Le Mans;72000;0243000001\nMartin;Jean;M;;La Flèche;72200;0243000002\n")
    header = "nom;prenom;civilite;departement;telephone"
    plan = bring("Martin;Jean;M;72;0243999999\nMartin;Jean;M;72;0243999999\n", header=header)
    assert counts(plan) == {"rows": 2, "new": 1, "duplicates": 1}
    (new,) = plan.taken(Verdict.NEW)
    assert [one.place for one in new.resembles] == ["Le Mans", "La Flèche"]
    assert {one.reason for one in new.resembles} == {WHICH}
    phones = sorted(db.session.scalars(select(Contact.phone)))
    assert [phone[-4:] for phone in phones] == ["0001", "0002", "9999"]


def test_of_two_namesakes_the_one_in_the_town_of_the_row_is_taken() -> None:
    bring("Martin;Jean;M;;Le Mans;72000;\nMartin;Jean;M;;La Flèche;72200;\n")
    plan = bring("Martin;Jean;M;;La Flèche;72200;0243999999\n")
    assert counts(plan) == {"rows": 1, "changed": 1}
    assert db.session.scalars(select(Contact.locality).where(Contact.phone != "")).all() == ["La Flèche"]


def test_cells_beyond_the_header_come_back_behind_the_reasons() -> None:
    content = b"nom;prenom;courriel\nBonnet;Luc;\nMartin;Jean;;02 43 00 00 00;trop\nZorn;Eve;\n"
    with transaction():
        file = importing.receive("liste.csv", content, AT)
        sheet = importing.sheet_of(file)
    rows = importing.refused_rows(sheet, [(sheet.misfits[0].number, "Too many cells.")], "en").decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(rows), delimiter=";"))[1] == [
        *("Martin", "Jean", "", "Too many cells.", "02 43 00 00 00", "trop")
    ]
