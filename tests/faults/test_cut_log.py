"""The power fails at any instant: what was synced is there, whatever is left of the rest, and everybody has it once."""

import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from config import Config
from outreach.app import create_app
from outreach.contacts import actions as contacts
from outreach.contacts.models import Suppression, SuppressionReason
from outreach.database import db, now, transaction
from outreach.delivery.models import Message
from outreach.delivery.states import MessageState
from tests.faults import crowd, witnessed
from tests.faults.judge import judge
from tests.faults.processes import ONCE, started
from tests.faults.witnessed import Synced
from tests.relay import Relay
from tests.server import ROOT

CONNECTIONS = 10
MANY = 1000
CUTS = 40
"""Instants at which the power fails, of one run."""


class Run:
    """One run that was witnessed from its beginning, so that the files of any of its instants can be made again.

    A reader that never moves keeps SQLite from taking anything over from the log into the database.
    """

    def __init__(self, config: Config, folder: Path) -> None:
        self.config = config
        self.database = config.data_dir / "outreach.db"
        self.notes = folder / "synced"
        self.wishes: list[tuple[float, str]] = []
        """Addresses that asked not to be written to, each with the instant at which that was kept."""
        self.results: list[tuple[int, frozenset[int]]] = []
        """Messages that somebody could read as sent, each time with where the log ended by then: they were synced."""

    @property
    def log(self) -> Path:
        return self.database.with_name("outreach.db-wal")

    @contextmanager
    def kept_whole(self) -> Iterator[None]:
        with closing(sqlite3.connect(self.database, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM message").fetchone()
            yield

    def sent_by(self, end: int) -> frozenset[int]:
        """The messages recorded as sent in so many octets of the log."""
        return frozenset().union(*(sent for reached, sent in self.results if reached <= end))

    def process(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "tests.faults.witnessed", str(self.database), str(self.notes)]
        return subprocess.Popen(
            [*command, "send", "--due"], cwd=ROOT, env=self.config.environment(), stdout=subprocess.DEVNULL
        )

    def at(self, synced: Synced, cut: int, folder: Path) -> Config:
        """The settings of an installation that has what was left: the log ends there, its index is gone."""
        folder.mkdir()
        shutil.copyfile(self.database, folder / "outreach.db")
        shutil.copyfile(self.log, folder / "outreach.db-wal")
        with (folder / "outreach.db-wal").open("r+b") as log:
            log.truncate(cut)
        url = f"sqlite:///{folder / 'outreach.db'}"
        return replace(self.config, data_dir=folder, database_url=url)


@pytest.fixture
def campaign(app: Flask) -> int:
    return crowd.launched(MANY)


def stop_somebody(run: Run, number: int) -> None:
    """A wish to stop, kept while messages leave."""
    email = f"quelqu-un-{number}@association.test"
    with transaction():
        contacts.suppress(email, SuppressionReason.OPT_OUT, now())
    witnessed.note(run.database, run.notes)
    run.wishes.append((time.monotonic(), email))
    sent = frozenset(db.session.scalars(select(Message.id).where(Message.state == MessageState.SENT)))
    db.session.rollback()
    run.results.append((witnessed.end_of_log(run.database), sent))


def witness(run: Run, relay: Relay, chance: random.Random) -> list[Synced]:
    """Send, mostly to the end, and write wishes beside it."""
    with run.process() as process:
        number = 0
        stop_at = chance.randrange(MANY // 2, MANY)
        while process.poll() is None and len(relay.received) < stop_at:
            number += 1
            stop_somebody(run, number)
            time.sleep(0.01)
        process.kill()
    return witnessed.read(run.notes)


def check_cut(config: Config, at: float, relay: Relay, run: Run, synced: int) -> int:
    """Sound; who has a message has it announced here, and every wish and result synced until then is here.

    Returns how many results these were.
    """
    with create_app(config).app_context():
        assert db.session.connection().exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        columns = (Message.id, Message.message_id, Message.state, Message.intent_at)
        rows = {row.message_id: row for row in db.session.execute(select(*columns))}
        results = run.sent_by(synced)
        assert results <= {row.id for row in rows.values() if row.state is MessageState.SENT}
        out = [rows[one.message_id] for one in list(relay.received) if one.at < at]
        assert [row for row in out if row.state is MessageState.QUEUED or row.intent_at is None] == []
        stopped = set(db.session.scalars(select(Suppression.email)))
        assert {email for kept, email in run.wishes if kept < at} <= stopped
        db.session.remove()
        db.engine.dispose()
    return len(results)


def test_the_power_fails_at_any_instant(
    campaign: int, config: Config, relay: Relay, chance: random.Random, tmp_path: Path
) -> None:
    db.session.remove()
    db.engine.dispose()
    run = Run(config, tmp_path)
    relay.delay = 0.001
    with run.kept_whole():
        synced = witness(run, relay, chance)
        size = run.log.stat().st_size
        db.session.remove()
        db.engine.dispose()
        instants = list(zip(synced, [*synced[1:], Synced(time.monotonic(), size)], strict=True))
        assert len(instants) > CUTS
        cuts = [
            (this, following, chance.randint(this.end, max(this.end, following.end))) for this, following in instants
        ]
        compared = 0
        for place, (this, following, cut) in enumerate(chance.sample(cuts, CUTS)):
            left = run.at(this, cut, tmp_path / f"cut-{place}")
            compared += check_cut(left, following.at, relay, run, this.end)
        assert compared > MANY, "some of them were cut late enough to hold results"
        this, following, cut = chance.choice(cuts)
        left = run.at(this, cut, tmp_path / "last")
    relay.received = [one for one in relay.received if one.at < following.at]
    finish(campaign, left, relay)


def finish(campaign: int, left: Config, relay: Relay) -> None:
    """Go on with what was left: nobody is lost, nothing leaves twice, at most one message a connection is in doubt."""
    relay.delay = 0.0
    with started(left, *ONCE) as process:
        process.finish()
    with create_app(left).app_context():
        found = judge(campaign, relay, MANY)
        assert found.wrong == []
        assert found.twice == 0
        assert found.in_doubt <= CONNECTIONS
        assert found.states.get(MessageState.SENT, 0) + found.in_doubt == MANY
        db.session.remove()
        db.engine.dispose()
