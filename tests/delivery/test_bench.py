"""The measure itself: every message of it is recorded, and nothing of the installation is touched."""

import json
import shutil

import pytest
from flask import Flask

from outreach.database import db
from tests.conftest import Runner
from tests.postgresql import Cluster

_WHERE = "/usr/sbin:/usr/lib/postfix/sbin:/usr/bin"


@pytest.mark.skipif(shutil.which("smtp-sink", path=_WHERE) is None, reason="smtp-sink comes with postfix")
def test_it_measures_from_queued_to_recorded(app: Flask, runner: Runner) -> None:
    found = json.loads(runner.run("bench", "send", "--messages", "60", "--json").stdout)
    assert list(found)[:5] == ["messages", "per_second", "ratio_to_smtp_source", "cpu_us", "peak_mb"]
    assert found["messages"] == 60
    assert found["ratio_to_smtp_source"] == sorted(found["ratios"])[2] > 0
    assert found["flask_mail_per_second"] > 0
    assert found["smtplib_per_second"] > 0


def test_it_measures_how_throughput_grows_with_connections(app: Flask, runner: Runner) -> None:
    runs = json.loads(runner.run("bench", "connections", "--numbers", "1,3", "--delay", "1", "--json").stdout)
    assert [run["connections"] for run in runs] == [1, 3]
    assert list(runs[0]) == ["connections", "per_second", "growth", "cpu_us"]


def test_what_is_no_number_of_connections_is_refused(runner: Runner) -> None:
    assert "--numbers" in runner.run("bench", "connections", "--numbers", "many", status=2).output


@pytest.mark.skipif(shutil.which("smtp-sink", path=_WHERE) is None, reason="smtp-sink comes with postfix")
def test_it_measures_on_an_empty_postgresql_too(runner: Runner, cluster: Cluster) -> None:
    url = cluster.create("bench")
    for _again in range(2):
        assert json.loads(runner.run("bench", "send", "--messages", "20", "--database", url, "--json").stdout)
    cluster.drop("bench")


@pytest.mark.skipif(shutil.which("smtp-sink", path=_WHERE) is None, reason="smtp-sink comes with postfix")
def test_a_database_with_something_in_it_is_refused(app: Flask, runner: Runner, database_url: str) -> None:
    refused = runner.run("bench", "send", "--messages", "5", "--database", database_url, status=1)
    assert "not empty" in refused.output
    assert db.session.connection().dialect.has_table(db.session.connection(), "campaign")


def test_without_smtp_sink_it_says_where_it_comes_from(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outreach.delivery.bench.sink._WHERE", "/nowhere")
    assert "postfix" in runner.run("bench", "send", status=1).output
