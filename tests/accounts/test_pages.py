"""Pages of accounts and settings, as a browser shows them."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page

from outreach.accounts import actions
from outreach.accounts.models import Role
from outreach.accounts.passwords import digest
from outreach.database import now, transaction
from tests import people

PASSWORD = "lanterne violette du quai"
PAGES = ["/admin/me", "/admin/users", "/admin/users/new", "/admin/users/1", "/admin/audit", "/admin/settings"]


@pytest.fixture
def camille(app: Flask) -> str:
    with transaction():
        people.city()
        actions.add_user("camille@ville.example", "Camille Martin", list(Role), digest(PASSWORD), now())
    return "camille@ville.example"


def sign_in(page: Page, email: str) -> None:
    page.goto("/admin/sign-in?next=/admin/users")
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url("**/admin/users")


@pytest.mark.browser
def test_axe_finds_nothing_on_pages_of_accounts(browser_page: Page, axe: Callable[[Page], None], camille: str) -> None:
    for language in ("en", "fr"):
        browser_page.goto(f"/admin/sign-in?lang={language}")
        axe(browser_page)
    sign_in(browser_page, camille)
    for language in ("fr", "en"):
        for path in PAGES:
            browser_page.goto(f"{path}?lang={language}")
            axe(browser_page)


@pytest.mark.browser
def test_a_person_signs_in_is_told_what_is_wrong_and_signs_out(browser_page: Page, camille: str) -> None:
    browser_page.goto("/admin/sign-in")
    browser_page.get_by_label("Adresse électronique").fill(camille)
    browser_page.get_by_label("Mot de passe").fill("autre chose")
    browser_page.get_by_role("button", name="Se connecter").click()
    assert browser_page.get_by_role("alert").get_by_role("link").inner_text() == (
        "L’adresse ou le mot de passe est inexact."
    )
    sign_in(browser_page, camille)
    browser_page.get_by_role("button", name="Se déconnecter").click()
    browser_page.goto("/admin/users")
    assert "/admin/sign-in" in browser_page.url


@pytest.mark.browser
def test_a_new_account_is_opened_with_a_password_shown_once(
    browser_page: Page, axe: Callable[[Page], None], camille: str
) -> None:
    sign_in(browser_page, camille)
    browser_page.get_by_role("link", name="Ouvrir un compte").click()
    browser_page.get_by_label("Nom", exact=True).fill("Jo Petit")
    browser_page.get_by_label("Adresse électronique").fill("jo@ville.example")
    browser_page.get_by_role("button", name="Ouvrir le compte").click()
    axe(browser_page)
    assert browser_page.get_by_role("alert").get_by_role("link").inner_text() == "Choisissez au moins un rôle."
    browser_page.get_by_label("Voir les réponses").check()
    browser_page.get_by_role("button", name="Ouvrir le compte").click()
    axe(browser_page)
    assert len(browser_page.locator("code").inner_text()) == 24
