"""Workers in processes of their own: each message once, whoever dies, and none of them lost."""

import os
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from config import Config
from outreach.campaigns.models import CampaignState
from outreach.database import db, now, transaction
from outreach.delivery.models import Message, NoticePurpose
from outreach.delivery.notices import notify
from outreach.delivery.states import MessageState
from outreach.engine import Queue, workers_engine
from outreach.invitations.queries import get_by_key
from outreach.presence import Doing, Kind, Presence
from outreach.worker import Crew
from tests import people
from tests.conftest import Runner
from tests.delivery.campaigns import ADDRESSES, launched, state
from tests.faults import crowd
from tests.faults.judge import at_work, takers
from tests.faults.processes import several, started, until
from tests.relay import Relay


@pytest.fixture
def database_kind() -> str:
    return "postgresql"


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, engine="procrastinate", connections=4)


def present(kind: Kind) -> list[Presence]:
    found = list(db.session.scalars(select(Presence).where(Presence.kind == kind).order_by(Presence.started_at)))
    db.session.expunge_all()
    db.session.rollback()
    return found


def count(wanted: MessageState) -> int:
    found = db.session.scalar(select(func.count()).where(Message.state == wanted)) or 0
    db.session.rollback()
    return found


def waiting() -> int:
    found = db.session.scalar(text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")) or 0
    db.session.rollback()
    return int(found)


def test_a_worker_sends_a_campaign_without_any_clock(app: Flask, config: Config, relay: Relay) -> None:
    number = launched(batch_size=5)
    with started(config, "worker") as worker:
        until(lambda: state(number) is CampaignState.FINISHED, worker)
        worker.leave()
    assert sorted(relay.recipients) == ADDRESSES


def test_a_worker_of_notices_leaves_campaigns_to_others(app: Flask, config: Config, relay: Relay) -> None:
    key = people.world().key
    launched(batch_size=5)
    with transaction():
        notify(NoticePurpose.LOST_LINK, get_by_key(key), "once", "fr", "ada@association.test", {}, now())
    queued = count(MessageState.QUEUED)
    with started(config, "worker", "--queues", "notices") as worker:
        until(lambda: waiting() == 1 and relay.recipients, worker)
        worker.leave()
    assert "ada@association.test" in relay.recipients
    assert count(MessageState.QUEUED) == queued


def test_the_clock_calls_for_what_has_no_job(app: Flask, config: Config, relay: Relay) -> None:
    number = launched(batch_size=5)
    with transaction() as session:
        session.execute(text("DELETE FROM procrastinate_jobs"))
    with several(config, 1, "worker") as workers, started(config, "clock") as clock:
        until(lambda: state(number) is CampaignState.FINISHED, clock, *workers)
    assert sorted(relay.recipients) == ADDRESSES


def test_four_workers_at_once_send_each_message_once(app: Flask, config: Config, relay: Relay) -> None:
    number = crowd.launched()
    relay.delay = 0.02
    with several(config, 4, "worker") as workers, started(config, "clock") as clock:
        until(lambda: at_work() > 1, *workers)
        relay.delay = 0
        until(lambda: state(number) is CampaignState.FINISHED, clock, *workers)
    assert len(relay.received) == len({one.message_id for one in relay.received}) == crowd.MANY
    assert count(MessageState.SENT) == crowd.MANY
    assert takers() > 1, "several took part"


def test_several_senders_of_one_worker_send_each_message_once(app: Flask, config: Config, relay: Relay) -> None:
    number = crowd.launched(1200)
    relay.delay = 0.02
    with started(config, "worker", "--concurrency", "3") as worker, started(config, "clock") as clock:
        until(lambda: at_work() > 1, worker)
        relay.delay = 0
        until(lambda: state(number) is CampaignState.FINISHED, clock, worker)
        worker.leave()
    assert len(relay.received) == len({one.message_id for one in relay.received}) == 1200
    assert relay.peak <= config.connections
    assert takers() > 1, "several took part"


def test_what_a_worker_had_in_hand_when_it_was_killed_is_finished_by_another(
    app: Flask, config: Config, relay: Relay
) -> None:
    number = crowd.launched()
    with started(config, "clock") as clock:
        with started(config, "worker") as first:
            until(lambda: len(relay.received) > 100, first)
            first.kill()
        with started(config, "worker") as second:
            until(lambda: count(MessageState.SENT) + count(MessageState.IN_DOUBT) == crowd.MANY, second, clock)
    assert len(relay.received) == len({one.message_id for one in relay.received})
    assert count(MessageState.IN_DOUBT) <= config.connections
    assert (state(number) is CampaignState.FINISHED) == (count(MessageState.IN_DOUBT) == 0)


def test_a_worker_that_is_asked_to_stop_finishes_its_lease_and_no_more(
    app: Flask, config: Config, relay: Relay
) -> None:
    crowd.launched()
    with started(config, "worker") as worker:
        until(lambda: len(relay.received) > 100, worker)
        worker.leave()
        assert "has stopped" in worker.said()
    assert count(MessageState.SENT) == len(relay.received) < crowd.MANY
    assert count(MessageState.LEASED) == count(MessageState.IN_DOUBT) == 0
    assert present(Kind.WORKER) == []


def test_a_worker_says_that_it_is_there(app: Flask, config: Config) -> None:
    with started(config, "worker", "--concurrency", "2", "--queues", "messages") as worker:
        until(lambda: present(Kind.WORKER), worker)
        [row] = present(Kind.WORKER)
        assert (row.machine, row.threads, row.queues) == (socket.gethostname(), 2, "messages")
        assert row.doing is Doing.WAITING
        assert row.pid != os.getpid()


def test_who_is_at_work_is_told_to_whoever_looks_after_the_service(
    app: Flask, client: FlaskClient, config: Config
) -> None:
    assert client.get("/health/ready").json["workers"] == 0  # type: ignore[index]
    with several(config, 2, "worker") as workers, started(config, "clock") as clock:
        until(lambda: len(present(Kind.WORKER)) == 2 and present(Kind.CLOCK), clock, *workers)
        told = client.get("/health/ready").json
        clock.leave()
    assert told == {"ready": True, "database": "ok", "migrations": "ok", "engine": "running", "workers": 2}


def test_the_jobs_of_a_worker_that_died_are_dropped(app: Flask) -> None:
    launched(batch_size=5)
    with transaction() as session:
        session.execute(text("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')"))
        session.execute(
            text("UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM procrastinate_workers)")
        )
    engine = workers_engine()
    with ThreadPoolExecutor(1) as clock:  # where no other loop runs
        assert clock.submit(engine.reap).result() == 1
        assert clock.submit(engine.reap).result() == 0
    with transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM procrastinate_workers")) == 0


def test_there_is_no_worker_where_the_engine_is_embedded(config: Config, app: Flask) -> None:
    embedded = replace(config, engine="embedded")
    with started(embedded, "worker") as process:
        until(lambda: not process.is_alive)
        assert "There are no workers here" in process.said()


def test_a_queue_that_is_not_there_is_refused(runner: Runner) -> None:
    assert "notices, messages" in runner.run("worker", "--queues", "letters", status=2).output


def test_a_worker_says_when_the_tables_of_the_engine_are_missing(config: Config, app: Flask) -> None:
    with transaction() as session:
        session.execute(text("DROP TABLE procrastinate_jobs CASCADE"))
    with started(config, "worker") as process:
        until(lambda: not process.is_alive)
        assert "outreach db upgrade" in process.said()


def test_queues_are_named_as_they_are_typed() -> None:
    assert list(Queue) == ["notices", "messages"]


def test_a_job_that_fails_before_it_begins_leaves_nobody_busy(app: Flask) -> None:
    with transaction() as session:
        session.execute(text("ALTER TABLE brake RENAME TO lost"))
    crew = Crew(app, 1)
    crew.send_messages()
    assert crew.doing() is Doing.WAITING
    crew.close()
