"""The doctor finds what is wrong, and says what to do."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from config import Config
from outreach.accounts.models import Role
from outreach.dashboard import doctor
from outreach.dashboard.doctor import State
from outreach.database import now, transaction
from outreach.presence import Company, EngineState, only_engine
from tests import people
from tests.certificates import certificate
from tests.conftest import Runner
from tests.relay import Relay

LONG = "k" * 40


@pytest.fixture
def healthy(config: Config, relay: Relay) -> Config:
    return replace(config, secret_keys=(LONG,), suppression_key="s" * 40)


def named(findings: list[doctor.Finding]) -> dict[str, State]:
    return {finding.name: finding.state for finding in findings}


def test_a_sound_installation_is_well(runner: Runner, relay: Relay, data_dir: Path) -> None:
    with transaction():
        people.member(Role.ADMINISTER)
        people.city()
    with only_engine(data_dir):
        said = json.loads(runner.run("doctor", "--json").output)
    states = {check["name"]: check["state"] for check in said["checks"]}
    assert said["ok"] is True
    assert {name for name, state in states.items() if state == "ok"} == {
        "database", "migrations", "clock", "base_url", "senders", "disk", "relay", "engine", "administrators",
        "institution", "search",
    }  # fmt: skip
    assert (states["keys"], states["dns"]) == ("warning", "skipped")
    assert relay.received == []


def test_a_missing_relay_and_a_database_behind_are_failures(app: Flask, runner: Runner, relay: Relay) -> None:
    relay.stop()
    with transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    said = runner.run("doctor", status=1).output
    assert "FAILURE  relay" in said
    assert "outreach db upgrade" in said


def test_no_relay_beyond_this_machine_is_asked_where_that_is_forbidden(healthy: Config) -> None:
    finding = doctor.check_relay(replace(healthy, smtp_url="smtp://192.0.2.25"))
    assert finding.state is State.FAILURE
    assert "not on this machine" in finding.says


def test_a_relay_without_starttls_fails_where_the_settings_ask_for_it(healthy: Config, relay: Relay) -> None:
    finding = doctor.check_relay(replace(healthy, smtp_url=f"smtp+starttls://127.0.0.1:{relay.port}"))
    assert (finding.state, "STARTTLS" in finding.remedy) == (State.FAILURE, True)


def test_a_relay_with_an_untrusted_certificate_fails(healthy: Config, relay: Relay, tmp_path: Path) -> None:
    relay.tls, relay.implicit_tls = certificate(tmp_path).server(), True
    finding = doctor.check_relay(replace(healthy, smtp_url=f"smtps://127.0.0.1:{relay.port}"))
    assert (finding.state, "certificate" in finding.says) == (State.FAILURE, True)


@pytest.mark.parametrize(
    ("url", "state"),
    [
        ("https://invitations.ville.example", State.OK),
        ("http://127.0.0.1:8000", State.OK),
        ("http://[::1]:8000", State.OK),
        ("http://invitations.ville.example", State.FAILURE),
        ("invitations.ville.example", State.FAILURE),
    ],
)
def test_links_are_https_or_stay_on_this_machine(url: str, state: State) -> None:
    assert doctor.check_base_url(url).state is state


def test_keys_are_long_and_apart(healthy: Config) -> None:
    def state(config: Config) -> State:
        return next(doctor.check_keys(config)).state

    assert state(healthy) is State.OK
    assert state(replace(healthy, suppression_key=LONG)) is State.FAILURE
    assert state(replace(healthy, secret_keys=(LONG, "short"))) is State.WARNING
    assert state(replace(healthy, secret_keys=(LONG, "short"), demonstration=False)) is State.FAILURE


@pytest.mark.parametrize(
    ("mail_from", "bounces", "state"),
    [
        ("a@ville.fr", "ville.fr", State.OK),
        ("a@ville.fr", "retours.ville.fr", State.OK),
        ("a@congres.ville.fr", "ville.fr", State.OK),
        ("a@ville.fr", "relay.net", State.WARNING),
        ("a@ville.fr", "notville.fr", State.WARNING),
        ("a@ville.example", "ville.example", State.FAILURE),
        ("nobody", "ville.fr", State.FAILURE),
    ],
)
def test_senders_belong_together(healthy: Config, mail_from: str, bounces: str, state: State) -> None:
    settings = replace(healthy, mail_from=mail_from, bounce_domain=bounces, demonstration=False)
    assert doctor.check_senders(settings).state is state


def test_a_clock_that_drifts_is_a_failure() -> None:
    drift = doctor.clock_drift(now() + timedelta(seconds=90), now())
    assert named(list(doctor.check_database("ok", "ok", drift)))["clock"] is State.FAILURE
    assert named(list(doctor.check_database("ok", "ok", 0.2)))["clock"] is State.OK


def test_a_database_without_trigrams_is_said_with_its_remedy() -> None:
    assert doctor.check_search(has_trigrams=True).state is State.OK
    missing = doctor.check_search(has_trigrams=False)
    assert (missing.state, "pg_trgm" in missing.remedy) == (State.WARNING, True)


@pytest.mark.both
def test_the_clock_of_the_database_is_compared(runner: Runner, relay: Relay) -> None:
    checks = json.loads(runner.run("doctor", "--json").output)["checks"]
    assert next(check for check in checks if check["name"] == "clock")["state"] == "ok"


def test_a_folder_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    assert doctor.check_room(tmp_path / "nowhere").state is State.FAILURE


@pytest.mark.parametrize(
    ("engine", "calls_workers", "workers", "states"),
    [
        (EngineState.STUCK, False, 0, {"engine": State.FAILURE}),
        (EngineState.UNKNOWN, False, 0, {"engine": State.WARNING}),
        (EngineState.RUNNING, False, 0, {"engine": State.OK}),
        (EngineState.RUNNING, True, 2, {"engine": State.OK, "workers": State.OK}),
        (EngineState.STOPPED, True, 2, {"engine": State.WARNING, "workers": State.OK}),
        (EngineState.RUNNING, True, 0, {"engine": State.OK, "workers": State.FAILURE}),
    ],
)
def test_somebody_has_to_send(engine: EngineState, calls_workers: bool, workers: int, states: dict[str, State]) -> None:
    assert named(list(doctor.check_engine(Company(engine, workers), calls_workers))) == states
