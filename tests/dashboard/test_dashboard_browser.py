"""The dashboard in a real browser: nobody is kept out, and it looks again by itself."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from outreach.campaigns.models import CampaignState
from outreach.database import db, now, transaction
from outreach.delivery import figures
from outreach.delivery.models import Message
from outreach.delivery.states import MessageState
from outreach.events.queries import get_event
from outreach.invitations.models import Reply
from outreach.invitations.queries import get_invitation
from tests import people
from tests.dashboard.crowd import Crowd, answer, crowd
from tests.server import Server

pytestmark = pytest.mark.browser


@pytest.fixture
def six(app: Flask) -> Crowd:
    return crowd()


@pytest.fixture
def office(six: Crowd, browser_page: Page, live_server: Server) -> Page:
    """A member of staff with every role, signed in."""
    browser_page.context.add_cookies([{"name": "staff", "value": people.sign_in(), "url": live_server.url}])
    return browser_page


def running(six: Crowd) -> int:
    """A campaign on its way, whose only message is in doubt."""
    with transaction():
        made = people.campaign(get_event(six.event))
        made.state, made.starts_at = CampaignState.RUNNING, now()
        message = people.message(made, get_invitation(six.ada))
        message.state, message.email, message.intent_at = MessageState.IN_DOUBT, "ada@association.test", now()
        figures.recount(made.id)
        return made.id


@pytest.mark.parametrize("width", [375, 1280])
def test_axe_finds_nothing_on_any_page(six: Crowd, office: Page, axe: Callable[[Page], None], width: int) -> None:
    number = running(six)
    office.set_viewport_size({"width": width, "height": 900})
    contact = get_invitation(six.ada).contact_id
    db.session.rollback()
    for path in (
        "/admin/",
        "/admin/answers/",
        "/admin/answers/?show=waiting",
        "/admin/answers/?q=nobody",
        f"/admin/campaigns/{number}/progress",
        f"/admin/campaigns/{number}/progress?state=rejected",
        f"/admin/contacts/{contact}/history",
        "/admin/travel",
        f"/admin/travel/{six.ada}",
    ):
        office.goto(path)
        axe(office)
        assert office.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_an_answer_appears_while_a_campaign_runs(six: Crowd, office: Page) -> None:
    running(six)
    office.goto("/admin/?lang=fr")
    answered = office.locator("a.figure", has_text="ont répondu").locator(".figure-value")
    expect(answered).to_have_text("3")
    with transaction():
        answer(get_invitation(six.deputy), Reply.NO, now())
    expect(answered).to_have_text("4", timeout=20_000)


def test_progress_is_said_once_and_what_is_read_stays_still(six: Crowd, office: Page) -> None:
    number = running(six)
    office.goto(f"/admin/campaigns/{number}/progress?lang=en")
    with transaction():
        message = db.session.get(Message, 1)
        assert message is not None
        message.state = MessageState.SENT
        figures.recount(number)
    expect(office.locator("#said")).to_have_text("Invitation au congrès: 100% has left", timeout=20_000)


def test_the_tree_opens_in_place(six: Crowd, office: Page) -> None:
    office.goto("/admin/travel")
    tree = office.locator("ul.tree")
    tree.locator("summary", has_text="Ada Lefèvre").click()
    tree.locator("summary", has_text="Bob Lyonnais").click()
    expect(tree).to_contain_text("Cléo Nantaise")


def test_a_search_by_name_narrows_the_list_as_one_types(six: Crowd, office: Page) -> None:
    office.goto("/admin/answers/")
    office.locator("input[name=q]").press_sequentially("lyon")
    expect(office.locator("#results tbody tr")).to_have_count(1)
    expect(office.locator("#results")).to_contain_text("Bob Lyonnais")
