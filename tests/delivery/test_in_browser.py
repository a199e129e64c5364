"""The pages of a campaign on its way, as a browser shows them: to everybody, on a telephone and on a desk."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from config import Config
from outreach.campaigns.models import CampaignState
from outreach.delivery.service import sender
from tests import people
from tests.delivery import campaigns
from tests.relay import Relay

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(("language", "width"), [("fr", 375), ("en", 1280)])
def test_they_can_be_read_by_everybody(
    config: Config, relay: Relay, browser_page: Page, axe: Callable[[Page], None], language: str, width: int
) -> None:
    draft, signed, running = campaigns.draft(), campaigns.signed(), campaigns.launched(batch_size=9)
    relay.say("dot", None, to="ada@association.test", times=1)
    relay.say("rcpt", "550 5.1.1 Nobody of that name", to="maire@commune.test")
    with sender() as post:
        post.send_due()
    browser_page.context.add_cookies([{"name": "staff", "value": people.sign_in(), "url": config.base_url}])
    browser_page.set_viewport_size({"width": width, "height": 800})
    for address in (
        f"{draft}/approve",
        f"{draft}/preview-page",
        f"{draft}/preview-page?width=phone",
        f"{draft}/preview-page?part=text",
        f"{draft}/proofs",
        f"{signed}/launch",
        f"{running}/stop",
        f"{running}/messages",
        f"{running}/messages?state=in_doubt",
    ):
        browser_page.goto(f"/admin/campaigns/{address}{'&' if '?' in address else '?'}lang={language}")
        axe(browser_page)
        wide = browser_page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, address


@pytest.mark.usefixtures("app")
def test_a_campaign_is_signed_and_launched_by_hand(config: Config, browser_page: Page) -> None:
    number = campaigns.draft()
    browser_page.context.add_cookies([{"name": "staff", "value": people.sign_in(), "url": config.base_url}])
    browser_page.goto(f"/admin/campaigns/{number}")
    browser_page.locator('a[href$="/approve"]').click()
    frame = browser_page.frame_locator("iframe").first
    assert "Madame" in frame.locator("body").inner_text()
    browser_page.get_by_role("button", name="Signer cette campagne").click()
    browser_page.get_by_role("button", name="Lancer la campagne").click()
    browser_page.get_by_text("La campagne est lancée").wait_for()
    assert campaigns.state(number) is CampaignState.RUNNING
