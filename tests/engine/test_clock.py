"""The engine sends what is due while it lives, outlives its faults, and ends without dropping anything."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from config import Config
from outreach import clock
from outreach.app import create_app
from outreach.clock import Tick
from outreach.database import db, now, transaction
from outreach.delivery.models import Notice, NoticePurpose
from outreach.delivery.notices import notify
from outreach.delivery.ownership import Ownership
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState
from outreach.delivery.supervision.watching import living
from outreach.invitations.queries import get_by_key
from outreach.presence import SecondEngine, last_beat, only_engine
from tests import people
from tests.conftest import MORNING
from tests.relay import Relay


@contextmanager
def engine(app: Flask) -> Iterator[None]:
    """An engine in a thread."""
    over = threading.Event()
    thread = threading.Thread(target=clock.run, args=(app, over))
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def until(happens: Callable[[], object]) -> None:
    """Wait for it; pytest is stopped by hand if it never happens."""
    for _ in range(1200):
        if happens():
            return
        time.sleep(0.05)
    pytest.fail("it never happened")


def queue_a_notice(key: str) -> None:
    with transaction():
        invitation = get_by_key(key)
        notify(NoticePurpose.LOST_LINK, invitation, "once", "fr", "ada@association.test", {}, now())


def test_what_is_due_leaves_by_itself(app: Flask, relay: Relay) -> None:
    queue_a_notice(people.world().key)
    with engine(app):
        until(lambda: "ada@association.test" in relay.recipients)
    assert db.session.scalars(select(Notice.state).where(Notice.key == "once")).one() is MessageState.SENT


def test_a_living_engine_has_a_pulse_and_suffers_no_second_one(app: Flask, relay: Relay) -> None:
    folder = app.extensions["outreach.config"].data_dir
    with engine(app):
        until(lambda: last_beat(folder))
        with pytest.raises(SecondEngine), only_engine(folder):
            pass
    with only_engine(folder):
        assert relay.open == 0


def test_whoever_uses_the_same_sqlite_file_from_another_folder_is_refused_and_takes_nobody_for_dead(
    app: Flask, relay: Relay, config: Config, tmp_path: Path
) -> None:
    elsewhere = create_app(replace(config, data_dir=tmp_path / "elsewhere", journal=str(config.journal_file)))
    with engine(app), sender():
        until(lambda: last_beat(config.data_dir))
        with pytest.raises(SecondEngine):
            clock.run(elsewhere, threading.Event())
        [*owners] = (path.name for path in (config.data_dir / "senders").iterdir())
        with elsewhere.app_context(), Ownership(db.engine, tmp_path / "elsewhere", sends=False) as looks:
            assert owners
            assert not any(looks.is_dead(owner) for owner in owners)
            assert living(owners, tmp_path / "elsewhere") == set(owners)
            db.engine.dispose()


def test_a_tick_that_fails_comes_back(app: Flask) -> None:
    ticked: list[int] = []

    def fail() -> None:
        ticked.append(len(ticked))
        raise ValueError("a fault")

    with clock._ticking(app, (Tick("faulty", timedelta(milliseconds=50), fail),)):
        until(lambda: len(ticked) > 2)


def test_a_clock_that_was_set_back_stops_no_tick(app: Flask) -> None:
    ticked: list[int] = []
    ticks = (Tick("steady", timedelta(seconds=1), lambda: ticked.append(1)),)
    with time_machine.travel(MORNING, tick=False) as time_told, clock._ticking(app, ticks) as scheduler:
        until(lambda: ticked)
        time_told.shift(timedelta(hours=-1))
        clock.bring_forward(scheduler, ticks)
        until(lambda: len(ticked) > 1)


def test_a_tick_never_runs_twice_at_once(app: Flask) -> None:
    running, most, ticks = threading.Semaphore(1), [0], [0]

    def work() -> None:
        alone = running.acquire(blocking=False)
        most[0] = max(most[0], 1 if alone else 2)
        ticks[0] += 1
        time.sleep(0.12)
        running.release()

    with clock._ticking(app, (Tick("slow", timedelta(milliseconds=20), work),)):
        until(lambda: ticks[0] > 3)
    assert most == [1]
