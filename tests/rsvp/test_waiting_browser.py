"""The waiting list in a browser: a seat taken by keyboard, pages that everybody can use."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from outreach.contacts.kinds import Kind
from outreach.database import db
from outreach.links import Purpose
from outreach.rsvp.waiting.models import PlaceState
from tests import people
from tests.rsvp.test_waiting import Hall, state, tick
from tests.server import Server

Axe = Callable[[Page], None]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("width", [375, 1280])
def test_the_pages_of_the_waiting_list_are_for_everybody(
    browser_page: Page, live_server: Server, axe: Axe, width: int, language: str
) -> None:
    hall = Hall(seats=3)
    first, second = hall.waits(), hall.waits(companions=1, kind=Kind.MAYOR)
    hall.answer(hall.seated, companions=1)
    tick()
    page = browser_page
    page.set_viewport_size({"width": width, "height": 900})
    for one in (first, second):
        page.goto(one.url(Purpose.ANSWER) + f"/seats?lang={language}")
        axe(page)
    page.goto(second.url(Purpose.ANSWER) + f"?lang={language}")
    axe(page)
    db.session.rollback()
    page.context.add_cookies([{"name": "staff", "value": people.sign_in(), "url": live_server.url}])
    for path in (f"/admin/events/{hall.event_id}/waiting", f"/admin/events/{hall.event_id}"):
        page.goto(path + f"?lang={language}")
        axe(page)


@pytest.mark.usefixtures("app")
def test_a_seat_is_taken_with_the_keyboard(browser_page: Page) -> None:
    hall = Hall()
    one = hall.waits()
    hall.frees()
    tick()
    browser_page.goto(one.url(Purpose.ANSWER) + "/seats?lang=fr")
    browser_page.get_by_role("button", name="Je prends la place").focus()
    browser_page.keyboard.press("Enter")
    browser_page.get_by_text("C’est noté").wait_for()
    assert state(one) is PlaceState.SEATED
