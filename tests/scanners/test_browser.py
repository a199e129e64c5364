"""A gateway with a real browser: it runs scripts, fills and sends every form, in vain for ten seconds."""

import re

import pytest
from playwright.sync_api import Page, expect
from time_machine import Traveller

from outreach.delivery.service import sender
from outreach.links import Purpose, links
from tests import people
from tests.scanners.conftest import PACE
from tests.scanners.messages import NEIGHBOUR, Mail, links_of
from tests.scanners.robot import Robot
from tests.snapshots import changed, snapshot

pytestmark = [pytest.mark.browser, pytest.mark.both]


WHAT_COUNTS = ("answer", "registration", "suppression")


def _undone(mail: Mail) -> bool:
    """The confirmation that the answer made carries the link that takes it back."""
    with sender() as post:
        post.send_due()
    return any("/a/" in link for one in mail.relay.received[len(mail.messages) :] for link in links_of(one))


def _pages(mail: Mail) -> dict[str, str]:
    """Every page with a form that somebody's messages lead to, by what it is."""
    ada, mayor = "ada@association.test", "maire@commune.test"
    key = mail.link("i", ada).split("/i/")[1].partition(".")[0]
    return {
        "lost": links().absolute("/lost"),
        "invitation": mail.link("i", ada),
        "answer": mail.link("a", mayor),
        "stop": mail.link("u", ada),
        "kit": mail.link("k", ada),
        "share": links().url(Purpose.SHARE, key),
        "confirm": mail.link("c", people.NEWCOMER.email),
        "newcomer": mail.link("i", NEIGHBOUR),
        "newcomer stops": mail.link("u", NEIGHBOUR),
    }


@pytest.mark.parametrize("seconds", [0, PACE / 2, PACE])
def test_within_ten_seconds_of_each_page_nothing_gets_through(
    mail: Mail, tab: Page, clock: Traveller, database_url: str, seconds: float
) -> None:
    before = snapshot(database_url)
    for link in _pages(mail).values():
        Robot(tab, clock).press_everything(link, seconds)
    assert changed(before, snapshot(database_url)) == []


@pytest.mark.parametrize("seconds", [12, 30])
def test_a_machine_that_fills_what_people_do_not_see_never_gets_through(
    mail: Mail, tab: Page, clock: Traveller, database_url: str, seconds: float
) -> None:
    before = snapshot(database_url)
    for link in _pages(mail).values():
        Robot(tab, clock, greedy=True).press_everything(link, seconds)
    assert changed(before, snapshot(database_url)) == []


@pytest.mark.parametrize("seconds", [PACE + 1, 30])
def test_a_machine_more_patient_than_that_gets_through_where_it_fills_only_what_people_see(
    mail: Mail, tab: Page, clock: Traveller, database_url: str, seconds: float
) -> None:
    through = {}
    for name, link in _pages(mail).items():
        before = snapshot(database_url)
        Robot(tab, clock).press_everything(link, seconds)
        through[name] = set(changed(before, snapshot(database_url))) & set(WHAT_COUNTS)
    assert through == {
        "lost": set(),
        "invitation": {"answer"},
        "newcomer": {"answer"},
        "newcomer stops": {"suppression"},
        "answer": {"answer"},
        "stop": {"suppression"},
        "kit": set(),
        "share": {"registration"},
        "confirm": {"registration"},
    }
    assert _undone(mail), "and whoever it was done to takes it back from their own message"


def test_a_person_who_was_quick_loses_nothing_and_confirms_with_one_button(
    mail: Mail, tab: Page, clock: Traveller
) -> None:
    tab.goto(_pages(mail)["share"] + "?lang=fr")
    tab.get_by_label("Prénom").fill("Bob")
    tab.get_by_label("Nom de famille").fill("Marchand")
    tab.get_by_label("Adresse électronique").fill("bob@reseau.test")
    tab.get_by_role("button", name="M’inscrire").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Veuillez confirmer")
    expect(tab.get_by_text("Bob Marchand, bob@reseau.test")).to_be_visible()
    clock.shift(PACE + 1)
    tab.evaluate("document.querySelector('.patient').requestSubmit()")  # the button, once it has come
    expect(tab.get_by_role("heading", level=1)).to_have_text(re.compile("Encore une étape"))
