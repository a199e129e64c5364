"""Every notice, in both languages, is a whole message: its parts, its language, its weight, its way out."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask

from outreach.database import db, now, transaction
from outreach.delivery.letters import mime
from outreach.delivery.letters.composing import stop_addresses
from outreach.delivery.letters.headers import Mailbox
from outreach.delivery.letters.layout import LARGEST
from outreach.delivery.letters.mime import Stamp
from outreach.delivery.letters.notice_letters import MAP, notice_draft
from outreach.delivery.models import Notice, NoticePurpose
from outreach.delivery.notices import notify
from outreach.delivery.service import return_addresses
from outreach.institution.queries import institution
from outreach.invitations.models import Invitation
from outreach.invitations.queries import get_by_key
from outreach.links import links
from outreach.rsvp.queries import find_answer
from outreach.rsvp.telling.notice_actions import confirmation
from tests import people

LINK = re.compile(r"https?://[^\s\"'<>)]+")
VALUES: dict[NoticePurpose, dict[str, Any]] = {
    NoticePurpose.ADDRESS_CHECK: {"name": "Jeanne <Petit>"},
    NoticePurpose.OWN_INVITATION: {"name": "Jeanne <Petit>", "represents": ""},
    NoticePurpose.LOST_LINK: {"name": "Jeanne <Petit>", "answered": True},
    NoticePurpose.SEAT_OFFER: {
        "session": "L’insertion <et l’emploi>",
        "times": "ven. 2 février, 9 h 30 – 12 h",
        "seats": 2,
        "until": "mercredi 4 mars 2026 à 9 h",
    },
    NoticePurpose.THANKS: {"name": "Jeanne <Petit>", "brought": 3},
}
"""What the rooms that make notices put into them; the confirmation makes its own."""


def written(purpose: NoticePurpose, language: str) -> EmailMessage:
    """The message of a notice, read back from its bytes."""
    world = people.world()
    with transaction():
        invitation = get_by_key(world.answered)
        values = values_of(purpose, invitation)
        number = notify(purpose, invitation, "test", language, "jeanne@voisins.test", values, now()).id
    notice = db.session.get_one(Notice, number)
    invitation = db.session.get_one(Invitation, notice.invitation_id)
    draft = notice_draft(notice, invitation, institution(), links(), Mailbox("", "congres@ville.example"))
    stop = stop_addresses(links(), return_addresses(), invitation.key)
    octets = mime.compose(draft, Stamp(Mailbox("Jeanne Petit", "jeanne@voisins.test"), notice.message_id, now(), stop))
    assert len(octets) < LARGEST
    return message_from_bytes(octets, EmailMessage, policy=policy.default)


def values_of(purpose: NoticePurpose, invitation: Invitation) -> dict[str, Any]:
    """What a notice of that sort says."""
    return VALUES.get(purpose) or _confirmation(invitation)


def _confirmation(invitation: Invitation) -> dict[str, Any]:
    answer = find_answer(invitation.id)
    assert answer is not None
    return {**confirmation(invitation, answer), "name": "Jeanne <Petit>"}


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    return str(found.get_content())


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("purpose", NoticePurpose)
def test_it_is_whole(purpose: NoticePurpose, language: str) -> None:
    message = written(purpose, language)
    text, markup = part(message, "plain"), part(message, "html")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == language
    assert f'<html lang="{language}"' in markup
    assert message["List-Unsubscribe"].startswith("<https://")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Subject"]
    if purpose is NoticePurpose.ADDRESS_CHECK:  # of somebody who is no contact yet: our mail carries nobody's words
        assert "Jeanne" not in text + markup
    assert "SLOT-" not in text + markup
    for link in LINK.findall(text):
        assert link.partition("?")[0] in markup, "both parts lead to the same doors"


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("purpose", NoticePurpose)
def test_it_fetches_nothing_and_leads_only_to_us(purpose: NoticePurpose) -> None:
    markup = part(written(purpose, "fr"), "html")
    assert not re.search(r"<(?:img|link|script)\b|@import|url\(", markup)
    for link in LINK.findall(re.sub(r'xmlns(:\w+)?="[^"]*"', "", markup)):
        assert link.startswith(("https://invitations.ville.example/", MAP)), link


@pytest.mark.usefixtures("app")
def test_an_answer_goes_with_its_days_for_the_calendar(app: Flask) -> None:
    message = written(NoticePurpose.CONFIRMATION, "fr")
    calendars = [one for one in message.walk() if one.get_content_type() == "text/calendar"]
    assert [one.get_param("method") for one in calendars] == ["PUBLISH"]


@pytest.mark.usefixtures("app")
def test_thanks_say_how_many_and_never_who() -> None:
    message = written(NoticePurpose.THANKS, "en")
    assert message["Subject"].startswith("3 people came through you")
    assert people.NEWCOMER.email not in str(message)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("purpose", [one for one in NoticePurpose if one is not NoticePurpose.ADDRESS_CHECK])
def test_a_notice_opens_with_the_form_of_address_and_greets_nobody_by_name(purpose: NoticePurpose) -> None:
    message = written(purpose, "fr")
    for kind in ("plain", "html"):
        assert "Monsieur le Maire," in part(message, kind)
        assert "Bonjour" not in part(message, kind)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("purpose", NoticePurpose)
def test_the_text_reads_like_a_letter(purpose: NoticePurpose) -> None:
    text = part(written(purpose, "fr"), "plain").replace("\r\n", "\n")
    assert re.match(r"(Bonjour|Madame|Monsieur|Mesdames)\b[^\n]*,\n\n", text)
    assert "\n\n\n" not in text
    assert text.count("\n-- \n") == 1, "mail programs fold away what stands under the mark of a signature"
    assert not re.search(r"<[a-z/]|&\w+;|\*\*|\]\(", text.replace("<Petit>", "").replace("<et l’emploi>", ""))
