"""The measure of reading files: its figures are there."""

import json

from tests.conftest import Runner


def test_it_measures_how_long_a_csv_and_a_workbook_take_to_read(runner: Runner) -> None:
    said = runner.run("bench", "sheet", "--rows", "200", "--workbook-rows", "100", "--json").stdout
    found = json.loads(said)
    assert (found["csv_rows"], found["workbook_rows"], found["workbook_columns"]) == (200, 100, 12)
    assert min(found["dict_reader_seconds"], found["table_seconds"], found["workbook_seconds"]) > 0
    assert found["peak_mb"] > 0


def test_its_figures_are_said_in_words(runner: Runner) -> None:
    said = runner.run("bench", "sheet", "--rows", "20", "--workbook-rows", "10").output
    assert "CSV, 20 rows" in said
    assert "XLSX, 10 x 12" in said
