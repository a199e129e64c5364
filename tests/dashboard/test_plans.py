"""However many are invited, SQLite's plans behind these pages look at all of them once at most: to count them."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event

from outreach.contacts.kinds import Kind
from outreach.contacts.searching.filters import Cursor
from outreach.dashboard import answer_queries, campaign_queries, chain_queries, figure_queries, reach_queries
from outreach.dashboard.asking import Filters, Order, Show
from outreach.database import db, now
from outreach.delivery.states import MessageState
from outreach.invitations.models import Origin, Reply
from tests import people
from tests.dashboard.crowd import add_many, crowd

BY_NAME: dict[str, Any] = {"order": Order.NAME, "descending": False}


@pytest.fixture
def event_id(app: Flask, clock: time_machine.Traveller) -> int:
    number = crowd().event
    add_many(number, 500, answered=50)
    return number


def plan(ask: Callable[[], object]) -> list[str]:
    """The steps of every statement behind a question."""
    statements: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        statements.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    ask()
    event.remove(db.engine, "before_cursor_execute", note)
    connection = db.session.connection()
    return [
        row[3]
        for statement, parameters in statements
        if statement.lstrip().startswith(("SELECT", "WITH"))
        for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    ]


def scans(steps: list[str]) -> list[str]:
    """The steps that look at every row of a table."""
    derived = ("SCAN anon_", "SCAN each_day", "SCAN asked")
    known = ("SCAN sqlite_master", "SCAN search_word_trigram VIRTUAL TABLE INDEX 0:M")  # FTS5 looks fragments up
    small = (*derived, *known)
    return [step for step in steps if step.startswith("SCAN") and not step.startswith(small) and "CONSTANT" not in step]


def test_answers_are_counted_in_their_own_index(event_id: int) -> None:
    steps = plan(lambda: figure_queries.tallies(event_id))
    assert scans(steps) == []
    assert "SEARCH invitation USING COVERING INDEX ix_invitation_answered (event_id=? AND answered_at>?)" in steps


def test_a_day_is_a_stretch_of_that_index(event_id: int) -> None:
    steps = plan(lambda: figure_queries.over_time(event_id, "Europe/Paris"))
    assert scans(steps) == []
    assert not [step for step in steps if "ORDER BY" in step]
    between = "ix_invitation_answered (event_id=? AND answered_at>? AND answered_at<?)"
    assert [step for step in steps if between in step and "COVERING" in step]


def test_the_invited_are_counted_without_their_rows(event_id: int) -> None:
    steps = plan(lambda: figure_queries.invited(event_id))
    assert steps == ["SEARCH invitation USING COVERING INDEX ix_invitation_reply (event_id=? AND state=?)"]


def test_needs_are_counted_from_the_few_who_confided_some(event_id: int) -> None:
    assert scans(plan(lambda: figure_queries.to_arrange(event_id))) == ["SCAN access_needs"]


def test_the_chain_is_led_by_its_depth(event_id: int) -> None:
    for ask in (chain_queries.chain, chain_queries.top_relays, chain_queries.newcomers_by_department):
        assert scans(plan(partial(ask, event_id))) == []
    for reach in (reach_queries.newcomers_by_kind, reach_queries.unknown_before, reach_queries.reproduction):
        steps = [one for one in plan(partial(reach, event_id)) if "campaign" not in one and "(subquery" not in one]
        assert scans(steps) == []
        assert [step for step in steps if "ix_invitation_depth (event_id=? AND depth>?)" in step]
    day = plan(lambda: reach_queries.wild_links(event_id, now()))
    assert [step for step in day if "ix_registration_created_at (created_at>?)" in step]
    assert [step for step in scans(day) if "(subquery" not in step] == []
    roots = plan(lambda: chain_queries.roots(event_id, "1-1"))
    assert [step for step in roots if "ix_invitation_depth (event_id=? AND depth>?)" in step]
    below = plan(lambda: chain_queries.children(10_000, None))
    assert "SEARCH invitation USING INDEX ix_invitation_parent_id (parent_id=?)" in below


def test_a_departement_is_asked_through_its_contacts(event_id: int) -> None:
    steps = plan(lambda: chain_queries.only_through_others(event_id, ["72", "49"]))
    assert scans(steps) == []
    assert [step for step in steps if "ix_contact_department_listing (department=?)" in step]
    assert [step for step in steps if "ix_invitation_contact_id (contact_id=?)" in step]


def test_the_list_of_answers_is_walked_in_its_own_order(event_id: int) -> None:
    place = Cursor(now().isoformat(), 7)
    for filters in (
        Filters(event_id),
        Filters(event_id, after=place),
        Filters(event_id, kind=Kind.MAYOR, before=place),
    ):
        steps = plan(partial(answer_queries.page, filters))
        assert scans(steps) == []
        assert not [step for step in steps if "ORDER BY" in step]
        assert [step for step in steps if "ix_invitation_answered (event_id=?" in step]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"kind": Kind.DEPUTY},
        {"department": "72"},
        {"kind": Kind.DEPUTY, "department": "72"},
        {"after": Cursor("nom10100 camille", 107)},
        {"q": "durand"},
    ],
)
def test_many_who_have_not_answered_are_met_on_the_way_through_the_directory(
    event_id: int, asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_queries, "FEW", 0)
    filters = Filters(event_id, show=Show.WAITING, **BY_NAME, **asked)
    steps = plan(lambda: answer_queries.page(filters))
    assert scans(steps) == []
    assert not [step for step in steps if "ORDER BY" in step]
    assert [step for step in steps if "SEARCH contact USING" in step and "_listing" in step]
    assert "SEARCH invitation USING INDEX ix_invitation_contact_id (contact_id=?)" in steps


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ({"through": 3}, "ix_invitation_parent_id (parent_id=?)"),
        ({"origin": Origin.SHARE}, "ix_invitation_depth (event_id=? AND depth>?)"),
        ({"depth": 2}, "ix_invitation_depth (event_id=? AND depth=?)"),
        ({"q": "lyonnais"}, "SEARCH contact USING INTEGER PRIMARY KEY (rowid=?)"),
        ({"session": 3}, "ix_seat_session (session_id=?)"),
        ({"reply": Reply.EXCUSED, "show": Show.ANSWERED}, "ix_invitation_reply (event_id=? AND state=? AND reply=?)"),
    ],
)
def test_what_is_rare_is_looked_up_first(event_id: int, asked: dict[str, Any], index: str) -> None:
    filters = Filters(**{"event_id": event_id, "show": Show.ALL, **BY_NAME, **asked})
    steps = plan(lambda: answer_queries.page(filters))
    assert scans(steps) == []
    assert [step for step in steps if index in step]


def test_a_campaign_is_followed_without_counting_its_messages(app: Flask) -> None:
    world = people.world()
    sheet = plan(lambda: campaign_queries.sheet(world.campaign, now()))
    assert scans(sheet) == []
    counted = [step for step in sheet if "SEARCH message" in step]
    assert counted == ["SEARCH message USING COVERING INDEX ix_message_batch (batch_id=? AND state=?)"]
    listed = plan(
        lambda: campaign_queries.troubles(
            world.campaign, MessageState.REJECTED, Cursor(f"orange {now().isoformat()}", 1)
        )
    )
    assert not [step for step in listed if "ORDER BY" in step]
    assert [step for step in listed if "ix_message_due (campaign_id=? AND state=?" in step]
