"""The page of supervision in a real browser: everybody can read it, and it looks again by itself."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from outreach.database import db, now, transaction
from outreach.delivery import figures, leasing
from outreach.delivery.history import steps
from outreach.delivery.history.models import StepKind
from outreach.delivery.history.rates import Rates
from outreach.delivery.models import Message
from outreach.delivery.states import MessageState
from outreach.delivery.supervision.resting import note_rest
from outreach.presence import Attendance, Doing, Kind
from tests import people
from tests.delivery import campaigns
from tests.server import Server

pytestmark = pytest.mark.browser


@pytest.fixture
def office(app: Flask, browser_page: Page, live_server: Server) -> Page:
    """A member of staff with every role, signed in."""
    browser_page.context.add_cookies([{"name": "staff", "value": people.sign_in(), "url": live_server.url}])
    return browser_page


def busy() -> int:
    """A campaign with something in every column; a sender that died, one that rests, two processes; one message."""
    campaign = campaigns.launched(batch_size=5)
    with transaction():
        leasing.lease(Message, "1-dead", 1, now())
        note_rest("2-resting", now(), now() + timedelta(minutes=5), 3, "connect: 421 4.7.0 Too many connections")
        rates = Rates("3-sending")
        rates.note([MessageState.SENT] * 120, now())
        rates.write(now())
    with transaction() as session:
        numbers = session.scalars(select(Message.id).where(Message.state == MessageState.QUEUED)).all()
        doubtful = {"state": MessageState.IN_DOUBT, "intent_at": now(), "tries": 1, "reply_text": "dot: timeout"}
        session.execute(update(Message).where(Message.id == numbers[0]).values(**doubtful))
        steps.keep(Message, [numbers[0]], StepKind.TRIED, now())
        figures.recount(campaign)
    Attendance(db.engine, Kind.ENGINE, now()).say(Doing.SENDING, now(), 1_284_113)
    Attendance(db.engine, Kind.WORKER, now(), threads=4, queues="notices").say(
        Doing.WAITING, now() - timedelta(hours=1)
    )
    return numbers[0]


@pytest.mark.parametrize(("language", "width"), [("fr", 375), ("en", 1280)])
def test_axe_finds_nothing_while_there_is_much_to_see(
    office: Page, axe: Callable[[Page], None], language: str, width: int
) -> None:
    message = busy()
    campaign = db.session.get_one(Message, message).campaign_id
    db.session.rollback()
    office.set_viewport_size({"width": width, "height": 900})
    for path in ("supervision", f"messages/{message}", f"campaigns/{campaign}/messages?state=in_doubt"):
        office.goto(f"/admin/{path}{'&' if '?' in path else '?'}lang={language}")
        axe(office)
        assert office.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_it_looks_again_by_itself(office: Page) -> None:
    office.goto("/admin/supervision?lang=en")
    expect(office.get_by_text("No clock gives a sign")).to_be_visible()
    busy()
    expect(office.get_by_text("No clock gives a sign")).to_have_count(0, timeout=20_000)
    expect(office.locator(".figure", has_text="in doubt").locator(".figure-value")).to_have_text("1")


def test_several_are_decided_about_in_three_steps(office: Page) -> None:
    message = busy()
    campaign = db.session.get_one(Message, message).campaign_id
    db.session.rollback()
    office.goto(f"/admin/campaigns/{campaign}/messages?state=in_doubt&lang=en")
    office.locator("input[name=message]").check()
    office.get_by_role("button", name="Give up").click()
    expect(office.get_by_text("cannot be undone")).to_be_visible()
    office.get_by_role("button", name="Give up").click()
    expect(office.get_by_text("Decided about 1 message.")).to_be_visible()
    assert db.session.get_one(Message, message).state is MessageState.FAILED
