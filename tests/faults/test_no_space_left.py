"""No space is left on a small disk of its own, before and after the final dot: each write fails, and nobody is lost."""

import os
import random
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from flask import Flask

from config import Config
from outreach.database import db
from tests.dialogue import Step
from tests.faults import crowd
from tests.faults.judge import judge
from tests.faults.processes import ENGINE, Process, started, until
from tests.faults.test_kills import check_the_end, is_under_way
from tests.relay import Fault, Relay

SIZE = "96m"
TIMES = 4
FULL = "database or disk is full"
"""The words of SQLite (SQLITE_FULL), which then has rolled the transaction back."""


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    """A DATA_DIR on a disk in memory, as large as the test wants it."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700", "none", str(disk)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("this machine lets nobody of ours mount a small disk, so none can be filled up")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


@pytest.fixture
def campaign(app: Flask) -> int:
    return crowd.launched()


class Disk:
    """Takes all the space that is left, at the nth step of the relay from now, before it answers; and gives it back."""

    def __init__(self, folder: Path) -> None:
        self._ballast = folder / "ballast"
        self._step: Step = "dot"
        self._left = 0
        self.is_full = False

    def fill_at(self, step: Step, nth: int) -> None:
        self._left, self._step = nth, step

    def __call__(self, step: Step, _to: str | None, _count: int) -> Fault | None:
        if step == self._step and self._left:
            self._left -= 1
            if not self._left:
                self._fill()
        return None

    def _fill(self) -> None:
        file = os.open(self._ballast, os.O_WRONLY | os.O_CREAT)
        with suppress(OSError):
            while os.write(file, b"\0" * 4096):
                pass
        os.close(file)
        self.is_full = True

    def make_room(self) -> None:
        self._ballast.unlink()
        self.is_full = False


@contextmanager
def log_only_grows(database: Path) -> Iterator[None]:
    """A reader that never moves: SQLite cannot begin its log anew, so every commit needs new space."""
    with closing(sqlite3.connect(database, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM message").fetchone()
        yield


def test_no_space_is_left_before_and_after_the_dot_and_there_is_room_again(
    campaign: int, config: Config, relay: Relay, chance: random.Random
) -> None:
    db.session.remove()
    relay.delay = 0.01
    relay.script = disk = Disk(config.data_dir)
    with log_only_grows(config.data_dir / "outreach.db"), started(config, *ENGINE) as engine:
        for place in range(TIMES):
            known = engine.said().count(FULL)
            disk.fill_at("data" if place % 2 else "dot", chance.randrange(1, crowd.MANY // (TIMES + 1)))
            until(lambda: disk.is_full, engine)
            refused(engine, known)
            engine.freeze()
            assert judge(campaign, relay, crowd.MANY).wrong == []
            engine.wake()
            disk.make_room()
        assert engine.is_alive, engine.said()
        until(lambda: not is_under_way(campaign), engine)
        engine.leave()
    relay.behave()
    assert judge(campaign, relay, crowd.MANY).in_doubt > 0, "the relay had taken what could not be recorded"
    check_the_end(campaign, config, relay, TIMES)


def refused(engine: Process, known: int) -> None:
    """Wait until a write of the engine failed for lack of space."""
    until(lambda: engine.said().count(FULL) > known, engine)
