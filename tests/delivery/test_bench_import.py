"""The measure of imports: everybody comes in once, the second time nobody does, and the figures are there."""

import json

import pytest
from flask import Flask

from tests.conftest import Runner
from tests.postgresql import Cluster

KEYS = [
    *("rows", "database", "megabytes", "dict_reader_seconds", "seconds", "read_seconds", "compare_seconds"),
    *("write_seconds", "ratio", "index_seconds", "new", "duplicates", "again_seconds", "again_identical"),
    *("again_changed", "empty_mb", "peak_mb", "again_peak_mb"),
]


def test_it_measures_how_long_a_file_takes(app: Flask, runner: Runner) -> None:
    found = json.loads(runner.run("bench", "import", "--rows", "3500", "--json").stdout)
    assert list(found) == KEYS
    assert (found["rows"], found["database"]) == (3500, "sqlite")
    assert found["new"] + found["duplicates"] == 3500
    assert found["duplicates"] > 0
    assert (found["again_identical"], found["again_changed"]) == (3500, 0)
    steps = found["read_seconds"] + found["compare_seconds"] + found["write_seconds"]
    assert found["seconds"] == pytest.approx(steps, abs=0.01)
    assert found["again_peak_mb"] >= found["peak_mb"] >= found["empty_mb"] > 0


def test_it_measures_on_postgresql_and_leaves_it_empty(runner: Runner, cluster: Cluster) -> None:
    url = cluster.create("bench_import")
    for _again in range(2):
        said = runner.run("bench", "import", "--rows", "200", "--database", url).output
        assert "200 rows" in said
        assert "0 rows change anything" in said
    cluster.drop("bench_import")


def test_nothing_is_measured_in_a_database_with_something_in_it(app: Flask, runner: Runner, database_url: str) -> None:
    assert "not empty" in runner.run("bench", "import", "--database", database_url, status=1).output
