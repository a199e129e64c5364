"""The whole way of one letter: from a file of contacts to a mailbox, an answer, somebody who came through others."""

import re
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import icalendar
import pytest
from playwright.sync_api import Page, expect

from tests.journey import office, recipients
from tests.journey.conftest import Visitor
from tests.journey.service import Mailboxes, Service, link, wait_for
from tests.people import PASSWORD
from tests.relay import Received

pytestmark = [pytest.mark.both, pytest.mark.browser]

HERE = Path(__file__).parent
ADA, MAEVE, LUC, OSCAR = "ada@association.test", "maeve@food.test", "luc@ruche.test", "oscar@neighbours.test"


def test_a_letter_goes_all_its_way(service: Service, mailboxes: Mailboxes, visitor: Visitor) -> None:
    open_the_house(service)
    staff = visitor("en-GB")
    prepare_and_launch(staff)
    with service.engine():
        invitation = mailboxes.read(ADA, "Invitation")
        assert_letters(mailboxes, invitation)
        share = ada_answers_and_opens_her_kit(visitor(), mailboxes, invitation)
        oscar_comes_through_her(visitor("en-GB"), mailboxes, share)
        assert_dashboard(staff)
        assert_history(staff)
        remind_but_not_who_stops(staff, service, mailboxes)
    assert_logs_name_nobody(service)


def open_the_house(service: Service) -> None:
    """The first administrator and the event, by command."""
    roles = [word for role in ("prepare", "sign", "read", "administer") for word in ("--role", role)]
    person = [office.OFFICER, "--name", "Camille Martin", "--language", "en"]
    service.run("user", "add", *person, *roles, "--password-stdin", said=PASSWORD)
    service.run("event", "load", HERE / "congress.toml")


def prepare_and_launch(page: Page) -> None:
    office.sign_in(page)
    office.name_the_house(page)
    office.import_contacts(page)
    office.create_campaign(page)
    office.write_letters(page)
    office.choose_everybody(page)
    office.plan_at_once(page)
    office.preview_as(page, "Ada Lefèvre (fr)", "J’ai l’honneur de vous inviter")
    office.sign_off(page)
    office.launch(page)


def assert_letters(mailboxes: Mailboxes, invitation: Received) -> None:
    """Each in their language, in their form, with their own links."""
    assert str(invitation.message["Subject"]) == "Invitation\u202f: 2ᵉ Congrès national des Solidarités"
    french = invitation.part("text/plain")
    assert french.startswith("Madame,"), french
    assert "annuaire des associations" in french
    assert "J’ai l’honneur de vous inviter à notre congrès, les vendredi" in french
    english = mailboxes.read(MAEVE, "Invitation: 2nd National Congress").part("text/plain")
    assert "It is my honour to invite you to our congress, on Friday" in english
    assert "honneur" not in english
    both = mailboxes.read(LUC, "Invitation").part("text/plain")
    assert both.index("J’ai l’honneur") < both.index("It is my honour")
    doors = {link(mailboxes.read(one, "Invitation"), "i") for one in (ADA, MAEVE, LUC)}
    assert len(doors) == 3


