"""A sender frozen past its lease, and woken after others have settled what it held: it changes nothing any more."""

import random
import sqlite3
import time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from config import Config
from outreach.database import db
from outreach.delivery.models import Message
from outreach.delivery.states import MessageState
from tests.faults import crowd
from tests.faults.crowd import MANY
from tests.faults.judge import judge
from tests.faults.processes import ONCE, Process, started, until
from tests.faults.test_kills import check_the_end
from tests.relay import Relay

pytestmark = pytest.mark.both

CONNECTIONS = 10


def freeze_between_commits(process: Process, config: Config) -> None:
    """Freeze it at an instant at which it holds nothing in the database that would stop everybody else."""
    process.freeze()
    while not others_can_write(config):
        process.wake()
        time.sleep(0.003)
        process.freeze()


def others_can_write(config: Config) -> bool:
    time.sleep(0.05)  # what it sent before it froze has arrived
    if db.engine.dialect.name == "postgresql":
        busy = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
        with db.engine.connect() as connection:
            return not connection.scalar(text(busy))
    file = sqlite3.connect(str(db.engine.url.database), timeout=0, isolation_level=None)
    try:
        file.execute("BEGIN IMMEDIATE")
        file.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return False
    else:
        return True
    finally:
        file.close()


def take_for_dead(config: Config) -> None:
    """A folder was cleaned, or a network cut: the lock that says it lives is gone, and the sender knows nothing."""
    if db.engine.dialect.name == "sqlite":
        for file in (config.data_dir / "senders").iterdir():
            file.unlink()
        return
    holders = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
    with db.engine.connect() as connection:
        connection.execute(text(holders))


def rows(campaign: int) -> list[Any]:
    columns = (Message.id, Message.state, Message.attempt, Message.tries, Message.reply_code, Message.reply_text)
    found = db.session.execute(select(*columns).where(Message.campaign_id == campaign).order_by(Message.id)).all()
    db.session.rollback()
    return [*found]


def test_a_sender_frozen_past_its_lease_changes_nothing_when_it_wakes_up(
    app: Flask, config: Config, relay: Relay, chance: random.Random
) -> None:
    campaign = crowd.launched()
    relay.delay = 0.002
    with started(config, *ONCE) as frozen:
        wanted = chance.randrange(20, MANY // 2)
        until(lambda: len(relay.received) >= wanted, frozen)
        freeze_between_commits(frozen, config)
        assert frozen.is_alive
        take_for_dead(config)
        relay.delay = 0
        with started(config, *ONCE) as other:
            other.finish()
        before, known = rows(campaign), {one.message_id for one in relay.received}
        assert {row.state for row in before} <= {MessageState.SENT, MessageState.IN_DOUBT}
        frozen.wake()
        until(lambda: not frozen.is_alive, frozen)
    assert rows(campaign) == before
    late = [one for one in relay.received if one.message_id not in known]
    assert len(late) <= CONNECTIONS
    found = judge(campaign, relay, MANY)
    assert (found.wrong, found.twice) == ([], 0)
    assert found.in_doubt <= CONNECTIONS
    check_the_end(campaign, config, relay, 1)
