"""The measure of workers: every message is recorded, and the database is as empty as before."""

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, inspect

from tests.conftest import Runner
from tests.postgresql import Cluster


@pytest.fixture
def empty(cluster: Cluster) -> Iterator[str]:
    yield cluster.create("bench_workers")
    cluster.drop("bench_workers")


def test_it_measures_how_throughput_grows(runner: Runner, empty: str) -> None:
    sizes = ("--workers", "2", "--messages", "20", "--connections", "2", "--delay", "1")
    runs = json.loads(runner.run("bench", "workers", "--database", empty, *sizes, "--json").stdout)
    assert [run["workers"] for run in runs] == [2]
    assert list(runs[0]) == ["workers", "seconds", "per_second", "growth"]
    engine = create_engine(empty)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_workers_are_measured_on_postgresql_only(runner: Runner) -> None:
    assert "need PostgreSQL" in runner.run("bench", "workers", "--database", "sqlite://", status=1).output


def test_what_is_no_number_of_workers_is_refused(runner: Runner, empty: str) -> None:
    refused = runner.run("bench", "workers", "--database", empty, "--workers", "many", status=2)
    assert "--workers" in refused.output
