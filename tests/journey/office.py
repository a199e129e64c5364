"""What the office does, page after page, in English."""

import re

from playwright.sync_api import Page, expect

from tests.people import PASSWORD

OFFICER = "camille.martin@ville.example"
ANNUAIRE = """Annuaire des associations;;;;;;;
;;;;;;;
Association;Civilité;Prénom;Nom;Courriel;Code postal;Commune;Langue
Les Jardins partagés;Mme;Ada;Lefèvre;ada@association.test;72000;Exemple;français
Food for All;Mme;Maeve;O’Brien;maeve@food.test;72000;Exemple;anglais
La Ruche;M.;Luc;Martin;luc@ruche.test;53000;Laval;
Le Fournil;M.;Jean;Noël;;53000;Laval;français
Les Deux Rives;Mme;Inès;Durand;ines@@rives.test;72100;Exemple;français
""".encode("cp1252")
"""As a town hall has it: Windows-1252, a title above the header, somebody without an address, an address with two @."""
FRENCH = """{salutation}

J’ai l’honneur de vous inviter à notre congrès, {dates}.

Merci de *diffuser* cette invitation.
"""
ENGLISH = """{salutation}

It is my honour to invite you to our congress, {dates}.

Please *pass* this invitation on.
"""


def sign_in(page: Page) -> None:
    page.goto("/admin/")
    page.get_by_label("Mail address").fill(OFFICER)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("navigation", name="Main navigation")).to_be_visible()


def name_the_house(page: Page) -> None:
    page.get_by_role("link", name="Settings").click()
    page.get_by_label("Name", exact=True).fill("Ville d’Exemple")
    page.get_by_label("Short name").fill("Exemple")
    page.get_by_label("Postal address").fill("Place de la République, 72000 Exemple")
    page.get_by_role("button", name="Save the settings").click()
    expect(page.get_by_text("The settings are saved.")).to_be_visible()


def import_contacts(page: Page) -> None:
    """Upload, check the columns, look at what would happen, bring it in."""
    page.get_by_role("link", name="Contacts").click()
    page.get_by_role("link", name="Import a file").first.click()
    page.get_by_label("File").set_input_files({"name": "annuaire.csv", "mimeType": "text/csv", "buffer": ANNUAIRE})
    page.get_by_role("button", name="Read this file").click()
    expect(page.get_by_role("combobox", name="Courriel")).to_have_value("email")
    expect(page.get_by_role("combobox", name="Langue")).to_have_value("language")
    page.get_by_label("What these contacts are").select_option(label="Association")
    page.get_by_label("Where the file comes from").fill("annuaire des associations")
    page.get_by_role("button", name="See what would happen").click()
    expect(page.get_by_role("heading", name="What would happen")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="ines@@rives.test").filter(has_text="Courriel")).to_contain_text("8")
    page.get_by_role("button", name="Bring 4 rows in").click()
    expect(page.get_by_role("heading", name="The file is in")).to_be_visible()


def create_campaign(page: Page) -> None:
    page.get_by_role("link", name="Campaigns").click()
    page.get_by_role("link", name="New campaign").first.click()
    page.get_by_label("Event").select_option(label="2nd National Congress of Solidarities")
    page.get_by_label("Name", exact=True).fill("Invitation au congrès")
    page.get_by_label("Name of the sender").fill("Ville d’Exemple, Vie associative")
    page.get_by_label("Mailbox of the sender").fill("congres@ville.example")
    page.get_by_role("button", name="Create the draft").click()


def write_letters(page: Page) -> None:
    page.get_by_label("Subject (French)").fill("Invitation : {event}")
    page.get_by_label("Text (French)").fill(FRENCH)
    page.get_by_label("Subject (English)").fill("Invitation: {event}")
    page.get_by_label("Text (English)").fill(ENGLISH)
    page.get_by_role("button", name="Save the letter").click()
    expect(page.get_by_text("The letter is saved.")).to_be_visible()


def choose_everybody(page: Page) -> None:
    """The count says who is written to before it is saved, and why somebody is left out."""
    page.get_by_role("link", name="Audience").first.click()
    page.get_by_label("Everybody in the directory").check()
    expect(page.get_by_role("region", name="What it gives")).to_contain_text(re.compile(r"3\s+recipients"))
    page.get_by_role("button", name="Save the audience").click()
    expect(page.get_by_text("The audience is saved.")).to_be_visible()
    expect(page.get_by_role("table", name="Left out, and why").get_by_role("row").last).to_contain_text("1")


def plan_at_once(page: Page) -> None:
    page.get_by_role("link", name="Calendar").first.click()
    page.get_by_role("radio", name="Now;").check()
    page.get_by_label("Messages in a batch").fill("50")
    page.get_by_label("At any hour of the day and night").check()
    page.get_by_role("button", name="Save the calendar").click()
    expect(page.get_by_text("The calendar is saved.")).to_be_visible()
    expect(page.get_by_role("table", name="Plan of batches").get_by_role("row").last).to_contain_text("3")


def preview_as(page: Page, name: str, words: str) -> None:
    """The whole message as one of its recipients reads it."""
    page.get_by_role("link", name="Invitation au congrès").first.click()
    page.get_by_role("link", name="See the whole message").click()
    page.get_by_label("As", exact=True).select_option(label=name)
    page.get_by_role("button", name="Show").click()
    letter = page.frame_locator("iframe")
    expect(letter.get_by_text(words)).to_be_visible()
    expect(page.get_by_text(f"To: {name.partition(' (')[0]}")).to_be_visible()
    page.get_by_role("link", name="Invitation au congrès").first.click()


def sign_off(page: Page) -> None:
    page.get_by_role("link", name="Sign off", exact=True).click()
    expect(page.get_by_role("region", name="To whom")).to_contain_text("3 recipients")
    page.get_by_role("button", name="Sign this campaign off").click()
    expect(page.get_by_text("The campaign is signed off: 3 messages are ready.")).to_be_visible()


def launch(page: Page) -> None:
    page.get_by_role("button", name="Launch the campaign").click()
    expect(page.get_by_text("The campaign is launched.")).to_be_visible()


def figure(page: Page, name: str) -> str:
    """The first number said beside these words, as a person reads it."""
    said = page.get_by_role("link", name=re.compile(name)).first.inner_text()
    number = re.search(r"\d+", said)
    assert number, said
    return number[0]
