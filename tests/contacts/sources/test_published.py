"""Lists published as JSON, laid out as a table."""

import io
import json
import zipfile
from typing import Any

import pytest

from outreach.contacts.imports.files.opening import read_sheet
from outreach.contacts.imports.files.sheets import SHELL, Limits
from outreach.contacts.imports.rows.columns import propose
from outreach.contacts.imports.rows.reading import read_records
from outreach.contacts.imports.rows.records import Defaults, Record
from outreach.contacts.sources.presets import recognised
from outreach.errors import Refusal


def deputy(name: str, *, until: str | None = None, emails: tuple[str, ...] = ("a@assemblee.test",)) -> dict[str, Any]:
    nil = {"@xsi:nil": "true"}
    seat = {
        "typeOrgane": "ASSEMBLEE",
        "dateDebut": "2024-07-07",
        "dateFin": until or nil,
        "election": {"lieu": {"departement": "Sarthe", "numDepartement": "72", "numCirco": "4"}},
        "mandature": {"datePriseFonction": "2024-07-08"},
    }
    office = {"type": "2", "numeroRue": "7", "nomRue": "rue de la Paix", "codePostal": "72000", "ville": "Le Mans"}
    mails = [{"type": "15", "valElec": email} for email in emails]
    return {
        "acteur": {
            "etatCivil": {"ident": {"civ": "Mme", "prenom": "Ada", "nom": name}, "infoNaissance": {"dateNais": "1949"}},
            "adresses": {"adresse": [office, *mails]},
            "mandats": {"mandat": [{"typeOrgane": "PARPOL", "dateFin": None}, seat]},
        }
    }


def archive(documents: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in documents.items():
            packed.writestr(name, content)
    return made.getvalue()


def records(content: bytes) -> list[Record]:
    sheet = read_sheet(content, SHELL)
    preset = recognised(sheet.header)
    kind = preset.kind if preset else None
    return [one.record for one in read_records(sheet, propose(sheet), Defaults(kind=kind, reserved=True)) if one.record]


def test_a_deputy_comes_with_seat_term_office_and_every_address() -> None:
    content = json.dumps(deputy("Lovelace", emails=("a@assemblee.test", "permanence@sarthe.test"))).encode()
    (found,) = records(content)
    assert (found.given_name, found.family_name, found.office) == ("Ada", "Lovelace", "Députée")
    assert found.constituency == "Sarthe, 4e circonscription"
    assert str(found.since) == "2024-07-08"
    assert found.emails == ("a@assemblee.test", "permanence@sarthe.test")
    assert (found.postal_code, found.locality) == ("72000", "Le Mans")


def test_an_archive_gives_all_who_sit_and_nobody_who_has_left() -> None:
    content = archive(
        {
            "json/acteur/PA1.json": json.dumps(deputy("Lovelace")).encode(),
            "json/acteur/PA2.json": json.dumps(deputy("Byron", until="2024-06-09")).encode(),
            "json/organe/PO1.json": b'{"organe": {}}',
        }
    )
    assert [one.family_name for one in records(content)] == ["Lovelace"]


def test_a_service_of_the_directory_comes_with_its_place_and_addresses() -> None:
    service = {
        "nom": "CCAS - Le Mans",
        "pivot": [{"type_service_local": "ccas"}],
        "adresse": [{"numero_voie": "3 rue du Port", "code_postal": "72000", "nom_commune": "Le Mans"}],
        "adresse_courriel": ["ccas@lemans.test"],
        "telephone": [{"valeur": "02 43 00 00 00"}],
    }
    (found,) = records(json.dumps({"service": [service]}).encode())
    assert (found.kind.value, found.organisation, found.emails) == ("ccas", "CCAS - Le Mans", ("ccas@lemans.test",))
    assert (found.street, found.department) == ("3 rue du Port", "72")


def test_other_json_is_refused_with_a_sentence() -> None:
    with pytest.raises(Refusal, match="ask for the same list as CSV"):
        read_sheet(b'[{"nom": "x"}]', SHELL)


def test_damaged_json_is_refused_with_a_sentence() -> None:
    with pytest.raises(Refusal, match="damaged"):
        read_sheet(b'{"acteur": {', SHELL)


def test_an_archive_that_unpacks_to_too_much_is_refused() -> None:
    bomb = archive({"json/acteur/PA1.json": b'{"acteur": "' + b" " * 2_000_000 + b'"}'})
    with pytest.raises(Refusal, match="too much text"):
        read_sheet(bomb, Limits(size=1_000_000, rows=10, characters=100_000))
