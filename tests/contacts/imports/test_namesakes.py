"""Files that name people of one name without telling them apart: the same file again finds those who came with it."""

import pytest
from sqlalchemy import select

from outreach.contacts.imports import importing
from outreach.contacts.imports.files.opening import read_sheet
from outreach.contacts.imports.plans.matching import WHICH
from outreach.contacts.imports.plans.planning import Plan, Verdict
from outreach.contacts.models import Contact
from outreach.database import db, transaction
from tests.contacts.directory import AT

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("app", "database_kind")]

HEADER = "nom;prenom;departement;commune;courriel;telephone;remarques"
KNOWN = ("Martin;Jean;72;Le Mans;;0243000001;", "Martin;Jean;72;La Flèche;;0243000002;")


def bring(*rows: str) -> Plan:
    """Bring a file of these rows in."""
    content = "\n".join([HEADER, *rows, ""]).encode()
    sheet = read_sheet(content)
    db.session.rollback()
    with transaction():
        file = importing.receive("liste.csv", content, AT, sheet=sheet)
        importing.choose(file, sheet.header, importing.mapping_of(file), "mayor", "Annuaire")
        plan = importing.preview(file, sheet, reserved=True)
        importing.bring_in(file, sheet, plan, AT, [(one.row, str(one.reason)) for one in plan.refused])
    return plan


def phones() -> list[str]:
    """The telephones of everybody, the last four figures."""
    db.session.rollback()
    return sorted(one[-4:] for one in db.session.scalars(select(Contact.phone)))


def counts(plan: Plan) -> dict[str, int]:
    return {name: number for name, number in plan.counts().items() if number}


FILES = {
    "one whom the file does not place": ["Martin;Jean;72;;;0243000009;"],
    "two whom it does not place": ["Martin;Jean;72;;;0243000009;", "Martin;Jean;72;;;0243000008;"],
    "one of whom nothing is said": ["Martin;Jean;72;;;;"],
    "one said twice, with more": ["Martin;Jean;72;;;0243000009;", "Martin;Jean;72;;;;le matin"],
    "placed afterwards": ["Martin;Jean;72;;;0243000009;", "Martin;Jean;72;Sablé-sur-Sarthe;;0243000005;"],
    "placed before": ["Martin;Jean;72;Sablé-sur-Sarthe;;0243000005;", "Martin;Jean;72;;;0243000009;"],
    "without an address among addresses": [
        "Roux;Luc;72;Le Mans;luc@a.example;;",
        "Roux;Luc;72;Le Mans;luc@b.example;;",
        "Roux;Luc;72;Le Mans;;0243000007;",
        "Roux;Luc;72;Le Mans;;0243000007;",
    ],
    "an address for one of them": ["Martin;Jean;72;;jean@a.example;0243000009;"],
}


@pytest.mark.parametrize("rows", FILES.values(), ids=FILES)
@pytest.mark.parametrize("before", [(), KNOWN[:1], KNOWN], ids=["nobody known", "one known", "two known"])
def test_the_same_file_again_and_again_changes_nothing(before: tuple[str, ...], rows: list[str]) -> None:
    if before:
        bring(*before)
    bring(*rows)
    then = phones()
    for _ in range(2):
        again = counts(bring(*rows))
        assert set(again) <= {"rows", "identical", "duplicates"}
        assert phones() == then


def test_a_row_that_says_what_nobody_is_known_to_say_is_somebody_else() -> None:
    bring(*KNOWN)
    assert counts(bring("Martin;Jean;72;;;0243000009;")) == {"rows": 1, "new": 1}
    assert phones() == ["0001", "0002", "0009"]
    assert counts(bring("Martin;Jean;72;;;0243000008;")) == {"rows": 1, "new": 1}
    assert phones() == ["0001", "0002", "0008", "0009"]


def test_a_row_that_names_nobody_of_two_fills_in_neither() -> None:
    bring("Martin;Jean;72;Le Mans;;;", "Martin;Jean;72;La Flèche;;;")
    again = bring("Martin;Jean;72;Le Mans;;;", "Martin;Jean;72;;;0243000009;")
    assert counts(again) == {"rows": 2, "new": 1, "identical": 1}
    assert phones() == ["", "", "0009"]


def test_namesakes_whom_the_file_tells_apart_stay_two() -> None:
    rows = ["Roux;Luc;72;Le Mans;luc@a.example;;", "Roux;Luc;72;Le Mans;luc@b.example;;"]
    assert counts(bring(*rows)) == {"rows": 2, "new": 2}
    assert counts(bring(*rows)) == {"rows": 2, "identical": 2}
    assert counts(bring(*KNOWN)) == {"rows": 2, "new": 2}
    assert counts(bring(*KNOWN)) == {"rows": 2, "identical": 2}


def test_a_row_that_contradicts_an_earlier_one_of_its_file_is_somebody_else() -> None:
    bring(*KNOWN)
    rows = [KNOWN[0], "Martin;Jean;72;;;0243000009;", "Martin;Jean;72;;;0243000008;", "Martin;Jean;72;;;0243000008;"]
    plan = bring(*rows)
    assert counts(plan) == {"rows": 4, "new": 2, "identical": 1, "duplicates": 1}
    assert [{one.reason for one in entry.resembles} for entry in plan.taken(Verdict.NEW)] == [{WHICH}, {WHICH}]
    assert phones() == ["0001", "0002", "0008", "0009"]
    assert set(counts(bring(*rows))) == {"rows", "identical", "duplicates"}
    assert phones() == ["0001", "0002", "0008", "0009"]


def test_a_row_that_says_over_again_what_an_earlier_one_said_is_the_same_person() -> None:
    bring(*KNOWN)
    again = bring("Martin;Jean;72;Le Mans;;0243000005;", "Martin;Jean;72;;;0243000005;")
    assert counts(again) == {"rows": 2, "changed": 1, "duplicates": 1}
    assert phones() == ["0002", "0005"]
