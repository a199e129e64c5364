"""From the shell: sign off, launch, send what is due, pause, stop, and say how far it is."""

import json
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from outreach.accounts.models import Role
from outreach.database import now, transaction
from outreach.delivery import brake
from tests import people
from tests.conftest import Runner
from tests.delivery import campaigns
from tests.relay import Relay

pytestmark = pytest.mark.both


def status(runner: Runner, campaign: int) -> dict[str, object]:
    found: dict[str, object] = json.loads(runner.run("campaign", "status", str(campaign), "--json").stdout)
    return found


def test_a_campaign_leaves_from_the_shell(app: Flask, runner: Runner, relay: Relay) -> None:
    campaign = str(campaigns.draft())
    with transaction():
        people.member(Role.SIGN, email="maire@ville.example")
    assert "5 messages" in runner.run("campaign", "approve", campaign, "--as", "maire@ville.example").stdout
    runner.run("campaign", "launch", campaign)
    assert json.loads(runner.run("send", "--due", "--json").stdout) == {"settled": 3, "due": 0}
    with time_machine.travel(now() + timedelta(minutes=11)):
        runner.run("send", "--due")
    assert sorted(relay.recipients) == campaigns.ADDRESSES
    assert json.loads(runner.run("send", "--due", "--json").stdout) == {"settled": 0, "due": 0}


def test_status_says_how_far_it_is(app: Flask, runner: Runner, relay: Relay) -> None:
    campaign = campaigns.launched()
    runner.run("send", "--due")
    found = status(runner, campaign)
    assert (found["state"], found["total"]) == ("running", 5)
    assert found["messages"] == {
        **dict.fromkeys(("leased", "retry", "in_doubt", "failed", "rejected", "bounced", "cancelled", "suppressed"), 0),
        "queued": 2,
        "sent": 3,
    }
    assert str(found["next_batch"])[-6:] == str(found["expected_end"])[-6:] in {"+01:00", "+02:00"}
    assert "(Europe/Paris)." in runner.run("campaign", "status", str(campaign)).stdout


def test_only_somebody_who_signs_signs(app: Flask, runner: Runner) -> None:
    campaign = str(campaigns.draft())
    with transaction():
        people.member(Role.PREPARE, email="aide@ville.example")
    assert "may not sign" in runner.run("campaign", "approve", campaign, "--as", "aide@ville.example", status=1).output
    assert "no account" in runner.run("campaign", "approve", campaign, "--as", "nobody@ville.example", status=1).output
    assert "not signed off" in runner.run("campaign", "launch", campaign, status=1).output


def test_pause_resume_and_stop(app: Flask, runner: Runner, relay: Relay) -> None:
    campaign = campaigns.launched()
    runner.run("campaign", "pause", str(campaign))
    runner.run("send", "--due")
    assert relay.received == []
    runner.run("campaign", "resume", str(campaign))
    runner.run("send", "--due")
    assert len(relay.received) == 3
    runner.run("campaign", "stop", str(campaign), said="n\n", status=1)
    assert status(runner, campaign)["state"] == "running"
    runner.run("campaign", "stop", str(campaign), "--yes")
    found = status(runner, campaign)
    assert (found["state"], found["next_batch"], found["expected_end"]) == ("stopped", None, None)


def test_stop_everything_holds_every_campaign_until_it_is_let_go(app: Flask, runner: Runner, relay: Relay) -> None:
    campaigns.launched()
    runner.run("stop-everything", "--reason", "wrong date")
    assert json.loads(runner.run("send", "--due", "--json").stdout) == {"settled": 0, "due": 3}
    pulled = brake.state()
    assert pulled is not None
    assert pulled.reason == "wrong date"
    runner.run("let-go")
    assert json.loads(runner.run("send", "--due", "--json").stdout) == {"settled": 3, "due": 0}


def test_what_was_due_too_long_ago_waits_for_a_person(app: Flask, runner: Runner, relay: Relay) -> None:
    campaign = campaigns.launched()
    with time_machine.travel(now() + timedelta(days=2)):
        assert "paused" in runner.run("send", "--due").stdout
    assert status(runner, campaign)["state"] == "paused"
    assert relay.received == []


def test_a_relay_that_is_away_is_said(app: Flask, runner: Runner, relay: Relay) -> None:
    campaigns.launched()
    relay.stop()
    assert "3 are still due" in runner.run("send", "--due").stdout
