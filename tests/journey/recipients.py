"""What recipients do, page after page: nothing here needs a script."""

from playwright.sync_api import Locator, Page, expect


def tick(box: Locator) -> None:
    """Press where the box is: its label lies over it, so that the whole line can be touched."""
    box.check(force=True)


def answer_yes(page: Page, link: str, name: str) -> None:
    """Come on the first day, to a workshop, with somebody, and say what one needs."""
    page.goto(link)
    expect(page.get_by_text(f"Cette invitation est pour {name}")).to_be_visible()
    expect(page.get_by_role("radio", name="Je viens", exact=True)).to_be_checked()
    tick(page.get_by_role("checkbox", name="Première journée").first)
    tick(page.get_by_role("radio", name="Des parcours sans rupture").first)
    page.get_by_text("Personne 1", exact=True).click()
    companion = page.get_by_role("group").filter(has_text="Personne 1").first
    companion.get_by_label("Nom", exact=True).fill("Noé Lefèvre")
    loop = page.get_by_role("checkbox", name="Boucle magnétique")
    expect(loop).to_have_count(0)
    page.get_by_role("checkbox", name="J’ai des besoins d’accessibilité ou de repas").check()
    tick(loop.first)


def send(page: Page) -> None:
    """Send the answer."""
    page.get_by_role("button", name="Envoyer ma réponse").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Merci, nous nous réjouissons de vous voir")


def register(page: Page, share: str) -> None:
    """Come through a share link, in English, and register in one's own name."""
    page.goto(share)
    expect(page.get_by_role("heading", level=1)).to_have_text("2nd National Congress of Solidarities")
    expect(page.get_by_text("It is my honour to invite you")).to_be_visible()
    page.get_by_label("Given name").fill("Oscar")
    page.get_by_label("Family name").fill("Neville")
    page.get_by_label("E-mail address").fill("oscar@neighbours.test")
    page.get_by_label("You come as").select_option(label="Association")
    page.get_by_label("Association or organisation").fill("The Neighbours")
    page.get_by_label("Postal code").fill("69001")
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
