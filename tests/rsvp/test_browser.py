"""The recipient's journey in a real browser, without a script, with axe looking on."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from outreach.database import db
from outreach.invitations.models import Reply
from outreach.links import Purpose
from outreach.rsvp.models import Answer
from tests.rsvp.guests import ada

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("app")]

Axe = Callable[[Page], None]


def test_somebody_answers_changes_and_takes_it_back_on_a_telephone(browser_page: Page, axe: Axe) -> None:
    one, page = ada(), browser_page
    page.set_viewport_size({"width": 375, "height": 700})
    page.goto(one.url(Purpose.INVITATION))
    axe(page)
    expect(page.get_by_label("Nom de la personne qui vient")).to_be_hidden()
    page.get_by_text("Je viens", exact=True).click()
    axe(page)
    page.get_by_role("button", name="Envoyer ma réponse").click()
    expect(page.get_by_role("alert")).to_contain_text("Choisissez au moins un jour")
    axe(page)
    page.get_by_text(re.compile("Jour 1")).first.click()
    page.get_by_text(re.compile("L’insertion")).first.click()
    page.get_by_role("button", name="Envoyer ma réponse").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Merci")
    axe(page)

    page.goto(one.url(Purpose.INVITATION))
    expect(page.get_by_role("heading", level=1)).to_contain_text("reçu une réponse")
    axe(page)

    page.goto(one.url(Purpose.ANSWER))
    axe(page)
    page.get_by_text("Je ne peux pas venir").last.click()
    page.get_by_role("button", name="Envoyer ma réponse").click()
    expect(page.get_by_text("Votre réponse est enregistrée")).to_be_visible()
    page.get_by_role("button", name="Annuler ma réponse").click()
    expect(page.get_by_text("Votre réponse est annulée")).to_be_visible()
    axe(page)
    db.session.rollback()
    kept = db.session.scalars(select(Answer).order_by(Answer.id)).all()
    assert [answer.reply for answer in kept] == [Reply.YES, Reply.EXCUSED]
    assert all(answer.replaced_at for answer in kept)
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_stopping_is_one_button_and_can_be_undone(browser_page: Page, axe: Axe) -> None:
    one, page = ada(), browser_page
    page.goto(one.url(Purpose.STOP))
    axe(page)
    page.get_by_role("button", name="Tout arrêter").click()
    expect(page.get_by_text("nous ne vous écrirons plus")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="M’écrire de nouveau").click()
    expect(page.get_by_text("nous pouvons de nouveau vous écrire")).to_be_visible()


def test_the_page_for_a_lost_link_is_for_everybody(browser_page: Page, axe: Axe) -> None:
    page = browser_page
    page.goto("/lost")
    axe(page)
    page.get_by_label("Adresse électronique").fill("ada@association.test")
    page.get_by_role("button", name="M’envoyer mon lien").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Consultez votre messagerie")
    axe(page)
