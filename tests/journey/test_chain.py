"""How an invitation travels: received, answered, changed, passed on twice, and its first link erased."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, expect

from tests.journey import office
from tests.journey.conftest import Visitor
from tests.journey.recipients import tick
from tests.journey.service import Mailboxes, Service, link
from tests.people import PASSWORD

pytestmark = [pytest.mark.both, pytest.mark.browser]

HERE = Path(__file__).parent
ANNUAIRE = """Association;Civilité;Prénom;Nom;Courriel;Code postal;Langue
Les Jardins partagés;Mme;Ada;Lefèvre;ada@association.test;72000;français
La Ruche;M.;Luc;Martin;luc@ruche.test;53000;français
"""


@dataclass(frozen=True, slots=True)
class Somebody:
    """Whoever comes through a share link."""

    given_name: str
    family_name: str
    email: str
    postal_code: str


BOB = Somebody("Bob", "Marchand", "bob@reseau.test", "69001")
CHLOE = Somebody("Chloé", "Petit", "chloe@voisins.test", "44000")
LUC = Somebody("Luc", "Martin", "luc@ruche.test", "53000")


def test_an_invitation_travels_and_its_chain_outlives_whoever_began_it(
    service: Service, mailboxes: Mailboxes, visitor: Visitor, tmp_path: Path
) -> None:
    launch(service, tmp_path)
    staff = visitor("en-GB")
    office.sign_in(staff)
    with service.engine():
        letter = mailboxes.read("ada@association.test", "Invitation")
        mailboxes.read(LUC.email, "Invitation")
        assert travelled(staff) == {}

        ada = visitor()
        answer(ada, link(letter, "i"), "Première journée")
        change(ada, link(mailboxes.read("ada@association.test", "Vous venez"), "a"))
        assert travelled(staff) == {}

        share = passed_on(ada, link(letter, "k"), "WhatsApp")
        register(visitor(), share, BOB)
        assert travelled(staff) == {"not confirmed": 1}
        confirm(visitor(), mailboxes, BOB)
        assert travelled(staff) == {"came through others": 1, "new to the directory": 1, "relay": 1, "steps at most": 1}
        assert row(staff, "By which way", "WhatsApp") == 1

        bob = visitor()
        own = mailboxes.read(BOB.email, "Votre propre invitation")
        assert link(own, "i") != link(letter, "i")
        answer(bob, link(own, "i"), "Seconde journée")
        onward = passed_on(bob, link(own, "k"), "LinkedIn")
        assert onward.partition("?")[0] != share.partition("?")[0]
        register(visitor(), onward, CHLOE)
        confirm(visitor(), mailboxes, CHLOE)
        two = {"came through others": 2, "new to the directory": 2, "relays": 2, "steps at most": 2}
        assert travelled(staff) == two
        assert row(staff, "How deep it went", "2 steps from the office") == 1
        assert row(staff, "By which way", "LinkedIn") == 1
        assert brought_by_each(staff) == {"Invitation au congrès": "0.5", "Those who came through others": "0.5"}

        register(visitor(), onward, LUC)
        confirm(visitor(), mailboxes, LUC)
        assert travelled(staff) == {**two, "reached again": 1}

        erase(staff, "Ada Lefèvre")
        assert travelled(staff) == {**two, "reached again": 1}
        tree = staff.get_by_role("list").filter(has_text="Erased contact")
        expect(tree.first).to_contain_text("brought 1")
        expect(staff.get_by_text("Lefèvre")).to_have_count(0)
        assert brought_by_each(staff) == {"Invitation au congrès": "0.5", "Those who came through others": "0.5"}


def launch(service: Service, folder: Path) -> None:
    """The house, two contacts, and the invitation on its way to them."""
    person = [office.OFFICER, "--name", "Camille Martin", "--language", "en"]
    roles = [word for role in ("prepare", "sign", "read", "administer") for word in ("--role", role)]
    service.run("user", "add", *person, *roles, "--password-stdin", said=PASSWORD)
    service.run("event", "load", HERE / "congress.toml")
    file = folder / "annuaire.csv"
    file.write_text(ANNUAIRE, encoding="utf-8")
    assert service.run("contacts", "import", file, "--kind", "association", "--source", "annuaire")["new"] == 2
    campaign = str(service.run("campaign", "create", HERE / "invitation.toml")["campaign"])
    service.run("campaign", "plan", campaign, "--start", "now")
    assert service.run("campaign", "approve", campaign, "--as", office.OFFICER)["messages"] == 2
    service.run("campaign", "launch", campaign)


def answer(page: Page, address: str, day: str) -> None:
    """Come on one day."""
    page.goto(address)
    tick(page.get_by_role("radio", name="Je viens", exact=True))
    tick(page.get_by_role("checkbox", name=day).first)
    page.get_by_role("button", name="Envoyer ma réponse").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Merci")


def change(page: Page, address: str) -> None:
    """Come on the second day as well."""
    page.goto(address)
    tick(page.get_by_role("checkbox", name="Seconde journée").first)
    page.get_by_role("button", name="Envoyer ma réponse").click()
    expect(page.get_by_text("Votre réponse est enregistrée")).to_be_visible()


def passed_on(page: Page, kit: str, way: str) -> str:
    """The address that reaches others when somebody presses this button of their kit; never their own link."""
    page.goto(kit)
    pressed = page.get_by_role("link", name=way).first.get_attribute("href")
    assert pressed
    page.goto("about:blank")
    found = re.search(r"http://127\.0\.0\.1:\d+/s/\S+", unquote(pressed))
    assert found, pressed
    assert found[0].endswith(f"?via={way.lower()}")
    assert not re.search(r"/[iaku]/", unquote(pressed))
    return found[0]


def register(page: Page, share: str, who: Somebody) -> None:
    """Come through a share link and register in one's own name."""
    page.goto(share)
    expect(page.get_by_text("J’ai l’honneur de vous inviter")).to_be_visible()
    page.get_by_label("Prénom").fill(who.given_name)
    page.get_by_label("Nom de famille").fill(who.family_name)
    page.get_by_label("Adresse électronique").fill(who.email)
    page.get_by_label("Code postal").fill(who.postal_code)
    page.get_by_role("button", name="M’inscrire").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Encore une étape")


