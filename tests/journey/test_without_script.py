"""The same pages without a script: recipients never need one, and the office can do its work without."""

import re

import pytest
from playwright.sync_api import Page, expect

from outreach.database import now, transaction
from outreach.delivery import figures
from outreach.invitations.actions import invite
from outreach.invitations.models import Origin
from outreach.links import Purpose, links
from tests import people
from tests.journey.conftest import Visitor
from tests.journey.recipients import tick

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("app")]


@pytest.fixture
def key() -> str:
    """Of Ada's invitation to the congress."""
    with transaction():
        people.city()
        return invite(people.congress(), people.ada(), Origin.AUDIENCE, now()).key


@pytest.fixture
def office(visitor: Visitor) -> Page:
    """A member of staff who has signed in, without a script; there is one of everything to see."""
    world = people.world()
    with transaction():
        figures.recount(world.campaign)
        people.officer()
    page = visitor(script=False)
    page.goto("/admin/contacts/")
    page.get_by_label("Adresse électronique").fill("camille.martin@ville.example")
    page.get_by_label("Mot de passe").fill(people.PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Contacts")
    return page


def test_somebody_answers_brings_another_and_changes_their_mind(visitor: Visitor, key: str) -> None:
    page = visitor(script=False)
    page.goto(links().url(Purpose.INVITATION, key))
    expect(page.get_by_label("Nom de la personne qui vient")).to_be_hidden()
    tick(page.get_by_role("radio", name="Je viens", exact=True))
    tick(page.get_by_role("checkbox", name="Jour 1").first)
    tick(page.get_by_role("radio", name="L’insertion").first)
    page.get_by_text("Personne 1", exact=True).click()
    page.get_by_label("Nom", exact=True).first.fill("Noé Lefèvre")
    page.get_by_role("button", name="Envoyer ma réponse").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Merci")
    expect(page.get_by_text("Noé Lefèvre")).to_be_visible()

    page.goto(links().url(Purpose.ANSWER, key))
    tick(page.get_by_role("radio", name="Je ne viens pas"))
    page.get_by_role("button", name="Envoyer ma réponse").click()
    expect(page.get_by_text("Votre réponse est enregistrée")).to_be_visible()
    page.get_by_role("button", name="Annuler ma réponse").click()
    expect(page.get_by_text("Votre réponse est annulée")).to_be_visible()


def test_somebody_passes_it_on_and_another_registers(visitor: Visitor, key: str) -> None:
    page = visitor(script=False)
    page.goto(links().url(Purpose.KIT, key))
    share = page.get_by_text(re.compile(r"^http://127\.0\.0\.1:\d+/s/\S+$")).inner_text()
    expect(page.get_by_role("img", name="Code QR de votre lien de partage")).to_be_visible()
    page.goto(share)
    page.get_by_role("button", name="M’inscrire").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Prénom").fill("Bob")
    page.get_by_label("Nom de famille").fill("Marchand")
    page.get_by_label("Adresse électronique").fill("bob@reseau.test")
    page.get_by_label("Vous venez en qualité de").select_option(label="Association")
    page.get_by_role("button", name="M’inscrire").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Encore une étape")


def test_stopping_and_its_undoing_are_buttons(visitor: Visitor, key: str) -> None:
    page = visitor(script=False)
    page.goto(links().url(Purpose.STOP, key))
    page.get_by_role("button", name="Tout arrêter").click()
    expect(page.get_by_text("nous ne vous écrirons plus")).to_be_visible()
    page.get_by_role("button", name="M’écrire de nouveau").click()
    expect(page.get_by_text("nous pouvons de nouveau vous écrire")).to_be_visible()


def test_contacts_are_searched_and_their_history_is_a_page(office: Page) -> None:
    office.get_by_role("searchbox").fill("lefevre")
    office.get_by_role("button", name="Rechercher").click()
    expect(office.get_by_role("table").get_by_role("row")).to_have_count(2)
    office.get_by_role("link", name="Ada Lefèvre").click()
    office.get_by_role("link", name="Ce qui a été envoyé, répondu et transmis").click()
    expect(office.get_by_text(re.compile("Invitation au congrès")).first).to_be_visible()


def test_a_campaign_is_opened_followed_and_held(office: Page) -> None:
    office.get_by_role("link", name="Campagnes").first.click()
    office.get_by_role("link", name="Invitation au congrès", exact=True).click()
    expect(office.get_by_role("heading", level=1)).to_have_text("Invitation au congrès")
    office.get_by_role("button", name="Mettre en pause").click()
    expect(office.get_by_role("status")).to_contain_text("pause")
    office.get_by_role("link", name="La suivre").click()
    expect(office.get_by_role("table", name="Plan des lots")).to_be_visible()


def test_a_draft_shows_its_outcome_before_it_is_saved(office: Page) -> None:
    office.get_by_role("link", name="Campagnes").first.click()
    office.get_by_role("link", name="Nouvelle campagne").click()
    office.get_by_label("Événement").select_option(index=1)
    office.get_by_label("Nom", exact=True).fill("Merci")
    office.get_by_role("button", name="Créer le brouillon").click()
    office.get_by_label("Objet (français)").fill("Merci")
    office.get_by_label("Texte (français)").fill("{salutation}\n\nMerci à tous.")
    office.get_by_role("button", name="Aperçu sans enregistrer").click()
    expect(office.get_by_text("Merci à tous.").last).to_be_visible()
    expect(office.get_by_label("Texte (français)")).to_have_value("{salutation}\n\nMerci à tous.")
