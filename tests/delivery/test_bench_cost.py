"""The measure of what a message costs the database, on both of them."""

import json
import shutil

import pytest
from flask import Flask

from tests.conftest import Runner
from tests.postgresql import Cluster

pytestmark = pytest.mark.skipif(
    shutil.which("smtp-sink", path="/usr/sbin:/usr/lib/postfix/sbin:/usr/bin") is None,
    reason="smtp-sink comes with postfix",
)
FIGURES = ("planned_rows", "planned_log", "sent_log", "commits_per_thousand")


def test_it_weighs_rows_and_log_in_sqlite(app: Flask, runner: Runner) -> None:
    found = json.loads(runner.run("bench", "cost", "--messages", "50", "--json").stdout)
    assert (found["messages"], found["database"]) == (50, "sqlite")
    assert all(found[name] > 0 for name in FIGURES)


def test_it_weighs_rows_and_log_in_postgresql(runner: Runner, cluster: Cluster) -> None:
    found = json.loads(
        runner.run("bench", "cost", "--messages", "50", "--database", cluster.create("bench_cost"), "--json").stdout
    )
    cluster.drop("bench_cost")
    assert found["database"] == "postgresql"
    assert all(found[name] > 0 for name in FIGURES)
