"""Two that lock the same rows at once, on PostgreSQL: in one order, so one waits; or it tries anew."""

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from outreach.campaigns.models import Campaign, CampaignState
from outreach.contacts.actions import suppress
from outreach.contacts.models import Suppression, SuppressionReason
from outreach.database import committed, db, now, transaction
from outreach.delivery import brake, figures, launching, leasing
from outreach.delivery.book import LeaseBook
from outreach.delivery.breaker import RETURNS, halt
from outreach.delivery.letters.composing import MessageComposer
from outreach.delivery.models import Message
from outreach.delivery.returns import finding
from outreach.delivery.sending import finish_campaigns
from outreach.delivery.service import return_addresses
from outreach.delivery.states import MessageState, Outcome, Phase, Reply
from outreach.links import links
from tests.delivery import campaigns
from tests.delivery.test_at_once import elsewhere, wait_for_somebody_who_waits

GONE = Reply(550, "5.1.1", "Unknown")


@pytest.fixture
def database_kind() -> str:
    return "postgresql"


def die_first() -> None:
    """Of two who wait for each other, PostgreSQL is to end this one."""
    db.session.execute(text("SET LOCAL deadlock_timeout = '10ms'"))


def die_last() -> None:
    db.session.execute(text("SET LOCAL deadlock_timeout = '1min'"))


def book() -> LeaseBook:
    """A lease of everything that is due."""
    with transaction():
        leases = leasing.lease(Message, "one", 10, now())
    ready = MessageComposer(links(), return_addresses()).prepare(leases, now()).ready
    db.session.close()
    return LeaseBook(Message, ready)


def emails() -> dict[int, str]:
    """To whom each message goes."""
    with transaction() as session:
        found = session.execute(
            text(
                "SELECT m.id, a.email FROM message m JOIN invitation i ON i.id = m.invitation_id "
                "JOIN address a ON a.contact_id = i.contact_id ORDER BY m.id"
            )
        )
        return dict(found.all())


def gone(number: int) -> Outcome:
    return Outcome(number, Phase.RCPT, GONE)


def test_what_postgresql_ended_for_anothers_sake_is_written_anew_and_counted_once(app: Flask) -> None:
    number = campaigns.launched(batch_size=5)
    held, said = book(), emails()
    first, *others = said
    suppressed = threading.Event()

    def the_other() -> None:
        die_last()
        suppress(said[first], SuppressionReason.STAFF, now())
        suppressed.set()
        wait_for_somebody_who_waits()
        db.session.execute(select(Message.id).where(Message.id == first).with_for_update())

    with elsewhere(app, the_other):
        assert suppressed.wait(30)
        assert set(held.settle([gone(first)], others)) == set(others)
    assert dict(figures.counts(number)) == {MessageState.REJECTED: 1, MessageState.LEASED: 4}
    assert held.settled == 1
    assert len(db.session.scalars(select(Suppression)).all()) == 1
    db.session.rollback()


def test_two_senders_end_addresses_in_one_order(app: Flask) -> None:
    campaigns.launched(batch_size=5)
    held, said = book(), emails()
    low, *_middle, high = sorted(said, key=lambda number: links().digest(said[number]))
    suppressed = threading.Event()

    def the_other() -> None:
        die_first()
        suppress(said[low], SuppressionReason.BOUNCE, now())
        suppressed.set()
        wait_for_somebody_who_waits()
        suppress(said[high], SuppressionReason.BOUNCE, now())

    with elsewhere(app, the_other):
        assert suppressed.wait(30)
        held.settle([gone(high), gone(low)], [])
    assert len(db.session.scalars(select(Suppression)).all()) == 2
    db.session.rollback()


def test_a_sender_pulls_the_brake_when_it_has_locked_all_else(app: Flask) -> None:
    campaigns.launched(batch_size=5)
    held, said = book(), emails()
    first, second, *_others = said
    pulled = threading.Event()

    def the_other() -> None:
        die_first()
        suppress(said[second], SuppressionReason.BOUNCE, now())
        pulled.set()
        wait_for_somebody_who_waits()
        brake.pull(now(), "the other")

    refused = Outcome(first, Phase.MAIL, Reply(530, "5.7.0", "Sign in first"))
    with elsewhere(app, the_other):
        assert pulled.wait(30)
        held.settle([refused, gone(second)], [])
    assert brake.state() is not None
    db.session.rollback()


def test_who_closes_a_campaign_and_who_pauses_it_over_what_came_back_do_not_wait_for_each_other(app: Flask) -> None:
    number = campaigns.launched(batch_size=5)
    with transaction() as session:
        session.execute(update(Message).values(state=MessageState.SENT, ended_at=now()))
        figures.recount(number)
        figures.move({(number, MessageState.BOUNCED): 1, (number, MessageState.SENT): -1}, RETURNS)
    counted = threading.Event()

    def a_report() -> None:
        die_first()
        figures.move({(number, MessageState.SENT): -1, (number, MessageState.BOUNCED): 1}, RETURNS)
        counted.set()
        wait_for_somebody_who_waits()
        assert halt(number, "too many", now())

    with elsewhere(app, a_report):
        assert counted.wait(30)
        finish_campaigns()
    assert campaigns.state(number) is CampaignState.PAUSED


def test_who_stops_a_campaign_and_who_pauses_it_over_what_came_back_do_not_wait_for_each_other(app: Flask) -> None:
    number = campaigns.launched(batch_size=5)
    with transaction() as session:
        one = session.scalars(select(Message.id).order_by(Message.id)).first()
        again = now() + timedelta(hours=1)
        session.execute(update(Message).where(Message.id == one).values(state=MessageState.RETRY, due_at=again))
        figures.recount(number)
    held = threading.Event()

    def a_report() -> None:
        die_first()
        assert finding.held(Message, one or 0) is not None
        held.set()
        wait_for_somebody_who_waits()
        assert halt(number, "too many", now())

    with elsewhere(app, a_report):
        assert held.wait(30)
        with transaction() as session:
            assert launching.stop(session.get_one(Campaign, number), now()) == 5
    assert campaigns.state(number) is CampaignState.STOPPED


def test_what_is_no_clash_is_not_tried_anew(app: Flask) -> None:
    tried = []

    def fail() -> None:
        tried.append(1)
        db.session.execute(text("SELECT 1 / 0"))

    with pytest.raises(Exception, match="division by zero"):
        committed(fail)
    assert len(tried) == 1
