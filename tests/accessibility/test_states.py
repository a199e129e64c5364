"""Every state of every public page: nothing for axe to find, nothing runs off at 400 % of zoom."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.accessibility.states import states

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.usefixtures("app")]

ZOOMED = {"width": 320, "height": 256}
"""1,280 by 1,024 pixels at 400 % (WCAG 1.4.10)."""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_state_can_be_read_by_everybody(browser_page: Page, axe: Callable[[Page], None], language: str) -> None:
    browser_page.set_viewport_size(ZOOMED)  # type: ignore[arg-type]
    wrong: list[str] = []
    for state in states():
        state.show(browser_page, language)
        try:
            if language == "fr":  # the same pages, and axe is slow
                axe(browser_page)
        except AssertionError as error:
            wrong.append(f"{state.name}: {error}")
        if (over := browser_page.evaluate(WIDER)) > 0:
            wrong.append(f"{state.name}: {over} pixels too wide")
        if browser_page.evaluate("document.documentElement.lang") != language:
            wrong.append(f"{state.name}: not in {language}")
        if browser_page.locator("h1").count() != 1:
            wrong.append(f"{state.name}: not one heading of the first level")
    assert wrong == []
