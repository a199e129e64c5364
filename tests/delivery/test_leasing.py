"""A lease reads as many rows as it takes, however many are due; who waits longest comes first."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from outreach.campaigns import actions as campaign_actions
from outreach.campaigns.models import Campaign
from outreach.database import db, now, transaction
from outreach.delivery import figures, leasing, queries
from outreach.delivery.models import CampaignFigure, Message
from outreach.delivery.queries import Wanted
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState
from tests.delivery import campaigns
from tests.relay import Relay


def lease(limit: int, at: datetime | None = None) -> list[int | None]:
    """Of which campaigns the next messages are."""
    with transaction():
        return [one.campaign_id for one in leasing.lease(Message, "one", limit, at or now())]


def test_a_lease_walks_the_index_and_sorts_nothing(app: Flask) -> None:
    campaigns.launched()
    campaigns.launched()
    statements: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        statements.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    lease(500)
    event.remove(db.engine, "before_cursor_execute", note)
    steps = [
        row[3]
        for statement, parameters in statements
        if statement.startswith("SELECT") and "FROM message" in statement
        for row in db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    ]
    assert "SEARCH message USING INDEX ix_message_due (campaign_id=? AND state=? AND lane=? AND due_at<?)" in steps
    assert [step for step in steps if "TEMP B-TREE" in step or step.startswith("SCAN message")] == []


@pytest.mark.both
def test_the_campaign_that_waits_longest_comes_first(app: Flask) -> None:
    early, late = campaigns.launched(batch_size=5), campaigns.launched(batch_size=5)
    with transaction() as session:
        earlier = now() - timedelta(minutes=5)
        session.execute(update(Message).where(Message.campaign_id == late).values(due_at=earlier))
    assert lease(3) == [late] * 3
    assert lease(4) == [late] * 2 + [early] * 2
    assert lease(9) == [early] * 3
    assert lease(9) == []


@pytest.mark.both
def test_a_retry_that_is_due_comes_before_what_came_due_later(app: Flask) -> None:
    number = campaigns.launched(batch_size=5)
    with transaction() as session:
        first = session.scalars(select(Message.id).where(Message.campaign_id == number).limit(1)).one()
        values = {"state": MessageState.RETRY, "due_at": now() - timedelta(hours=1)}
        session.execute(update(Message).where(Message.id == first).values(**values))
    with transaction():
        assert [one.id for one in leasing.lease(Message, "one", 1, now())] == [first]


@pytest.mark.both
def test_a_sign_off_that_is_taken_back_leaves_no_messages(app: Flask) -> None:
    number = campaigns.signed()
    assert sum(figures.counts(number).values()) == 5
    db.session.rollback()
    with transaction() as session:
        campaign_actions.void(session.get_one(Campaign, number), now())
    assert figures.counts(number) == {}
    campaign = db.session.get_one(Campaign, number)
    assert queries.standing(campaign, now()).total == 0
    assert queries.page(Wanted(number)).lines == []


@pytest.mark.both
def test_one_writer_stands_for_all_once_a_campaign_is_finished(app: Flask, relay: Relay) -> None:
    number = campaigns.launched(batch_size=5)
    with sender() as post:
        post.send_due()
    kept = db.session.execute(select(CampaignFigure.state, CampaignFigure.writer, CampaignFigure.count)).all()
    assert [tuple(row) for row in kept] == [(MessageState.SENT, figures.PLANNER, 5)]
    assert dict(figures.counts(number)) == {MessageState.SENT: 5}
