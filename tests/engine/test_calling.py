"""Jobs are made in the transaction that makes something due: a commit never lacks one, a rollback leaves none."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from config import Config, ConfigError
from outreach.campaigns import actions as campaigns
from outreach.campaigns.models import Campaign
from outreach.database import db, now, transaction
from outreach.delivery import brake, launching, leasing
from outreach.delivery.calling import call_for_help, call_for_what_is_due
from outreach.delivery.models import Message, NoticePurpose
from outreach.delivery.notices import notify
from outreach.engine import Backlog, Call, Queue, install_tables, task_engine
from outreach.errors import Refusal
from outreach.invitations.queries import get_by_key
from tests import people
from tests.delivery.campaigns import launched, signed
from tests.engine.test_clock import until
from tests.faults import crowd
from tools import migrations


@pytest.fixture
def database_kind() -> str:
    return "postgresql"


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, engine="procrastinate")


def jobs() -> list[tuple[str, bool]]:
    """The queue of each job that waits, and whether it may be done at once."""
    asked = "SELECT queue_name, scheduled_at IS NULL FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id"
    found = [(row[0], row[1]) for row in db.session.execute(text(asked))]
    db.session.rollback()
    return found


@contextmanager
def taken_back() -> Iterator[Session]:
    """A transaction that does not reach its end."""
    with suppress(ZeroDivisionError), transaction() as session:
        yield session
        raise ZeroDivisionError


def forget_jobs() -> None:
    with transaction() as session:
        session.execute(text("DELETE FROM procrastinate_jobs"))


def test_the_engine_with_workers_needs_postgresql() -> None:
    with pytest.raises(ConfigError, match="needs PostgreSQL"):
        Config(("a key",), "a key", "http://127.0.0.1", engine="procrastinate")


def test_launching_calls_for_each_instant_of_the_plan(app: Flask) -> None:
    launched(batch_size=2)
    assert jobs() == [("messages", True), ("messages", False), ("messages", False)]


def test_a_launch_that_is_taken_back_leaves_no_job(app: Flask) -> None:
    number = signed()
    with taken_back() as session:
        launching.launch(session.get_one(Campaign, number), now())
    assert jobs() == []


def test_a_campaign_that_goes_on_calls_for_its_new_plan_instead_of_the_old_one(app: Flask) -> None:
    number = launched(batch_size=2)
    for _ in range(3):
        with transaction() as session:
            campaigns.pause(session.get_one(Campaign, number), now())
        with transaction() as session:
            launching.resume(session.get_one(Campaign, number), now())
    assert jobs() == [("messages", True), ("messages", False), ("messages", False)]


def test_a_notice_calls_and_one_that_is_taken_back_does_not(app: Flask) -> None:
    key = people.world().key
    forget_jobs()
    with taken_back():
        notify(NoticePurpose.LOST_LINK, get_by_key(key), "first", "fr", "ada@association.test", {}, now())
    assert jobs() == []
    with transaction():
        notify(NoticePurpose.LOST_LINK, get_by_key(key), "first", "fr", "ada@association.test", {}, now())
        notify(NoticePurpose.LOST_LINK, get_by_key(key), "first", "fr", "ada@association.test", {}, now())
    assert jobs() == [("notices", True)]


def test_what_is_due_without_a_job_is_called_for_once(app: Flask) -> None:
    launched()
    forget_jobs()
    for _ in range(3):
        with transaction():
            call_for_what_is_due(now())
    assert jobs() == [("messages", True)]


def test_nobody_is_called_while_everything_is_stopped(app: Flask) -> None:
    launched()
    forget_jobs()
    with transaction():
        brake.pull(now(), "a test")
    with transaction():
        call_for_what_is_due(now())
    assert jobs() == []


def test_nobody_is_called_for_what_is_due_later(app: Flask) -> None:
    launched()
    forget_jobs()
    with transaction():
        call_for_what_is_due(now() - timedelta(hours=1))
    assert jobs() == []


def test_what_its_hours_hold_back_is_not_late_for_the_workers_either(app: Flask, clock: time_machine.Traveller) -> None:
    clock.move_to(datetime(2026, 3, 6, 17, 59, tzinfo=UTC))
    number = launched()
    with transaction() as session:
        held = {"any_hour": False, "late_tolerance_seconds": 3600}
        session.execute(update(Campaign).where(Campaign.id == number).values(**held))
    forget_jobs()
    clock.shift(timedelta(minutes=1))
    for _half_an_hour in range(2 * 61):
        with transaction():
            call_for_what_is_due(now())
        assert jobs() == []
        clock.shift(timedelta(minutes=30))
    with transaction():
        call_for_what_is_due(now())
        assert launching.hold_late(now()) == 0
    assert jobs() == [("messages", True)]


def test_what_waits_in_line_behind_another_campaign_is_not_late(app: Flask, clock: time_machine.Traveller) -> None:
    for _ in range(2):
        launched()
    with transaction() as session:
        session.execute(update(Campaign).values(late_tolerance_seconds=3600))
    for _half_an_hour in range(6):
        clock.shift(timedelta(minutes=30))
        with transaction():
            leases = leasing.lease(Message, "one", 1, now())
        with transaction():
            leasing.end(Message, leases, {one.id for one in leases}, now())
    with transaction():
        assert launching.hold_late(now()) == 0
    clock.shift(timedelta(minutes=61))
    with transaction():
        assert launching.hold_late(now()) == 2


def test_two_who_call_at_once_under_one_key_lose_no_other_call(app: Flask) -> None:
    waits = text("SELECT count(*) FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted")

    def call(*keys: str) -> None:
        with app.app_context(), transaction() as session:
            task_engine().call(session, [Call(Queue.MESSAGES, key) for key in keys])

    def both_wait() -> bool:
        with db.engine.connect() as connection:
            return bool(connection.scalar(waits))

    later = threading.Thread(target=call, args=("one", "both", "two"))
    with transaction() as session:
        task_engine().call(session, [Call(Queue.MESSAGES, "both")])
        later.start()
        until(both_wait)
    later.join()
    with transaction() as session:
        keys = session.scalars(text("SELECT queueing_lock FROM procrastinate_jobs ORDER BY queueing_lock")).all()
    assert keys == ["both", "one", "two"]


@pytest.mark.parametrize(("number", "called"), [(500, 0), (501, 1)])
def test_one_worker_calls_another_where_there_is_work_for_two(app: Flask, number: int, called: int) -> None:
    crowd.launched(number)
    forget_jobs()
    with transaction():
        call_for_help(now())
    assert len(jobs()) == called


def test_the_queues_say_what_they_hold(app: Flask) -> None:
    launched(batch_size=2)
    [held] = task_engine().backlog(db.session())
    db.session.rollback()
    assert held.next_at is not None
    assert held == Backlog("messages", waiting=1, running=0, later=2, next_at=held.next_at)


def test_the_tables_of_the_engine_are_made_once_and_brought_up_to_date(app: Flask, database_url: str) -> None:
    mark = text("SELECT obj_description('procrastinate_jobs'::regclass)")
    triggers = text("SELECT count(*) FROM pg_trigger WHERE tgrelid = 'procrastinate_jobs'::regclass")
    with transaction() as session:
        before = session.scalar(mark), session.scalar(triggers)
        session.execute(text("COMMENT ON TABLE procrastinate_jobs IS 'Installed by outreach up to 03.04.00_02'"))
        session.execute(text("DROP TRIGGER procrastinate_trigger_status_events_update_v1 ON procrastinate_jobs"))
    install_tables(database_url)
    with transaction() as session:
        assert (session.scalar(mark), session.scalar(triggers)) == before


def test_our_migrations_know_nothing_of_the_tables_of_the_engine(app: Flask, database_url: str) -> None:
    assert migrations.differences(database_url) == []


def test_tables_that_somebody_else_made_are_left_alone(app: Flask, database_url: str) -> None:
    with transaction() as session:
        session.execute(text("COMMENT ON TABLE procrastinate_jobs IS NULL"))
    with pytest.raises(Refusal, match="did not make"):
        install_tables(database_url)
