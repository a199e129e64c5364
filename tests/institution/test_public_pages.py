"""Pages that everybody may read."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page
from sqlalchemy import update

from outreach.database import db, transaction
from outreach.institution.models import Accessibility, Institution, MeasuringMode
from tests import people

PAGES = ["/", "/privacy", "/accessibilite"]


@pytest.fixture
def city(app: Flask) -> None:
    with transaction():
        people.city()


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize("path", PAGES)
def test_each_page_speaks_both_languages(client: FlaskClient, path: str) -> None:
    french, english = client.get(f"{path}?lang=fr"), client.get(f"{path}?lang=en")
    assert (french.status_code, english.status_code) == (200, 200)
    assert '<html lang="fr"' in french.text
    assert '<html lang="en"' in english.text
    assert french.text != english.text


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize("path", PAGES)
def test_the_mention_of_the_law_is_on_every_page_and_leads_to_the_declaration(client: FlaskClient, path: str) -> None:
    assert '<a href="/accessibilite">Accessibilité\u202f: non conforme</a>' in client.get(f"{path}?lang=fr").text
    assert '<a href="/accessibilite">Accessibility: not compliant</a>' in client.get(f"{path}?lang=en").text


def test_nobody_is_said_to_comply_before_the_first_settings(client: FlaskClient) -> None:
    assert "Accessibilité\u202f: non conforme" in client.get("/?lang=fr").text


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(
    ("found", "french", "english"),
    [
        (Accessibility.NONE, "non conforme", "not compliant"),
        (Accessibility.PARTIAL, "partiellement conforme", "partially compliant"),
        (Accessibility.TOTAL, "totalement conforme", "fully compliant"),
    ],
)
def test_the_declaration_says_what_the_audit_found(
    client: FlaskClient, found: Accessibility, french: str, english: str
) -> None:
    with transaction():
        db.session.execute(update(Institution).values(accessibility=found))
    for language, words in (("fr", french), ("en", english)):
        page = client.get(f"/accessibilite?lang={language}").text
        assert f"<strong>{words}</strong>" in page
        assert f": {words}</a>" in page
        assert page.count(words) == page.count("conforme" if language == "fr" else "compliant") == 2
    assert ("Contenus qui peuvent ne pas" in client.get("/accessibilite?lang=fr").text) is (found != "total")


def test_the_declaration_promises_an_audit_only_while_there_is_none(client: FlaskClient) -> None:
    assert "ne remplacent pas un audit" in client.get("/accessibilite?lang=fr").text
    with transaction():
        people.city().accessibility = Accessibility.PARTIAL
    page = client.get("/accessibilite?lang=fr").text
    assert "ne remplacent pas un audit" not in page
    assert "sur simple demande" in page


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize("path", PAGES)
def test_public_pages_load_no_script_and_nothing_from_elsewhere(client: FlaskClient, path: str) -> None:
    page = client.get(path)
    assert "<script" not in page.text
    assert "script-src 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert not page.headers.getlist("Set-Cookie")


@pytest.mark.usefixtures("city")
def test_the_text_on_personal_data_says_who_on_which_ground_and_how_long(client: FlaskClient) -> None:
    page = client.get("/privacy?lang=fr").text
    for said in ("Ville d’Exemple", "dpo@ville.example", "6.1.e", "36 mois", "cnil.fr", "compte des affichages"):
        assert said in page
    with transaction():
        db.session.execute(update(Institution).values(measuring=MeasuringMode.OFF))
    assert "compte des affichages" not in client.get("/privacy?lang=fr").text


def test_search_engines_are_sent_away(client: FlaskClient) -> None:
    assert client.get("/robots.txt").text.endswith("\n\nUser-agent: *\nDisallow: /\n")


@pytest.mark.browser
@pytest.mark.usefixtures("city")
def test_axe_finds_nothing_on_public_pages(browser_page: Page, axe: Callable[[Page], None]) -> None:
    for path in PAGES:
        for language in ("fr", "en"):
            browser_page.goto(f"{path}?lang={language}")
            axe(browser_page)
