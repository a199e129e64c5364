"""The measure of planning: what it writes is what a campaign needs, and its figures are there."""

import json

import pytest
from flask import Flask

from tests.conftest import Runner
from tests.postgresql import Cluster

FIGURES = ["messages", "batches", "database", "read_seconds", "sign_off_seconds", "launch_seconds"]


def test_it_measures_how_long_planning_takes(app: Flask, runner: Runner) -> None:
    found = json.loads(runner.run("bench", "plan", "--messages", "60", "--batch-size", "25", "--json").stdout)
    assert list(found)[: len(FIGURES)] == FIGURES
    assert (found["messages"], found["batches"], found["database"]) == (60, 3, "sqlite")
    assert found["ratio_to_plain_copy"] > 0
    assert found["peak_mb"] >= found["filled_mb"] > 0


def test_it_measures_planning_on_postgresql_and_leaves_it_empty(runner: Runner, cluster: Cluster) -> None:
    url = cluster.create("bench_plan")
    for _again in range(2):
        found = json.loads(runner.run("bench", "plan", "--messages", "20", "--database", url, "--json").stdout)
        assert found["database"] == "postgresql"
    cluster.drop("bench_plan")


def test_planning_is_not_measured_in_a_database_with_something_in_it(
    app: Flask, runner: Runner, database_url: str
) -> None:
    assert "not empty" in runner.run("bench", "plan", "--database", database_url, status=1).output


@pytest.mark.parametrize("asked", ["0", "many"])
def test_a_plan_needs_messages(runner: Runner, asked: str) -> None:
    assert "--messages" in runner.run("bench", "plan", "--messages", asked, status=2).output
