"""The recipient's journey without a mouse, and as a screen reader tells it; written down in docs/accessibility.md."""

import pytest
from playwright.sync_api import Page, expect

from outreach.links import Purpose
from tests.accessibility.tree import focused, of, spoken
from tests.rsvp.guests import ada

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("app")]

REPLIES = 4
SEND = "main form button.primary"


def _tab_to(page: Page, selector: str, most: int = 60) -> None:
    """Press the tabulator until that has the focus."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached by the tabulator")


def test_a_screen_reader_tells_the_invitation_in_the_order_it_is_read(browser_page: Page) -> None:
    browser_page.goto(ada().url(Purpose.INVITATION, lang="fr"))
    landmarks = of(browser_page, "banner", "navigation", "main", "contentinfo")
    assert landmarks == [("banner", ""), ("navigation", "Langue"), ("main", ""), ("contentinfo", "")]
    headings = of(browser_page, "heading")
    assert [name for _role, name in headings] == ["2ᵉ Congrès national des Solidarités", "Répondre"]
    radios = [name for _role, name in of(browser_page, "radio")]
    assert radios[0] == "Je viens"
    assert all(radios)
    assert len(radios) == REPLIES, "what another answer needs is neither seen nor read"


def test_what_is_asked_belongs_to_a_group_with_a_name(browser_page: Page) -> None:
    page = browser_page
    page.goto(ada().url(Purpose.INVITATION, lang="fr"))
    page.locator("label[for=f-reply-yes]").click()
    groups = [name for _role, name in of(page, "group", "radiogroup") if name]
    assert groups[:2] == ["Votre réponse", "Jours"]
    assert not [one for one in spoken(page) if one.role in {"textbox", "checkbox", "radio", "button"} and not one.name]


def test_the_keyboard_alone_answers(browser_page: Page) -> None:
    page = browser_page
    page.goto(ada().url(Purpose.INVITATION, lang="fr"))
    page.keyboard.press("Tab")
    assert focused(page).name == "Aller au contenu"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    _tab_to(page, "#f-reply-yes")
    page.keyboard.press("Space")
    _tab_to(page, ".day input")
    page.keyboard.press("Space")
    _tab_to(page, SEND)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Merci")


def test_after_an_error_the_focus_is_on_what_is_wrong_and_leads_to_it(browser_page: Page) -> None:
    page = browser_page
    page.goto(ada().url(Purpose.INVITATION, lang="fr"))
    _tab_to(page, "#f-reply-yes")
    for _down in range(3):
        page.keyboard.press("ArrowDown")
    _tab_to(page, SEND)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    first = of(page, "alert", "heading", "link")
    assert ("alert", "") in first
    page.keyboard.press("Tab")
    sentence = focused(page).name
    page.keyboard.press("Enter")
    field = next(one for one in spoken(page) if one.invalid)
    assert field.role == "textbox"
    assert sentence in field.description
    page.keyboard.press("Tab")
    assert focused(page).role == "textbox"


def test_the_registration_ties_every_error_to_its_field(browser_page: Page) -> None:
    page = browser_page
    page.goto(ada().url(Purpose.SHARE, lang="fr"))
    _tab_to(page, SEND)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    listed = page.get_by_role("alert").get_by_role("link").all_inner_texts()
    told = [one.description for one in spoken(page) if one.invalid]
    assert listed
    assert len(told) == len(listed)
    assert all(any(sentence in description for description in told) for sentence in listed)


def test_stopping_by_keyboard_says_what_each_button_does(browser_page: Page) -> None:
    page = browser_page
    page.goto(ada().url(Purpose.STOP, lang="fr"))
    _tab_to(page, "button[value=event]")
    assert "2ᵉ Congrès national des Solidarités" in focused(page).description
    page.keyboard.press("Enter")
    expect(page.locator(".notice.good")).to_be_visible()


def test_forced_colours_leave_edges_focus_and_choices_visible(browser_page: Page) -> None:
    page = browser_page
    page.emulate_media(forced_colors="active")
    page.goto(ada().url(Purpose.INVITATION, lang="fr"))
    page.locator("label[for=f-reply-represented]").click()
    edges = page.eval_on_selector_all(
        "main .button, main .choices.big > .choice",
        """all => all.filter(one => one.checkVisibility()).map(one => {
          const style = getComputedStyle(one);
          return style.borderTopStyle !== "none" && parseFloat(style.borderTopWidth) > 0
            && style.borderTopColor !== style.backgroundColor;
        })""",
    )
    assert edges
    assert all(edges)
    outline = "one => { const s = getComputedStyle(one); return [s.outlineStyle, parseFloat(s.outlineWidth)] }"
    assert page.locator(".choices.big > .choice:has(:checked)").evaluate(outline) == ["solid", 2]
    _tab_to(page, SEND)
    assert page.locator(SEND).evaluate(outline) == ["solid", 3]