def confirm(page: Page, mailboxes: Mailboxes, who: Somebody) -> None:
    """Open the message that asks, and press its button. What it says repeats nothing that was typed."""
    asked = mailboxes.read(who.email, "Confirmez votre adresse")
    assert who.family_name not in asked.part("text/plain")
    page.goto(link(asked, "c"))
    page.get_by_role("button", name="Oui, confirmer mon adresse").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre adresse est confirmée")


def travelled(page: Page) -> dict[str, int]:
    """The figures of the page on how far it travelled that are not 0, by their words."""
    page.goto("/admin/travel")
    said = [one.inner_text().split("\n") for one in page.locator(".figures > *").all()]
    figures = {words: int(number) for number, words, *_note in said}
    return {words: number for words, number in figures.items() if number}


def row(page: Page, table: str, name: str) -> int:
    """A number of a table of that page."""
    found = page.locator("table").filter(has_text=table).locator("tr").filter(has_text=name)
    return int(found.locator("td.num").inner_text())


def brought_by_each(page: Page) -> dict[str, str]:
    """The reproduction number of each audience, as it is written."""
    rows = page.locator("table").filter(has_text="Brought by each").locator("tbody tr").all()
    return {one.locator("th").inner_text(): one.locator("td").last.inner_text() for one in rows}


def erase(page: Page, name: str) -> None:
    """As they asked: everything held on somebody is emptied."""
    page.goto("/admin/contacts/?q=" + name.rsplit(maxsplit=1)[-1])
    page.get_by_role("link", name=name).first.click()
    page.get_by_role("link", name="Everything held on them").click()
    page.get_by_role("link", name="Erase").first.click()
    page.get_by_label(re.compile("To confirm, type")).fill("ERASE")
    page.get_by_role("button", name="Erase").click()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Erase")
