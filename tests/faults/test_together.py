"""Several at once: processes that send what is due, and workers on PostgreSQL; each message leaves once."""

from dataclasses import replace

import pytest
from flask import Flask

from config import Config
from outreach.campaigns.models import CampaignState
from outreach.database import db
from outreach.delivery.states import MessageState
from tests.delivery.campaigns import state
from tests.faults import crowd
from tests.faults.crowd import MANY
from tests.faults.judge import at_work, judge, takers
from tests.faults.processes import ENGINE, ONCE, several, started, until
from tests.faults.test_kills import is_under_way
from tests.relay import Relay

ALL_SENT = {MessageState.SENT: MANY}
SLOW = 0.02
"""Seconds for which the relay thinks about each reply until several are at work: otherwise one may do it all alone."""


@pytest.mark.both
def test_four_processes_at_once_send_each_message_once(app: Flask, config: Config, relay: Relay, seed: int) -> None:
    campaign = crowd.launched()
    shared = db.engine.dialect.name == "postgresql"  # there, whoever finds every connection taken leaves at once
    relay.delay = 0.001 * seed if shared else SLOW
    with several(config, 4, *ONCE) as processes:
        if not shared:
            until(lambda: at_work() > 1, *processes)
            relay.delay = 0.001 * seed
        for process in processes:
            process.finish()
    found = judge(campaign, relay, MANY)
    assert (found.wrong, found.twice, found.states) == ([], 0, ALL_SENT)
    assert len(relay.received) == MANY
    assert shared or takers() > 1, "several took part"
    assert state(campaign) is CampaignState.FINISHED


@pytest.fixture
def spread(config: Config) -> Config:
    """The same installation with workers."""
    return replace(config, engine="procrastinate")


WORKER = ("worker",)


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_four_workers_at_once_send_each_message_once(app: Flask, spread: Config, relay: Relay, seed: int) -> None:
    campaign = crowd.launched()
    relay.delay = SLOW
    with started(spread, *ENGINE) as clock, several(spread, 4, *WORKER) as workers:
        until(lambda: at_work() > 1, *workers)
        relay.delay = 0.001 * seed
        until(lambda: not is_under_way(campaign), clock)
        until(lambda: state(campaign) is CampaignState.FINISHED, clock)
        for process in (*workers, clock):
            process.leave()
    found = judge(campaign, relay, MANY)
    assert (found.wrong, found.twice, found.states) == ([], 0, ALL_SENT)
    assert len(relay.received) == MANY
    assert takers() > 1, "several took part"
