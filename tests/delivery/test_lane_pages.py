"""The rates of the lanes, on their page and from the command line."""

import json
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.accounts.models import AuditEntry, Role
from outreach.database import db
from outreach.delivery.pacing import lanes
from outreach.delivery.pacing.families import Family
from tests.conftest import Runner
from tests.delivery import campaigns
from tests.relay import Relay

SignedIn = Callable[..., FlaskClient]


def test_the_rates_are_kept_and_shown(signed_in: SignedIn) -> None:
    client = signed_in(Role.ADMINISTER)
    answer = client.post("/admin/lanes?lang=en", data={"orange": "1 000", "gmail": "2500", "free": ""})
    assert answer.status_code == 303
    page = client.get("/admin/lanes?lang=en").text
    assert 'name="orange" type="text" value="1000"' in page
    assert "Orange et Wanadoo" in client.get("/admin/lanes?lang=fr").text
    assert lanes.limits() == {Family.ORANGE: 1000, Family.GMAIL: 2500}
    assert [row.details for row in db.session.scalars(select(AuditEntry).where(AuditEntry.action == "lane.limited"))]
    assert "débit modifié" in client.get("/admin/audit?lang=fr").text


@pytest.mark.parametrize("typed", ["0", "-3", "many", "10,5", "1000001"])
def test_what_is_no_rate_is_shown_again_with_its_fault(signed_in: SignedIn, typed: str) -> None:
    answer = signed_in(Role.ADMINISTER).post("/admin/lanes?lang=en", data={"sfr": typed, "orange": "500"})
    assert answer.status_code == 422
    assert "A sending rate goes from 1 to 1000000 messages an hour." in answer.text
    assert f'value="{typed}"' in answer.text
    assert lanes.limits() == {}


def test_whoever_does_not_administer_sees_them_and_changes_none(signed_in: SignedIn) -> None:
    client = signed_in(Role.READ)
    assert "Save the rates" not in client.get("/admin/lanes?lang=en").text
    assert client.post("/admin/lanes", data={"orange": "5"}).status_code == 403


def test_the_command_sets_lifts_and_shows_them(app: Flask, runner: Runner) -> None:
    runner.run("lanes", "--set", "orange=1000", "--set", "gmail=2000")
    said = json.loads(runner.run("lanes", "--set", "gmail=none", "--json").stdout)
    assert {one["family"]: one["per_hour"] for one in said["lanes"] if one["per_hour"]} == {"orange": 1000}
    assert len(said["lanes"]) == len(Family)
    assert "orange     1000" in runner.run("lanes").stdout


@pytest.mark.parametrize(
    ("typed", "status"), [("orange", 2), ("moon=5", 2), ("orange=none at all", 1), ("orange=0", 1)]
)
def test_the_command_says_what_it_cannot_read(app: Flask, runner: Runner, typed: str, status: int) -> None:
    runner.run("lanes", "--set", typed, status=status)
    assert lanes.limits() == {}


def test_the_command_that_sends_says_that_lanes_hold_the_rest_back(app: Flask, relay: Relay, runner: Runner) -> None:
    campaigns.launched(batch_size=5)
    runner.run("lanes", "--set", "others=60")
    said = runner.run("send", "--due").stdout
    assert "2 messages left or ended. 3 are still due: their sending rates are used up" in said
