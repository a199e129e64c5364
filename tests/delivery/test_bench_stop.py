"""The measure of a stop: embedded and over two workers, no more leaves than was on the wire."""

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, inspect

from tests.conftest import Runner
from tests.postgresql import Cluster


@pytest.fixture
def empty(cluster: Cluster) -> Iterator[str]:
    yield cluster.create("bench_stop")
    cluster.drop("bench_stop")


def test_after_the_commit_each_connection_takes_one_more_at_most(runner: Runner, empty: str) -> None:
    asked = ("--messages", "1500", "--connections", "4", "--database", empty, "--json")
    stops = json.loads(runner.run("bench", "stop", *asked).stdout)
    assert [(one["database"], one["workers"]) for one in stops] == [("sqlite", 0), ("postgresql", 2)]
    for one in stops:
        assert one["after"] <= one["connections"] == 4
    engine = create_engine(empty)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_workers_are_stopped_on_postgresql_only(runner: Runner) -> None:
    assert "need PostgreSQL" in runner.run("bench", "stop", "--database", "sqlite://", status=1).output
