"""A backup taken while messages leave: put back, it is whole, the rest leaves, and nobody has two unseen."""

import random
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from config import Config
from outreach.campaigns.models import Campaign, CampaignState
from outreach.database import db, now, transaction
from outreach.delivery import launching
from outreach.delivery.models import Message
from outreach.delivery.remedies import settling
from outreach.delivery.remedies.settling import Decision
from outreach.delivery.states import MessageState
from tests.conftest import Runner
from tests.delivery.campaigns import state
from tests.faults import crowd
from tests.faults.crowd import MANY
from tests.faults.judge import judge
from tests.faults.processes import ONCE, started, until
from tests.relay import Relay

pytestmark = pytest.mark.both

LATER = timedelta(minutes=30)
"""When the batches that had not begun are due."""


def settle(campaign: int, relay: Relay) -> None:
    """A person who has looked in the relay's log: these it has, those leave once more."""
    taken = {one.message_id for one in relay.received}
    doubtful = (Message.campaign_id == campaign, Message.state == MessageState.IN_DOUBT)
    rows = db.session.execute(select(Message.id, Message.message_id).where(*doubtful)).all()
    db.session.rollback()
    _decide([row.id for row in rows if row.message_id in taken], Decision.SENT)
    _decide([row.id for row in rows if row.message_id not in taken], Decision.AGAIN)


def _decide(numbers: Collection[int], decision: Decision) -> None:
    with transaction():
        assert settling.settle_several(Message, numbers, decision, now(), None) == len(numbers)


def test_a_backup_taken_in_the_middle_is_put_back_and_everybody_has_it_once(
    app: Flask, config: Config, runner: Runner, relay: Relay, chance: random.Random, tmp_path: Path
) -> None:
    campaign = crowd.launched(batch_size=MANY // 2)
    relay.delay = 0.01
    file = tmp_path / "in the middle.zip"
    with started(config, *ONCE) as process:
        wanted = chance.randrange(20, MANY // 5)
        until(lambda: len(relay.received) >= wanted, process)
        runner.run("backup", file)
        assert process.is_alive
        wanted = len(relay.received) + chance.randrange(1, MANY // 10)
        until(lambda: len(relay.received) >= wanted, process)
        process.kill()
    runner.run("restore", file, "--replace")
    sound()
    assert state(campaign) is CampaignState.PAUSED
    found = judge(campaign, relay, MANY)
    assert found.wrong == []
    assert found.in_doubt >= MANY // 2 - len(relay.received)
    assert found.states[MessageState.QUEUED] == MANY // 2, "what had not begun waits"
    relay.delay = 0
    with started(config, *ONCE, ahead=LATER) as early:
        early.finish()
    assert judge(campaign, relay, MANY).states == found.states, "nothing leaves before a person has looked"
    settle(campaign, relay)
    with transaction() as session:
        launching.resume(session.get_one(Campaign, campaign), now())
    with started(config, *ONCE, ahead=LATER) as last:
        last.finish()
    assert state(campaign) is CampaignState.FINISHED
    found = judge(campaign, relay, MANY)
    assert (found.wrong, found.twice, found.states) == ([], 0, {MessageState.SENT: MANY})
    assert len(relay.received) == MANY


def sound() -> None:
    """What was put back is one instant, and whole."""
    if db.engine.dialect.name == "sqlite":
        assert db.session.scalar(text("PRAGMA integrity_check")) == "ok"
        assert db.session.execute(text("PRAGMA foreign_key_check")).all() == []
    db.session.rollback()
