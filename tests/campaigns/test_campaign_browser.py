"""The editors of a campaign in a real browser."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from outreach.accounts.models import Role
from outreach.campaigns import queries
from outreach.database import db, transaction
from tests import people
from tests.server import Server

pytestmark = pytest.mark.browser
CASES = ("", "/letter", "/audience", "/calendar", "/settings", "/audience/chosen")


@pytest.fixture
def draft(app: Flask) -> int:
    with transaction():
        people.city()
        for person in (people.ada, people.ccas, people.deputy, people.mep, people.without_address):
            person()
        return people.campaign(people.congress()).id


@pytest.fixture
def page(browser_page: Page, live_server: Server, app: Flask) -> Page:
    """Signed in as somebody who prepares campaigns and signs them."""
    token = people.sign_in(Role.PREPARE, Role.SIGN)
    browser_page.context.add_cookies([{"name": "staff", "value": token, "url": live_server.url}])
    return browser_page


def test_the_letter_is_previewed_while_it_is_typed_and_placeholders_go_where_the_writer_is(
    page: Page, draft: int
) -> None:
    page.goto(f"/admin/campaigns/{draft}/letter")
    page.get_by_label("Texte (Français)").fill("{salutation}\n\nVenez ")
    page.get_by_role("button", name="{dates}").click()
    expect(page.get_by_label("Texte (Français)")).to_have_value("{salutation}\n\nVenez {dates}")
    expect(page.locator("#previews [lang=fr] .letter")).to_contain_text("Venez les ")
    page.get_by_label("La lire comme").select_option(label="Inès Durand (Député)")
    expect(page.locator("#previews [lang=fr] .letter")).to_contain_text("Madame la Députée,")
    letter = queries.letter_of(queries.get_campaign(draft), "fr")
    assert letter is not None
    assert "Venez" not in letter.body
    db.session.rollback()


def test_the_audience_is_counted_while_it_is_chosen(page: Page, draft: int) -> None:
    page.goto(f"/admin/campaigns/{draft}/audience")
    expect(page.locator("#count .figure-value").first).to_have_text("4")
    page.get_by_label("Tout l’annuaire").uncheck()
    page.get_by_label("CCAS").first.check()
    expect(page.locator("#count .figure-value").first).to_have_text("1")


def test_the_plan_follows_the_form(page: Page, draft: int) -> None:
    page.goto(f"/admin/campaigns/{draft}/calendar")
    page.get_by_label("Envois par lot").fill("3")
    expect(page.locator("#plan tbody tr")).to_have_count(2)


@pytest.mark.parametrize("path", CASES)
def test_campaign_pages_are_accessible(page: Page, draft: int, axe: Callable[[Page], None], path: str) -> None:
    page.goto(f"/admin/campaigns/{draft}{path}")
    axe(page)


def test_lists_and_event_pages_are_accessible(page: Page, draft: int, axe: Callable[[Page], None]) -> None:
    with transaction():
        event = people.congress(date(2027, 6, 4))
        session = event.sessions[-1].id
    for path in (
        "campaigns/",
        "campaigns/new",
        "events",
        "events/new",
        f"events/{event.id}",
        f"events/{event.id}/edit",
        f"events/{event.id}/sessions/{session}",
    ):
        page.goto(f"/admin/{path}")
        axe(page)