def ada_answers_and_opens_her_kit(page: Page, mailboxes: Mailboxes, invitation: Received) -> str:
    """She comes with somebody; her message confirms it, with her calendar; her kit has the link to share."""
    recipients.answer_yes(page, link(invitation, "i"), "Ada Lefèvre")
    recipients.send(page)
    page.get_by_role("link", name="Diffuser l’invitation").click()
    kit = page.get_by_text(re.compile(r"^http://127\.0\.0\.1:\d+/s/\S+$"))
    share = kit.inner_text()
    assert page.get_by_role("link", name="WhatsApp").get_attribute("href")

    confirmation = mailboxes.read(ADA, "Vous venez")
    assert "Noé Lefèvre" in confirmation.part("text/plain")
    assert "Boucle magnétique" not in confirmation.part("text/plain")
    assert days_of(confirmation.message) == 1
    page.goto(link(invitation, "i"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Cette invitation a reçu une réponse")
    expect(page.get_by_text("Noé")).to_have_count(0)
    page.goto(link(confirmation, "a"))
    expect(page.get_by_label("Nom de la personne qui vient")).to_have_value("Ada Lefèvre")
    return share


def oscar_comes_through_her(page: Page, mailboxes: Mailboxes, share: str) -> None:
    """He registers, confirms, receives an invitation of his own and answers it."""
    recipients.register(page, share)
    page.goto(link(mailboxes.read(OSCAR, "Confirm your address"), "c"))
    page.get_by_role("button", name="Yes, confirm my address").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your address is confirmed")
    page.goto(link(mailboxes.read(OSCAR, "Your own invitation"), "i"))
    recipients.tick(page.get_by_role("radio", name="I am coming", exact=True))
    recipients.tick(page.get_by_role("checkbox", name="Second day").first)
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, we look forward to seeing you")
    assert days_of(mailboxes.read(OSCAR, "You are coming").message) == 1


def assert_dashboard(page: Page) -> None:
    """Four invited, two answered, three persons come, one of them through others."""
    page.get_by_role("link", name="Dashboard").click()
    assert office.figure(page, "have answered.*of 4 invited") == "2"
    assert office.figure(page, "persons? comes?") == "3"
    assert office.figure(page, "came through others") == "1"
    assert office.figure(page, "have not answered") == "2"
    funnel = page.get_by_role("table", name="From the invitation to the answer")
    expect(funnel.get_by_role("row").filter(has_text="Accepted, not returned")).to_contain_text("3")
    seats = page.get_by_role("region", name="Seats by day and theme")
    expect(seats).to_contain_text(re.compile(r"First day\s+2 of 300"))
    expect(seats).to_contain_text(re.compile(r"Second day\s+1 of 300"))
    expect(seats).to_contain_text(re.compile(r"Pathways without gaps\s+1 of 12"))
    needs = page.get_by_role("region", name="Needs to arrange")
    expect(needs.get_by_role("row").filter(has_text="Hearing loop")).to_contain_text("1")
    page.get_by_role("link", name=re.compile("came through others")).first.click()
    row = page.get_by_role("row").filter(has_text="Oscar Neville")
    expect(row).to_contain_text("Ada Lefèvre")
    expect(row).to_contain_text("Coming")


def assert_history(page: Page) -> None:
    """Everything that happened with Ada, on her page."""
    page.get_by_role("link", name="Contacts").click()
    page.get_by_role("searchbox").fill("Lefèvre")
    page.get_by_role("link", name="Ada Lefèvre").click()
    history = page.get_by_role("region", name="Messages, answers, forwards")
    for words in ("Invitation au congrès", "Answered: coming", "Confirmation of the answer", "Oscar Neville"):
        expect(history.get_by_text(re.compile(words, re.IGNORECASE)).first).to_be_visible()


def remind_but_not_who_stops(page: Page, service: Service, mailboxes: Mailboxes) -> None:
    """Everything is held; a reminder is launched, then Luc stops with one click: his never leaves."""
    page.get_by_role("link", name="Campaigns").click()
    page.get_by_role("link", name=re.compile("Follow it")).first.click()
    page.get_by_role("button", name="Stop everything").first.click()
    expect(page.get_by_text("Everything is stopped").first).to_be_visible()
    reminder = str(service.run("campaign", "create", HERE / "reminder.toml")["campaign"])
    service.run("campaign", "plan", reminder, "--start", "now")
    assert service.run("campaign", "approve", reminder, "--as", office.OFFICER)["messages"] == 2
    service.run("campaign", "launch", reminder)
    one_click_stop(mailboxes.read(LUC, "Invitation").message)
    page.get_by_role("button", name="Let messages leave again").click()

    def ended() -> dict[str, int] | None:
        status = service.run("campaign", "status", reminder)
        return {state: count for state, count in status["messages"].items() if count} if over(status) else None

    assert wait_for(ended, "the reminder never ends") == {"sent": 1, "suppressed": 1}
    assert mailboxes.read(MAEVE, "A reminder")
    assert len(mailboxes.of(LUC)) == 1


def over(status: Mapping[str, object]) -> bool:
    return status["state"] == "finished"


def one_click_stop(message: EmailMessage) -> None:
    """What a mail program does when its own button is pressed (RFC 8058): one POST, no cookie, no page before it."""
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = str(message["List-Unsubscribe"]).split(",")[0].strip("<> ")
    assert urlsplit(address).hostname == "127.0.0.1"
    with urlopen(Request(address, b"List-Unsubscribe=One-Click", method="POST")) as answer:  # noqa: S310 - loopback
        assert (answer.status, answer.url) == (200, address)


def days_of(message: EmailMessage) -> int:
    """How many days the calendar of a message holds."""
    parts = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    assert parts, message.as_string()
    return len(icalendar.Calendar.from_ical(parts[0].get_content()).events)


def assert_logs_name_nobody(service: Service) -> None:
    """Neither addresses nor the keys of links."""
    said = service.log.read_text() + (service.log.parent / "server.log").read_text()
    assert "a tick failed" not in said
    assert not re.search(r"@(association|food|ruche|neighbours)\.test|/[aikscu]/[\w-]{16,}", said), said
