"""The page for whoever runs it: who is at work, what waits, how fast it leaves, what is stuck."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, update

from outreach.accounts.models import Role
from outreach.contacts.searching.filters import Cursor
from outreach.database import db, now, transaction
from outreach.delivery import figures, leasing, outbox, queries
from outreach.delivery.models import Message, Notice, NoticePurpose
from outreach.delivery.notices import notify
from outreach.delivery.ownership import Ownership
from outreach.delivery.pacing import lanes
from outreach.delivery.pacing.families import Family
from outreach.delivery.remedies import settling
from outreach.delivery.remedies.choices import Decision
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState
from outreach.delivery.supervision import queries as supervision_queries
from outreach.delivery.supervision.panel import Panel, panel, settle_stalled
from outreach.delivery.supervision.watching import living
from outreach.invitations.models import Invitation
from outreach.presence import Attendance, Doing, Kind
from tests.delivery import campaigns
from tests.relay import Relay

SignIn = Callable[..., FlaskClient]


def look(app: Flask) -> Panel:
    found = panel(now(), Path(app.config["DATA_DIR"]))
    db.session.rollback()
    return found


def send() -> None:
    with sender() as post:
        post.send_due()


@pytest.mark.both
def test_what_waits_is_told_campaign_by_campaign(app: Flask, relay: Relay, clock: time_machine.Traveller) -> None:
    number = campaigns.launched(batch_size=3)
    relay.say("dot", None, times=1)
    relay.say("rcpt", "451 4.7.1 Later", times=1)
    send()
    (load,) = look(app).waiting.campaigns
    assert (load.id, load.due, load.later, load.retries, load.in_doubt, load.held) == (number, 0, 2, 1, 1, 0)
    assert load.next_at is not None
    assert load.oldest is None
    clock.shift(timedelta(hours=1))
    (load,) = look(app).waiting.campaigns
    assert (load.due, load.later, load.retries) == (3, 0, 0)
    assert load.oldest is not None
    assert load.oldest < now()
    assert load.next_at is None


@pytest.mark.both
def test_what_a_person_holds_is_neither_due_nor_later(app: Flask, relay: Relay, clock: time_machine.Traveller) -> None:
    campaigns.launched(batch_size=5)
    relay.say("rcpt", "451 4.7.1 Later", times=5)
    send()
    with transaction() as session:
        first = session.scalars(select(Message.id).limit(1)).one()
        settling.settle(first, Decision.HOLD, now(), None)
    clock.shift(timedelta(days=1))
    (load,) = look(app).waiting.campaigns
    assert (load.due, load.retries, load.held) == (4, 0, 1)
    assert load.next_at is None


@pytest.mark.both
def test_lanes_say_what_waits_in_them_and_when_they_open(app: Flask, clock: time_machine.Traveller) -> None:
    campaigns.launched(batch_size=5)
    with transaction():
        lanes.set_limits({Family.OTHERS: 60})
    with transaction():
        assert len(leasing.lease(Message, "one", 5, now())) < 5
    found = {lane.family: lane for lane in look(app).waiting.lanes}
    assert found[Family.OTHERS].per_hour == 60
    assert found[Family.OTHERS].due > 0
    assert found[Family.OTHERS].opens_at is not None
    assert (found[Family.GMAIL].per_hour, found[Family.GMAIL].due, found[Family.GMAIL].opens_at) == (None, 0, None)


@pytest.mark.both
def test_of_very_many_that_are_due_only_so_many_are_counted(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision_queries, "MANY", 3)
    campaigns.launched(batch_size=5)
    (load,) = look(app).waiting.campaigns
    assert load.due == 4
    assert load.later is None
    assert look(app).waiting.is_more


@pytest.mark.both
def test_who_lives_is_seen_from_outside_without_a_lock_of_ones_own(app: Flask) -> None:
    folder = Path(app.config["DATA_DIR"])
    with Ownership(db.engine, folder) as owner:
        assert living([owner.name, "1-nobody"], folder) == {owner.name}
        db.session.rollback()
        assert owner.is_alive()
    until(lambda: living([owner.name], folder) == set())


def until(happens: Callable[[], bool]) -> None:
    """PostgreSQL lets go of the locks of a connection a moment after it was closed."""
    end = time.monotonic() + 10
    while not happens() and time.monotonic() < end:
        db.session.rollback()
        time.sleep(0.02)
    assert happens()


@pytest.mark.both
def test_what_a_dead_sender_had_in_hand_is_shown_and_settled(app: Flask) -> None:
    number = campaigns.launched(batch_size=5)
    with transaction():
        leases = leasing.lease(Message, "1-dead", 3, now())
        intent = outbox.Intent(leases[0], "ada@association.test", "digest", {})
        assert outbox.intend(Message, [intent], now()) == {leases[0].id}
    (hand,) = look(app).stalled
    assert (hand.owner, hand.count, hand.announced) == ("1-dead", 3, 1)
    assert look(app).hands == []
    with transaction():
        assert settle_stalled(now(), Path(app.config["DATA_DIR"])) == 3
    assert look(app).stalled == []
    assert dict(figures.counts(number)) == {MessageState.QUEUED: 4, MessageState.IN_DOUBT: 1}


@pytest.mark.both
def test_what_a_living_sender_has_in_hand_stays_there(app: Flask) -> None:
    folder = Path(app.config["DATA_DIR"])
    campaigns.launched(batch_size=5)
    with Ownership(db.engine, folder) as owner:
        with transaction():
            leasing.lease(Message, owner.name, 3, now())
        assert [hand.count for hand in look(app).hands] == [3]
        with transaction():
            assert settle_stalled(now(), folder) == 0
    until(lambda: [hand.count for hand in look(app).stalled] == [3])


def test_a_process_that_gives_no_sign_is_no_clock(app: Flask, clock: time_machine.Traveller) -> None:
    assert look(app).clock is None
    engine = Attendance(db.engine, Kind.ENGINE, now())
    engine.say(Doing.SENDING, now(), 7)
    Attendance(db.engine, Kind.WORKER, now(), threads=4).say(Doing.WAITING, now())
    seen = look(app)
    assert seen.clock is not None
    assert seen.senders == 5
    clock.shift(timedelta(minutes=2))
    assert look(app).clock is None
    assert look(app).senders == 0


def test_a_clock_that_stands_by_is_not_the_clock(app: Flask) -> None:
    Attendance(db.engine, Kind.CLOCK, now()).say(Doing.STANDING_BY, now())
    assert look(app).clock is None


def test_the_page_says_what_is_wrong_and_what_to_do(app: Flask, relay: Relay, signed_in: SignIn) -> None:
    campaigns.launched(batch_size=5)
    with transaction():
        leasing.lease(Message, "1-dead", 2, now())
    browser = signed_in(Role.SIGN)
    text = browser.get("/admin/supervision?lang=en").text
    assert "No clock gives a sign" in text
    assert "2 messages are in the hand of senders that died" in text
    assert browser.post("/admin/supervision/settle-stalled").location == "/admin/supervision"
    Attendance(db.engine, Kind.ENGINE, now()).say(Doing.WAITING, now())
    text = browser.get("/admin/supervision?lang=en").text
    assert "No clock gives a sign" not in text
    assert "senders that died" not in text


def test_only_the_part_that_changes_is_asked_for_again(app: Flask, signed_in: SignIn) -> None:
    browser = signed_in(Role.ADMINISTER)
    part = browser.get("/admin/supervision", headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<div id="live"')
    assert 'href="/admin/supervision" aria-current="page"' in browser.get("/admin/supervision").text
    assert "/admin/supervision" not in signed_in(Role.PREPARE).get("/admin/campaigns/").text


def test_notices_in_doubt_are_decided_about_on_the_page(app: Flask, relay: Relay, signed_in: SignIn) -> None:
    campaigns.launched()
    with transaction() as session:
        invitation = session.scalars(select(Invitation).order_by(Invitation.id).limit(1)).one()
        notice = notify(NoticePurpose.ADDRESS_CHECK, invitation, "1", "fr", "x@reseau.test", {"name": "X"}, now()).id
    relay.say("dot", None, to="x@reseau.test", times=1)
    send()
    browser = signed_in(Role.SIGN)
    assert "x@reseau.test" in browser.get("/admin/supervision").text
    told = {"verdict": "sent", "message": str(notice), "confirmed": "1", "home": "/admin/supervision"}
    assert browser.post("/admin/notices/decide", data=told).location == "/admin/supervision"
    assert db.session.get_one(Notice, notice).state is MessageState.SENT
    db.session.rollback()
    assert "x@reseau.test" not in browser.get("/admin/supervision").text


def plan(ask: Callable[[], object]) -> list[str]:
    """The steps of every statement behind a question."""
    statements: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        statements.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    ask()
    event.remove(db.engine, "before_cursor_execute", note)
    return [
        row[3]
        for statement, parameters in statements
        if statement.lstrip().startswith("SELECT")
        for row in db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    ]


def test_sqlites_plans_seek_what_waits_and_scan_no_message(app: Flask, relay: Relay) -> None:
    campaigns.launched(batch_size=3)
    send()
    steps = plan(lambda: supervision_queries.waiting(now()))
    steps += plan(supervision_queries.in_hand) + plan(supervision_queries.notices_in_doubt)
    steps += plan(supervision_queries.oldest_retry)
    small = ("SCAN CONSTANT ROW", "SCAN lane", "SCAN campaign", "SCAN anon_", "SCAN (")
    assert [step for step in steps if step.startswith("SCAN") and not step.startswith(small)] == []
    sought = {step for step in steps if "message" in step and step.startswith("SEARCH")}
    assert {step.partition(" USING ")[2].partition(" (")[0] for step in sought} <= {
        "COVERING INDEX ix_message_due",
        "INDEX ix_message_due",
    }
    assert [step for step in sought if "campaign_id=? AND state=? AND lane=? AND due_at" in step]


def test_the_same_figures_are_there_for_machines(app: Flask, relay: Relay, client: FlaskClient) -> None:
    campaigns.launched(batch_size=3)
    send()
    with transaction() as session:
        session.execute(update(Message).where(Message.state == MessageState.QUEUED).values(due_at=now()))
    with transaction():
        leasing.lease(Message, "1-dead", 1, now())
    text = client.get("/metrics").text
    assert 'outreach_answers_last_hour{answer="accepted"} 3.0' in text
    assert 'outreach_due{lane="others"} 1.0' in text
    assert 'outreach_in_hand{sender="dead"} 1.0' in text
    assert "outreach_clock 0.0" in text


@pytest.mark.parametrize("state", [None, MessageState.SENT])
def test_a_page_of_messages_reads_its_own_rows_and_sorts_none(app: Flask, state: MessageState | None) -> None:
    number = campaigns.launched(batch_size=5)
    wanted = queries.Wanted(number, state)
    place = Cursor("", 1) if state is None else Cursor(f"others {now().isoformat()}", 1)
    steps = plan(lambda: queries.page(wanted, after=place))
    assert not [step for step in steps if step.startswith("SCAN") or "ORDER BY" in step]
    index = "campaign_id=? AND invitation_id>?" if state is None else "campaign_id=? AND state=? AND"
    assert [step for step in steps if "SEARCH message" in step and index in step]
