"""Every page as a browser shows it: axe finds nothing, nothing runs off a telephone, no error of a script or policy."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from config import Config
from tests import people
from tests.chromium import visit
from tests.routes import pages

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BROKEN = """[
  ...[...document.images].filter(image => image.complete && !image.naturalWidth).map(image => "unseen: " + image.src),
  ...[...document.querySelectorAll("main p")].filter(one => !one.textContent.trim() && !one.matches("[role], :has(*)"))
    .map(one => "an empty paragraph in " + one.parentElement.textContent.trim().slice(0, 60)),
]"""
"""Pictures that cannot be drawn; paragraphs that the browser closed early, because a form stood in them."""

NOT_PAGES: dict[str, str] = {}
"""Routes that answer with a fragment of a page, and where it goes."""


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(("language", "width"), [("fr", 375), ("en", 1280)])
def test_every_page_can_be_read_by_everybody(
    config: Config, browser_page: Page, axe: Callable[[Page], None], language: str, width: int
) -> None:
    world, token = people.world(), people.sign_in()
    browser_page.context.add_cookies([{"name": "staff", "value": token, "url": config.base_url}])
    browser_page.set_viewport_size({"width": width, "height": 800})
    wrong: list[str] = []
    for route in pages():
        if not route.is_page or route.rule in NOT_PAGES:
            continue
        if visit(browser_page, route.path(world, lang=language)) is None:
            continue
        try:
            axe(browser_page)
        except AssertionError as error:
            wrong.append(f"{route.rule}: {error}")
        if browser_page.evaluate("document.documentElement.scrollWidth") > width:
            wrong.append(f"{route.rule}: wider than {width} pixels")
        wrong += [f"{route.rule}: {found}" for found in browser_page.evaluate(BROKEN)]
        if browser_page.evaluate("document.documentElement.lang") != language:
            wrong.append(f"{route.rule}: not in {language}")
    assert wrong == []
