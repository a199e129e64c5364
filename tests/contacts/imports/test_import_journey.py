"""Files in a browser: given, their columns checked, repairs chosen, brought in, followed, cancelled, undone."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from config import Config
from outreach.contacts.imports.jobs import Errands
from outreach.contacts.imports.models import ImportState
from outreach.contacts.searching import listing
from outreach.contacts.searching.filters import Filters
from outreach.database import db
from tests import people
from tests.contacts.imports.files import PAGES, latest, long_file, short_file

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("app")]

ROWS = (
    "Béchu;Zoé;F;mairie@@allonnes.example;Allonnes;49650;241520030",
    "MARTIN;Léa;F;lea@a.example;Le Mans;72000;",
    "Durand;Luc;M;pas une adresse;Angers;49000;",
)


@pytest.fixture
def office(config: Config, browser_page: Page) -> Page:
    """The browser of a member of staff."""
    token = people.sign_in()
    db.session.rollback()
    browser_page.context.add_cookies([{"name": "staff", "value": token, "url": config.base_url}])
    return browser_page


def names() -> list[str]:
    db.session.rollback()
    return [one.name for one in listing.everyone(Filters())]


def send(page: Page, content: bytes, language: str = "fr") -> None:
    """Give a file on its page."""
    page.goto(f"{PAGES}?lang={language}")
    page.set_input_files("#f-file", {"name": "maires.csv", "mimeType": "text/csv", "buffer": content})
    page.locator("main form button[type=submit]").first.click()


def choose(page: Page) -> None:
    """Take the columns as proposed."""
    page.locator("main form[novalidate] button.primary").click()
    page.wait_for_url(re.compile(r"/imports/\d+$"))


def fits(page: Page, axe: Callable[[Page], None]) -> None:
    """Read by everybody, on a telephone and on a desk."""
    axe(page)
    for width in (375, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    axe(page)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_short_file_from_its_columns_to_the_directory_and_back(
    office: Page, axe: Callable[[Page], None], language: str, tmp_path: Path
) -> None:
    send(office, short_file(*ROWS), language)
    fits(office, axe)
    assert "mairie@@allonnes.example" in office.locator("main").inner_text()
    office.get_by_role(
        "button", name={"fr": "Voir ce qui se passerait", "en": "See what would happen"}[language]
    ).click()
    fits(office, axe)
    figures = office.locator(".figures").inner_text()
    assert "1" in figures
    guess = office.locator("#repair-doubled_at")
    expect(guess).not_to_be_checked()
    guess.focus()
    office.keyboard.press("Space")
    office.keyboard.press("Tab")
    office.locator("form:has(#repair-doubled_at) button").press("Enter")
    expect(office.locator("#repair-doubled_at")).to_be_checked()
    with office.expect_download() as refused:
        office.locator("a[href$='refused.csv']").click()
    refused.value.save_as(tmp_path / "refused.csv")
    assert "pas une adresse" in (tmp_path / "refused.csv").read_text("utf-8-sig")
    office.locator("main .buttons button.primary").click()
    fits(office, axe)
    assert names() == ["Zoé Béchu", "Léa Martin"]
    office.locator("a[href$='/undo']").click()
    fits(office, axe)
    office.locator("form.confirm button.danger").click()
    fits(office, axe)
    assert names() == []
    assert latest().state is ImportState.UNDONE


def test_refused_rows_corrected_and_sent_again_are_recognised(office: Page, tmp_path: Path) -> None:
    send(office, short_file(*ROWS[1:]))
    choose(office)
    office.locator("main .buttons button.primary").click()
    with office.expect_download() as refused:
        office.locator("a[href$='refused.csv']").click()
    refused.value.save_as(tmp_path / "refused.csv")
    corrected = (tmp_path / "refused.csv").read_bytes().replace(b"pas une adresse", b"luc@b.example")
    send(office, corrected)
    assert office.locator("main form[novalidate] select").nth(-1).input_value() == ""
    choose(office)
    office.locator("main .buttons button.primary").click()
    assert names() == ["Luc Durand", "Léa Martin"]


def test_a_long_file_is_followed_until_it_is_in(office: Page, axe: Callable[[Page], None]) -> None:
    send(office, long_file())
    choose(office)
    expect(office.locator("#live")).to_contain_text("En attente de son tour")
    fits(office, axe)
    Errands().run()
    expect(office.locator(".figures")).to_contain_text("3")
    office.locator("main .buttons button.primary").click()
    expect(office.locator("#live")).to_be_visible()
    Errands().run()
    expect(office.locator("h1")).to_have_text("Le fichier est importé")
    fits(office, axe)
    assert len(names()) == 3001


def test_a_long_file_is_cancelled(office: Page) -> None:
    send(office, long_file())
    choose(office)
    office.locator("#live button").click()
    expect(office.locator("h1")).to_have_text("Ce que contiennent les colonnes")
    assert (latest().errand, names()) == (None, [])


def test_without_a_script_a_link_shows_how_far_it_is(config: Config, browser_page: Page) -> None:
    token = people.sign_in()
    browser = browser_page.context.browser
    assert browser is not None
    context = browser.new_context(base_url=config.base_url, java_script_enabled=False, locale="fr-FR")
    context.add_cookies([{"name": "staff", "value": token, "url": config.base_url}])
    page = context.new_page()
    send(page, long_file())
    choose(page)
    Errands().run()
    page.get_by_role("link", name="Voir où cela en est").click()
    expect(page.locator(".figures")).to_be_visible()
    context.close()
