"""What several processes decide about one campaign at the same instant, each in its own transaction on PostgreSQL."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from outreach.campaigns.models import Campaign, CampaignState
from outreach.database import db, now, transaction
from outreach.delivery import brake, figures, launching
from outreach.delivery.breaker import Watch, halt
from outreach.delivery.pacing.models import Breaker
from outreach.delivery.states import MessageState, Verdict
from outreach.errors import Refusal
from tests.delivery import campaigns

OF_US = Verdict(MessageState.REJECTED, policy=True)


@pytest.fixture
def database_kind() -> str:
    return "postgresql"


@contextmanager
def elsewhere(app: Flask, work: Callable[[], object]) -> Iterator[threading.Thread]:
    """Another process does this meanwhile, and is done when the block ends. What it raises fails the test."""
    faults: list[BaseException] = []

    def run() -> None:
        with app.app_context():
            try:
                with transaction():
                    work()
            except BaseException as fault:
                faults.append(fault)
            finally:
                db.session.remove()

    other = threading.Thread(target=run)
    other.start()
    try:
        yield other
    finally:
        other.join(60)
    assert not faults, faults


def wait_for_somebody_who_waits() -> None:
    """Until a transaction of this database waits for another."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with db.engine.connect() as connection:
        while not connection.scalar(waiting):
            connection.rollback()


def reject(number: int, writer: str) -> None:
    figures.move({(number, MessageState.REJECTED): 1}, writer)


def test_two_senders_whom_the_relay_will_not_have_wait_for_each_other_in_one_order(app: Flask) -> None:
    number = campaigns.launched()
    counted, follows = threading.Event(), threading.Event()

    def the_other() -> None:
        reject(number, "other")
        counted.set()
        assert follows.wait(30)
        watch = Watch("other")
        watch.see(number, OF_US)
        watch.write(now())

    with elsewhere(app, the_other):
        assert counted.wait(30)
        with transaction() as session:
            reject(number, "one")
            session.add(Breaker(campaign_id=number, run=19, past_answered=0, past_hard=0))
            session.flush()
            follows.set()
            wait_for_somebody_who_waits()
            assert halt(number, "enough", now())
    assert campaigns.state(number) is CampaignState.PAUSED


@pytest.mark.parametrize("move", [launching.resume, launching.stop])
def test_what_was_stopped_meanwhile_stays_so_whatever_somebody_else_wanted(
    app: Flask, move: Callable[..., object]
) -> None:
    number = campaigns.launched()
    with transaction():
        halt(number, "a look first", now())
    read, stopped = threading.Event(), threading.Event()

    def the_other() -> None:
        campaign = db.session.get_one(Campaign, number)
        assert campaign.state is CampaignState.PAUSED
        read.set()
        assert stopped.wait(30)
        with pytest.raises(Refusal):
            move(campaign, now())

    with elsewhere(app, the_other):
        assert read.wait(30)
        with transaction() as session:
            launching.stop(session.get_one(Campaign, number), now())
        stopped.set()
    assert campaigns.state(number) is CampaignState.STOPPED


def test_a_stop_is_not_undone_by_what_would_pause_by_itself(app: Flask) -> None:
    number = campaigns.launched()
    read, stopped = threading.Event(), threading.Event()

    def the_other() -> None:
        campaign = db.session.get_one(Campaign, number)
        assert campaign.state is CampaignState.RUNNING
        read.set()
        assert stopped.wait(30)
        assert not halt(number, "too late", now())

    with elsewhere(app, the_other):
        assert read.wait(30)
        with transaction() as session:
            launching.stop(session.get_one(Campaign, number), now())
        stopped.set()
    assert campaigns.state(number) is CampaignState.STOPPED


def test_what_comes_back_in_the_middle_of_a_recount_is_counted_once(app: Flask) -> None:
    number = campaigns.launched(batch_size=5)
    with transaction() as session:
        session.execute(text("UPDATE message SET state = 'sent'"))
        figures.recount(number)
    begun, done = threading.Event(), threading.Event()

    def a_report() -> None:
        assert begun.wait(30)
        db.session.execute(text("UPDATE message SET state = 'bounced' WHERE id = (SELECT min(id) FROM message)"))
        figures.move({(number, MessageState.SENT): -1, (number, MessageState.BOUNCED): 1}, "returns")
        db.session.commit()
        done.set()

    def after_the_delete(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("DELETE FROM campaign_figure"):
            begun.set()
            assert done.wait(30)

    with elsewhere(app, a_report), transaction():
        event.listen(db.engine, "after_cursor_execute", after_the_delete)
        try:
            figures.recount(number)
        finally:
            event.remove(db.engine, "after_cursor_execute", after_the_delete)
    assert dict(figures.counts(number)) == {MessageState.SENT: 4, MessageState.BOUNCED: 1}


def test_two_who_pull_the_brake_at_once_both_stop_everything_and_the_first_says_why(app: Flask) -> None:
    with transaction() as session:
        brake.pull(now(), "the first")

        def the_other() -> None:
            brake.pull(now(), "the second")

        with elsewhere(app, the_other):
            wait_for_somebody_who_waits()
            session.commit()
    found = brake.standstill()
    assert found is not None
    assert found.reason == "the first"
