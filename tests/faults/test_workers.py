"""Workers are killed, replaced and frozen, the clock with them: nobody is lost, nothing leaves twice unseen."""

import random
from contextlib import ExitStack
from dataclasses import replace

import pytest
from flask import Flask

from config import Config
from outreach.campaigns.models import CampaignState
from outreach.database import transaction
from outreach.delivery import brake
from outreach.delivery.states import MessageState
from tests.delivery.campaigns import state
from tests.faults import crowd
from tests.faults.judge import judge
from tests.faults.processes import Process, several, started, until
from tests.faults.test_kills import CONNECTIONS, KILLS, check_the_end, is_under_way, kill_at_random
from tests.faults.test_orders import PAUSE, give, stop_everything
from tests.relay import Relay


@pytest.fixture
def database_kind() -> str:
    return "postgresql"


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, engine="procrastinate", connections=CONNECTIONS)


@pytest.fixture
def campaign(app: Flask) -> int:
    return crowd.launched()


def test_workers_are_killed_and_replaced_one_after_the_other(
    campaign: int, config: Config, relay: Relay, chance: random.Random
) -> None:
    with ExitStack() as held:

        def start(*arguments: str) -> Process:
            return held.enter_context(started(config, *arguments))

        clocks = [start("clock"), start("clock")]
        workers = [start("worker"), start("worker"), start("worker", "--concurrency", "2")]
        for number in range(KILLS):
            kill_at_random(workers.pop(chance.randrange(len(workers))), relay, chance)
            workers.append(start("worker"))
            if number == 1:
                clocks.pop(chance.randrange(2)).kill()
        until(lambda: not is_under_way(campaign), *clocks, *workers)
        for process in (*workers, *clocks):
            process.leave()
    check_the_end(campaign, config, relay, KILLS)  # ten connections in all: each has one seat, whoever sits there


def test_what_a_frozen_worker_had_in_hand_is_sent_by_another_and_not_again_when_it_wakes(
    campaign: int, config: Config, relay: Relay
) -> None:
    relay.delay = 0.005
    with started(config, "worker") as frozen, started(config, "clock") as clock:
        until(lambda: len(relay.received) > crowd.MANY // 10, frozen)
        frozen.freeze()
        before = len(relay.received)
        relay.delay = 0.0
        with started(config, "worker") as other:
            until(lambda: not is_under_way(campaign), other, clock)
            assert len(relay.received) > before
            at_the_end = len(relay.received)
            frozen.wake()
            until(lambda: "the lock of this sender is gone" in frozen.said(), frozen)
            frozen.leave()
            other.leave()
        clock.leave()
    assert len(relay.received) == at_the_end
    check_the_end(campaign, config, relay, 1)


def test_everything_stops_for_workers_and_goes_on_when_let_go(
    campaign: int, config: Config, relay: Relay, chance: random.Random
) -> None:
    relay.delay = PAUSE
    with several(config, 3, "worker") as workers, started(config, "clock") as clock:
        kept = give(stop_everything, campaign, relay, chance, clock)
        for worker in workers:
            worker.leave()
        with started(config, "worker") as newcomer:
            until(lambda: newcomer.said().count("at work"), newcomer)
            newcomer.leave()
        assert len([one for one in relay.received if one.at > kept]) <= CONNECTIONS
        found = judge(campaign, relay, crowd.MANY)
        assert found.wrong == []
        assert found.states == {
            MessageState.SENT: len(relay.received),
            MessageState.QUEUED: crowd.MANY - len(relay.received),
        }
        with transaction():
            brake.let_go()
        relay.delay = 0
        with several(config, 2, "worker") as others:
            until(lambda: state(campaign) is CampaignState.FINISHED, clock)
            for worker in (*others, clock):
                worker.leave()
    found = judge(campaign, relay, crowd.MANY)
    assert (found.wrong, found.twice, found.states) == ([], 0, {MessageState.SENT: crowd.MANY})
