"""What is looked at before anything leaves is what would leave."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from outreach.accounts.models import Role
from outreach.campaigns.models import Campaign, Letter
from outreach.contacts.models import Contact
from outreach.database import db, now, transaction
from outreach.delivery import launching
from outreach.delivery.letters import preview
from outreach.delivery.service import sender
from outreach.errors import Refusal
from outreach.invitations.models import Invitation
from outreach.links import Purpose, links
from tests import people
from tests.delivery import campaigns
from tests.relay import Relay

SignIn = Callable[..., FlaskClient]


@pytest.fixture
def campaign(app: Flask) -> int:
    """A draft to everybody of the cast."""
    return campaigns.draft(batch_size=10)


def contact(family_name: str) -> int:
    number = db.session.scalars(select(Contact.id).where(Contact.family_name == family_name)).one()
    db.session.rollback()
    return number


def test_it_is_the_message_that_leaves_but_for_its_links(campaign: int, relay: Relay) -> None:
    deputy = contact("Durand")
    shown = preview.shown(
        db.session.get_one(Campaign, campaign), preview.recipient(db.session.get_one(Campaign, campaign), deputy)
    )
    db.session.rollback()
    with transaction() as session:
        found = session.get_one(Campaign, campaign)
        launching.approve(found, people.member().id, now())
        launching.launch(found, now())
    with sender() as post:
        post.send_due()
    left = next(one.message for one in relay.received if one.recipient == "ines.durand@assemblee.test")
    part = left.get_body(("plain",))
    assert part is not None
    invitation = db.session.scalars(select(Invitation).where(Invitation.contact_id == deputy)).one()
    text = str(part.get_content())
    for purpose in (Purpose.INVITATION, Purpose.KIT, Purpose.STOP):
        text = text.replace(links().sign(purpose, invitation.key), links().sign(purpose, preview.NOBODY))
    assert text == shown.text
    assert left["Subject"] == shown.subject


def test_its_links_open_no_door(campaign: int, client: FlaskClient) -> None:
    for purpose in (Purpose.INVITATION, Purpose.KIT):
        assert client.get(f"/{purpose}/{links().sign(purpose, preview.NOBODY)}").status_code == 404


def test_one_of_every_kind_and_language_is_on_the_proof_sheet(campaign: int, signed_in: SignIn) -> None:
    found = preview.proofs(db.session.get_one(Campaign, campaign))
    assert [(proof.contact.kind.value, proof.language) for proof in found] == [
        ("association", "fr"),
        ("ccas", "fr"),
        ("deputy", "fr"),
        ("mayor", "fr"),
        ("mep", "en"),
    ]
    db.session.rollback()
    page = signed_in(Role.PREPARE).get(f"/admin/campaigns/{campaign}/proofs").text
    for salutation in ("Madame la Députée,", "Monsieur le Maire,"):
        assert salutation in page


def test_the_frame_runs_nothing_and_stays_in_our_pages(campaign: int, signed_in: SignIn) -> None:
    answer = signed_in(Role.PREPARE).get(f"/admin/campaigns/{campaign}/preview?as={contact('Durand')}")
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'self'" in policy
    assert "Madame la Députée," in answer.text


@pytest.mark.parametrize(("language", "said"), [("en", "It is my honour"), ("fr", "J’ai l’honneur")])
def test_another_language_can_be_asked_for(campaign: int, signed_in: SignIn, language: str, said: str) -> None:
    address = f"/admin/campaigns/{campaign}/preview?as={contact('Durand')}&language={language}&part=text"
    assert said in signed_in(Role.PREPARE).get(address).text


def test_a_letter_that_mail_programs_would_cut_is_refused(campaign: int) -> None:
    with transaction() as session:
        body = "{salutation}\n\n" + "été " * 9000
        session.execute(update(Letter).where(Letter.language == "en").values(body=body))
    with transaction() as session:
        found = session.get_one(Campaign, campaign)
        with pytest.raises(Refusal, match="mail programs cut it"):
            launching.approve(found, people.member().id, now())
        session.rollback()


def test_a_test_goes_to_oneself_and_the_page_says_so(
    campaign: int, app: Flask, signed_in: SignIn, relay: Relay
) -> None:
    app.extensions["mail"].suppress = False
    browser = signed_in(Role.PREPARE)
    answer = browser.post(f"/admin/campaigns/{campaign}/test", data={"as": contact("O’Brien")}, follow_redirects=True)
    assert "Le relais a accepté" in answer.text
    received = relay.received[0].message
    assert received["To"].startswith("Camille Martin <camille.")
    assert received["Subject"] == "Essai\u202f: Invitation to our congress"
    assert "Dear Ms O’Brien" in str(received.get_body(("plain",))) or "It is my honour" in received.as_string()


def test_a_test_that_the_relay_refuses_is_said_too(campaign: int, app: Flask, signed_in: SignIn, relay: Relay) -> None:
    app.extensions["mail"].suppress = False
    relay.say("mail", "550 5.7.1 Not you")
    answer = signed_in(Role.SIGN).post(f"/admin/campaigns/{campaign}/test", follow_redirects=True)
    assert "Not you" in answer.text
    relay.stop()
    answer = signed_in(Role.SIGN).post(f"/admin/campaigns/{campaign}/test", follow_redirects=True)
    assert "Le relais est injoignable" in answer.text


def test_a_letter_in_both_languages_marks_each_and_fetches_nothing(campaign: int) -> None:
    found = db.session.get_one(Campaign, campaign)
    shown = preview.shown(found, preview.first_recipient(found), "both")
    assert shown.subject == "Invitation / Invitation to our congress"
    assert shown.html.count('<div lang="en">') == shown.html.count('<div lang="fr">') + 1, "it is announced at the top"
    assert "It is my honour" in shown.html.partition('lang="en"')[2]
    assert not re.search(r"<(?:img|link|script)\b|@import|url\(", shown.html)
    links_of_it = re.findall(r'href="([^"]*)"', shown.html)
    assert all(link.startswith("https://invitations.ville.example/") for link in links_of_it)
    assert {link.split("/")[3] for link in links_of_it} == {"i", "k", "u"}
    assert {link.rpartition("/")[2] for link in links_of_it} >= {"why?lang=fr", "why?lang=en"}
