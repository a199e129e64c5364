"""Every state of the recipient's pages in a real browser: readable by everybody, light, on a telephone too."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from outreach.contacts.models import Contact
from outreach.database import db, now, transaction
from outreach.events.models import Event, EventState
from outreach.institution.logos import LARGEST as LARGEST_LOGO
from outreach.invitations.models import InvitationState, Origin
from outreach.invitations.queries import get_by_key
from outreach.links import Purpose, links
from outreach.rsvp import queries
from tests import people
from tests.rsvp.guests import Guest, ada, guest

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("app")]

Axe = Callable[[Page], None]
LIGHTEST = 60_000
"""Octets of a whole page as the browser receives it, with all that it loads."""
SEND = "form.answer-form .button.primary"


class Visit:
    """One visitor, who looks at every page they meet: axe, width, language."""

    def __init__(self, page: Page, axe: Axe, language: str, width: int) -> None:
        self.page, self.axe, self.language, self.width = page, axe, language, width
        page.set_viewport_size({"width": width, "height": 800})

    def opens(self, path: str) -> None:
        self.page.goto(path)
        self.looks()

    def touches(self, field: str) -> None:
        self.page.locator(f'label[for="{field}"]').click()

    def sends(self) -> None:
        self.page.locator(SEND).click()
        self.looks()

    def looks(self) -> None:
        self.axe(self.page)
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.width, self.page.url
        assert self.page.evaluate("document.documentElement.lang") == self.language


def _reads(visit: Visit, path: str, french: str, english: str) -> None:
    visit.opens(path)
    expect(visit.page.get_by_role("heading", level=1)).to_have_text(french if visit.language == "fr" else english)


@pytest.fixture(params=[("fr", 375), ("en", 1280)], ids=["fr-375", "en-1280"])
def visit(browser_page: Page, axe: Axe, request: pytest.FixtureRequest) -> Visit:
    return Visit(browser_page, axe, *request.param)


def test_the_way_of_an_answer(visit: Visit) -> None:
    one, page, lang = ada(), visit.page, visit.language
    visit.opens(one.url(Purpose.INVITATION, lang=lang))
    visit.touches("f-reply-represented")
    expect(page.locator("#f-delegate-email")).to_be_visible()
    expect(page.locator("#f-name-0")).to_be_hidden()
    visit.sends()
    expect(page.locator("#errors")).to_be_focused()
    assert page.locator("#f-delegate-email").get_attribute("aria-describedby") == "f-delegate-email-error"
    visit.touches("f-reply-yes")
    expect(page.locator("#f-meal-0")).to_be_hidden()
    visit.touches("f-consent-0")
    page.fill("#f-meal-0", "sans sel")
    page.locator("details.companion summary").first.click()
    page.fill("#f-name-1", "Zoé Roy")
    visit.looks()
    page.keyboard.press("Enter")
    expect(page.locator("#errors")).to_be_focused()
    page.locator("#errors a").first.click()
    expect(page.locator("#f-days-0")).to_be_focused()
    visit.looks()
    visit.touches(f"f-session-0-{one.days[0]}")
    visit.sends()
    expect(page.get_by_text("Zoé Roy")).to_be_visible()
    expect(page.get_by_text("sans sel")).to_be_visible()
    visit.opens(one.url(Purpose.ANSWER, lang=lang))
    visit.touches("f-consent-0")
    visit.sends()
    expect(page.get_by_text("sans sel")).to_be_hidden()
    page.locator(".button.danger").click()
    visit.looks()
    expect(page.locator(".notice.good")).to_be_visible()


def test_another_language_keeps_what_was_typed(browser_page: Page) -> None:
    one, page = ada(), browser_page
    page.goto(one.url(Purpose.INVITATION, lang="fr"))
    page.locator('label[for="f-reply-no"]').click()
    page.fill("#f-words", "Avec mes regrets")
    page.get_by_role("button", name="EN", exact=True).click()
    expect(page.get_by_role("button", name="Send my answer")).to_be_visible()
    expect(page.locator("#f-words")).to_have_value("Avec mes regrets")
    expect(page.locator("#f-reply-no")).to_be_checked()


def test_a_double_tap_and_going_back_are_one_answer(browser_page: Page) -> None:
    one, page = ada(), browser_page
    page.goto(one.url(Purpose.INVITATION, lang="fr"))
    page.locator('label[for="f-reply-excused"]').click()
    page.locator(SEND).dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("Merci de votre réponse")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cette invitation a reçu une réponse")
    assert len(queries.answers(one.invitation().id)) == 1


STATES = {
    "answered": ("Cette invitation a reçu une réponse", "This invitation has been answered"),
    "closed": ("Les réponses sont closes", "Answers are closed"),
    "cancelled": ("Cet événement est annulé", "This event is cancelled"),
    "over": ("Cet événement est passé", "This event is over"),
    "withdrawn": ("Cette invitation a été retirée", "This invitation was withdrawn"),
    "not needed": ("Cette invitation a été retirée", "This invitation was withdrawn"),
    "erased": ("Ce lien n’ouvre plus rien", "This link no longer opens anything"),
}


def test_every_state_has_a_page_of_its_own(visit: Visit) -> None:
    with transaction():
        people.city()
        ones = {state: guest(people.congress(), people.ada()) for state in STATES}
        for state, one in ones.items():
            _becomes(one, state)
    for state, (french, english) in STATES.items():
        _reads(visit, ones[state].url(Purpose.INVITATION, lang=visit.language), french, english)
        assert visit.page.locator("main form").count() == 0, state
        assert bool(visit.page.get_by_text("Lefèvre").count()) == (state != "erased"), state


def _becomes(one: Guest, state: str) -> None:
    invitation = get_by_key(one.key)
    event, contact = db.session.get_one(Event, one.event), db.session.get_one(Contact, invitation.contact_id)
    if state == "answered":
        people.answer_yes(invitation)
    elif state == "closed":
        event.answer_by = now() - timedelta(days=1)
    elif state == "cancelled":
        event.state = EventState.CANCELLED
    elif state == "over":
        event.starts_on = event.ends_on = now().date() - timedelta(days=30)
    elif state == "erased":
        contact.erased_at = now()
    else:
        invitation.state = InvitationState.WITHDRAWN
        invitation.origin = Origin.DELEGATE if state == "not needed" else Origin.AUDIENCE


def test_an_answer_that_can_no_longer_be_changed_is_shown(visit: Visit) -> None:
    with transaction():
        people.city()
        ones = {state: guest(people.congress(), people.ada()) for state in ("closed", "cancelled")}
        for state, one in ones.items():
            people.answer_yes(get_by_key(one.key))
            _becomes(one, state)
    for one in ones.values():
        visit.opens(one.url(Purpose.ANSWER, lang=visit.language))
        expect(visit.page.get_by_text("Paul Bêche")).to_be_visible()
        assert visit.page.locator("main form").count() == 0


def test_lost_and_damaged_links(visit: Visit) -> None:
    token, lang = links().sign(Purpose.INVITATION, ada().key), visit.language
    _reads(visit, f"/i/{token[:40]}?lang={lang}", "Ce lien est incomplet", "This link is incomplete")
    _reads(
        visit, f"/i/{token.lower()}?lang={lang}", "Ce lien a été modifié en chemin", "This link was changed on the way"
    )
    visit.opens(f"/lost?lang={lang}")
    visit.page.get_by_role("textbox").first.fill("ada")
    visit.page.locator("main .button").click()
    visit.looks()
    expect(visit.page.locator("#errors")).to_be_focused()


def test_every_page_with_all_it_loads_is_light(browser_page: Page) -> None:
    with transaction():
        people.city()
        event = people.congress()
        blank, given = guest(event, people.ada()), guest(event, people.mayor())
        people.answer_yes(get_by_key(given.key))
    page, received = browser_page, list[float]()
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    devtools.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))

    def is_light() -> None:
        page.wait_for_load_state("networkidle")
        assert len(received) > 3
        assert sum(received) + LARGEST_LOGO < LIGHTEST, received
        received.clear()

    page.goto(given.url(Purpose.ANSWER))
    is_light()
    page.goto(blank.url(Purpose.INVITATION))
    is_light()
    page.locator('label[for="f-reply-yes"]').click()
    page.locator(SEND).click()
    expect(page.locator("#errors")).to_be_focused()
    is_light()
    assert page.context.cookies() == []
    assert page.locator("script").count() == 0
