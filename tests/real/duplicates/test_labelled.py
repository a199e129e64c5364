"""How many of the labelled people of published lists are found, and how many that are shown are right."""

import json
from pathlib import Path

import pytest

from tests.conftest import Runner
from tests.real.duplicates import labelled

ELECTED = Path(__file__).parents[4] / "shared" / "data" / "elus"

pytestmark = pytest.mark.skipif(not ELECTED.is_dir(), reason="the published lists are not here")


def test_members_of_two_assemblies_and_councillors_of_a_department(runner: Runner, tmp_path: Path) -> None:
    files = [
        labelled.write(labelled.members_of_parliament(ELECTED), tmp_path / "parliament.csv"),
        labelled.write(labelled.councillors(ELECTED), tmp_path / "councillors.csv"),
    ]
    asked = [part for file in files for part in ("--labelled", file)]
    said = runner.run("bench", "duplicates", "--contacts", "1000", "--json", *asked)
    found = json.loads(said.output)["labelled"]
    parliament, councillors = found["parliament.csv"], found["councillors.csv"]
    assert (parliament["recall"] >= 0.97, parliament["precision"] >= 0.97) == (True, True), parliament
    assert (councillors["recall"] >= 0.97, councillors["precision"] >= 0.97) == (True, True), councillors
