"""`outreach contacts import` and `export`, as scripts use them."""

import csv
import io
import json
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from outreach.contacts.imports.models import ImportFile, ImportState
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Contact
from outreach.database import db
from tests.conftest import Runner
from tests.contacts.directory import add
from tests.snapshots import changed, snapshot

LIST = """Nom;Prénom;Courriel;Code postal;Tél
BÉCHU;Zoé;mairie@allonnes.example;49650;02 41 52 00 30
Martin;Léa;pas une adresse;72000;
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "liste.csv"
    path.write_bytes(LIST.encode("cp1252"))
    return path


def test_json_is_exactly_what_is_promised(runner: Runner, file: Path) -> None:
    said = json.loads(
        runner.run("contacts", "import", file, "--kind", "mayor", "--source", "Annuaire", "--json").stdout
    )
    refused, repairs = said.pop("refused"), said.pop("repairs")
    assert said == {"rows": 2, "new": 1, "changed": 0, "identical": 0, "duplicates": 0}
    assert [(one["row"], one["column"], one["value"]) for one in refused] == [(3, "Courriel", "pas une adresse")]
    assert set(refused[0]) == {"row", "column", "value", "reason"}
    assert {"row": 2, "column": "Nom", "from": "BÉCHU", "to": "Béchu"} in repairs
    kept = db.session.scalars(select(ImportFile)).one()
    assert (kept.state, kept.source, kept.content) == (ImportState.DONE, "Annuaire", None)


def test_a_dry_run_changes_nothing(runner: Runner, file: Path) -> None:
    before = snapshot(db.engine)
    said = runner.run("contacts", "import", file, "--kind", "mayor", "--dry-run").output
    assert "new                1" in said
    assert "row 3, Courriel: 'pas une adresse' There is no @ in this address." in said
    assert "Nothing was changed." in said
    assert changed(before, snapshot(db.engine)) == []


ZEROS = "Association;Code postal;Tél;Courriel\nLes Amis;1410;241520030;amis@@x.fr\n"


@pytest.mark.parametrize(
    ("arguments", "new", "code", "made"),
    [
        ([], 0, "", set()),
        (["--repair", "doubled_at"], 1, "1410", {"doubled_at"}),
        (["--repair", "all"], 1, "01410", {"doubled_at", "postal_zero", "phone_zero"}),
    ],
)
def test_a_guess_is_made_and_listed_only_when_it_is_asked_for(
    runner: Runner, tmp_path: Path, arguments: list[str], new: int, code: str, made: set[str]
) -> None:
    path = tmp_path / "zeros.csv"
    path.write_text(ZEROS, encoding="utf-8")
    said = json.loads(runner.run("contacts", "import", path, "--kind", "association", "--json", *arguments).stdout)
    assert said["new"] == new
    each = {
        "postal_zero": {"row": 2, "column": "Code postal", "from": "1410", "to": "01410"},
        "doubled_at": {"row": 2, "column": "Courriel", "from": "amis@@x.fr", "to": "amis@x.fr"},
        "phone_zero": {"row": 2, "column": "Tél", "from": "241520030", "to": "0241520030"},
    }
    assert said["repairs"] == [told for kind, told in each.items() if kind in made]
    assert [one.postal_code for one in db.session.scalars(select(Contact))] == ([code] if code else [])


def test_a_harmless_repair_can_be_left(runner: Runner, file: Path) -> None:
    runner.run("contacts", "import", file, "--kind", "mayor", "--leave", "capitals")
    assert [one.family_name for one in db.session.scalars(select(Contact))] == ["BÉCHU"]


def test_kinds_of_repair_are_said_with_a_sample(runner: Runner, tmp_path: Path) -> None:
    path = tmp_path / "zeros.csv"
    path.write_text(ZEROS, encoding="utf-8")
    said = runner.run("contacts", "import", path, "--kind", "association", "--dry-run").output
    assert "postal_zero, 1 (not made, see --repair postal_zero): '1410' -> '01410'" in said


def test_columns_may_be_named_in_a_file(runner: Runner, file: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "map.toml"
    mapping.write_text('organisation = "Nom"\nemail = "Courriel"\n', encoding="utf-8")
    runner.run("contacts", "import", file, "--kind", "association", "--map", mapping)
    contact = db.session.scalars(select(Contact)).one()
    assert (contact.name, contact.given_name) == ("BÉCHU", "")


@pytest.mark.parametrize(
    ("content", "arguments", "sentence"),
    [
        (b"", [], "The file is empty."),
        (b"nom;courriel\nA;a@x.fr\n", [], "No column says what kind of contacts these are"),
        (b"%PDF-1.4", ["--kind", "mayor"], "This is not a table"),
    ],
)
def test_a_file_refused_as_a_whole_ends_with_one(
    runner: Runner, tmp_path: Path, content: bytes, arguments: list[str], sentence: str
) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    result = runner.run("contacts", "import", path, *arguments, status=1)
    assert sentence in result.output
    assert db.session.scalar(select(func.count()).select_from(ImportFile)) == 0


def test_a_misused_command_ends_with_two(runner: Runner, file: Path) -> None:
    runner.run("contacts", "import", file, "--kind", "emperor", status=2)
    runner.run("contacts", "import", "nowhere.csv", status=2)


def test_the_directory_is_written_out_and_read_again(runner: Runner, tmp_path: Path) -> None:
    add("Béchu", "Zoé", "zoe@a.example", kind=Kind.MAYOR, organisation="Mairie d'Allonnes", postal_code="49650")
    add("", organisation="Secours", kind=Kind.ASSOCIATION, postal_code="72000", phone="+33241520030")
    written = runner.run("contacts", "export").stdout
    assert len(list(csv.reader(io.StringIO(written), delimiter=";"))) == 3
    path = tmp_path / "tout.csv"
    path.write_text(written, encoding="utf-8")
    said = json.loads(runner.run("contacts", "import", path, "--json").stdout)
    assert (said["rows"], said["identical"], said["refused"]) == (2, 2, [])


def test_an_export_is_filtered_and_may_be_a_workbook(runner: Runner, tmp_path: Path) -> None:
    add("Béchu", "Zoé", kind=Kind.MAYOR)
    add("Martin", "Léa", kind=Kind.DEPUTY)
    path = tmp_path / "mayors.xlsx"
    runner.run("contacts", "export", path, "--kind", "mayor")
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert [row[3] for row in rows[1:]] == ["Béchu"]
