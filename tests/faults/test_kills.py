"""kill -9 at random instants, and again from the start: nobody is lost, nothing leaves twice, every doubt is shown."""

import random
import time

import pytest
from flask import Flask
from sqlalchemy import select

from config import Config
from outreach.campaigns.models import CampaignState
from outreach.database import db, now, transaction
from outreach.delivery.models import Message
from outreach.delivery.remedies import settling
from outreach.delivery.remedies.settling import Decision
from outreach.delivery.states import MessageState
from tests.delivery.campaigns import state
from tests.faults import crowd
from tests.faults.judge import judge
from tests.faults.processes import ENGINE, ONCE, Process, several, started, until
from tests.relay import Relay

pytestmark = pytest.mark.both

KILLS = 5
CONNECTIONS = 10


@pytest.fixture
def campaign(app: Flask) -> int:
    return crowd.launched()


def kill_at_random(process: Process, relay: Relay, chance: random.Random) -> None:
    """Now and then while it starts, mostly in the thick of it."""
    if chance.random() < 0.2:
        time.sleep(chance.uniform(0, 2))
    else:
        wanted = len(relay.received) + chance.randrange(1, crowd.MANY // KILLS // 2)
        until(lambda: len(relay.received) >= wanted, process)
        time.sleep(chance.uniform(0, 0.02))
    process.kill()


def settle_by_the_log(campaign: int, relay: Relay) -> None:
    """What a person does who looks in the relay's log: taken, or once more."""
    taken = {one.message_id for one in relay.received}
    doubtful = (Message.campaign_id == campaign, Message.state == MessageState.IN_DOUBT)
    rows = db.session.execute(select(Message.id, Message.message_id).where(*doubtful)).all()
    db.session.rollback()
    for row in rows:
        with transaction():
            decision = Decision.SENT if row.message_id in taken else Decision.AGAIN
            settling.settle(row.id, decision, now(), None)


def check_the_end(campaign: int, config: Config, relay: Relay, kills: int) -> None:
    """All that is left to do is a person's; then everybody has it exactly once."""
    found = judge(campaign, relay, crowd.MANY)
    assert found.wrong == []
    assert found.twice == 0
    assert found.in_doubt <= CONNECTIONS * kills
    assert found.states.get(MessageState.SENT, 0) + found.in_doubt == crowd.MANY
    assert (state(campaign) is CampaignState.FINISHED) == (found.in_doubt == 0)
    settle_by_the_log(campaign, relay)
    with started(config, *ONCE) as last:
        last.finish()
    assert state(campaign) is CampaignState.FINISHED
    assert len(relay.received) == len({one.message_id for one in relay.received}) == crowd.MANY
    assert judge(campaign, relay, crowd.MANY).states == {MessageState.SENT: crowd.MANY}


def test_whoever_sends_what_is_due_is_killed_and_nobody_is_lost_or_written_to_twice(
    campaign: int, config: Config, relay: Relay, chance: random.Random
) -> None:
    for _ in range(KILLS):
        with started(config, *ONCE) as process:
            kill_at_random(process, relay, chance)
        assert judge(campaign, relay, crowd.MANY).wrong == []
    with started(config, *ONCE) as process:
        process.finish()
    check_the_end(campaign, config, relay, KILLS)


def test_an_engine_is_killed_and_nobody_is_lost_or_written_to_twice(
    campaign: int, config: Config, relay: Relay, chance: random.Random
) -> None:
    for _ in range(KILLS):
        with started(config, *ENGINE) as engine:
            kill_at_random(engine, relay, chance)
        assert judge(campaign, relay, crowd.MANY).wrong == []
    with started(config, *ENGINE) as engine:
        until(lambda: not is_under_way(campaign), engine)
        engine.leave()
    check_the_end(campaign, config, relay, KILLS)


def test_four_at_once_are_killed_one_after_the_other_and_nobody_is_lost_or_written_to_twice(
    campaign: int, config: Config, relay: Relay, chance: random.Random
) -> None:
    with several(config, 4, *ONCE) as processes:
        for process in processes[:3]:
            kill_at_random(process, relay, chance)
        processes[3].finish()
    with started(config, *ONCE) as last:
        last.finish()
    check_the_end(campaign, config, relay, 3)


def is_under_way(campaign: int) -> bool:
    """True while something of it may still leave by itself."""
    states = {MessageState.QUEUED, MessageState.LEASED, MessageState.RETRY}
    chosen = (Message.campaign_id == campaign, Message.state.in_(states))
    found = db.session.scalar(select(Message.id).where(*chosen).limit(1)) is not None
    db.session.rollback()
    return found
