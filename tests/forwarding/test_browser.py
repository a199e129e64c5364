"""The page for passing on in a browser: what its script adds, and that axe finds nothing with all of it open."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from outreach.database import now, transaction
from outreach.invitations.actions import invite
from outreach.invitations.models import Origin
from outreach.links import Purpose, links
from tests import people

pytestmark = pytest.mark.browser

SHARE = "navigator.share = async (given) => { window.given = given; }"
"""Chromium on a desk has no share menu: what a telephone's would be given is kept."""


@pytest.fixture
def kit(app: Flask) -> str:
    """Where Ada's kit is."""
    with transaction():
        people.city()
        key = invite(people.congress(), people.ada(), Origin.AUDIENCE, now()).key
    return f"/k/{links().sign(Purpose.KIT, key)}"


def test_texts_are_copied_as_they_stand(browser_page: Page, kit: str) -> None:
    browser_page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    browser_page.goto(f"{kit}?lang=fr")
    browser_page.get_by_role("button", name="Copier le message").first.click()
    expect(browser_page.get_by_role("status")).to_have_text("Copié")
    copied = browser_page.evaluate("navigator.clipboard.readText()")
    assert copied == browser_page.locator("#message-fr").text_content()
    assert "/s/" in copied


def test_the_share_menu_is_given_the_words_and_its_own_mark(browser_page: Page, kit: str) -> None:
    browser_page.add_init_script(SHARE)
    browser_page.goto(f"{kit}?lang=en")
    browser_page.get_by_role("button", name="Share from this telephone").first.click()
    given = browser_page.evaluate("window.given")
    assert given["url"].endswith("?via=sheet")
    assert "2nd National Congress of Solidarities" in given["text"]


def test_without_a_share_menu_no_button_promises_one(browser_page: Page, kit: str) -> None:
    browser_page.goto(f"{kit}?lang=en")
    expect(browser_page.get_by_role("button", name="Copy the link")).to_be_visible()
    expect(browser_page.get_by_role("button", name="Share from this telephone")).to_have_count(0)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_axe_finds_nothing_with_both_languages_open(
    browser_page: Page, kit: str, axe: Callable[[Page], None], language: str
) -> None:
    browser_page.add_init_script(SHARE)
    browser_page.goto(f"{kit}?lang={language}")
    browser_page.locator("details.ready summary").click()
    expect(browser_page.get_by_role("link", name="WhatsApp")).to_have_count(2)
    axe(browser_page)
