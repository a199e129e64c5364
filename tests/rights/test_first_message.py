"""The first message to a contact says where the address came from and which rights there are; the next ones do not."""

from email.message import EmailMessage

import pytest
import sqlalchemy as sa

from outreach.campaigns.models import Campaign
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Address, Contact
from outreach.contacts.rights import rules
from outreach.contacts.rights.origins import Basis, OriginKind, Rule
from outreach.database import db, now, transaction
from outreach.delivery.letters import preview
from outreach.delivery.models import Message, NoticePurpose
from outreach.delivery.notices import notify
from outreach.delivery.service import sender
from outreach.invitations.actions import invite
from outreach.invitations.models import Invitation, Origin
from tests import people
from tests.delivery.campaigns import launched
from tests.relay import Relay

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("app")]
ADA = "ada@association.test"
FIRST = "C’est notre premier message"
FILE = "provient d’un fichier de nos services (a list for tests)"


def send() -> None:
    db.session.rollback()
    with sender() as post:
        post.send_due()
    db.session.rollback()


def read(relay: Relay, to: str = ADA) -> str:
    """What somebody read in the last message, in plain text, on one line; the page says the same."""
    message: EmailMessage = [one.message for one in relay.received if one.recipient == to][-1]
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    said = " ".join(str(plain.get_content()).split())
    assert (FIRST in said) == (FIRST in str(html.get_content()))
    return said


def test_it_names_source_basis_duration_and_mailbox_in_the_language_of_the_letter(relay: Relay) -> None:
    launched(10)
    send()
    said = read(relay)
    for words in (FIRST, FILE, "Ville d’Exemple", "art. 6.1.e du RGPD", "36 mois", "dpo@ville.example", "CNIL"):
        assert words in said
    english = read_english(relay)
    assert "comes from a file of our services (a list for tests)" in english


def read_english(relay: Relay) -> str:
    message = next(one.message for one in relay.received if one.recipient == "maeve.obrien@europe.test")
    part = message.get_body(("plain",))
    assert part is not None
    return " ".join(str(part.get_content()).split())


def test_the_second_campaign_says_it_only_to_those_the_first_did_not_reach(relay: Relay) -> None:
    relay.say("rcpt", "550 5.7.1 Not today", to="maire@commune.test", times=1)
    launched(10)
    send()
    launched(10)
    send()
    assert FIRST not in read(relay)
    assert FIRST in read(relay, "maire@commune.test")


def test_each_sort_of_source_has_its_own_text(relay: Relay) -> None:
    with transaction():
        people.city()
        for person in (people.ada, people.mayor):
            person()
        rules.sort_source("a list for tests", OriginKind.REGISTER, now(), None)
        words = {"fr": "C’est notre premier message ; le {source} vous nomme, {months} mois."}
        rules.keep_rule(Rule(OriginKind.REGISTER, Basis.LEGAL_OBLIGATION, 12, words), now(), None)
    launched(10)
    send()
    assert "le a list for tests vous nomme, 12 mois." in read(relay)


def test_a_source_may_have_words_of_its_own(relay: Relay) -> None:
    with transaction():
        people.city()
        people.ada()
        people.contact(Kind.PARTNER, "Jean", "Autre", "jean@autre.test")
        db.session.execute(sa.update(Address).where(Address.email == "jean@autre.test").values(source="Salon 2026"))
        rules.remember("Salon 2026")
        words = {"fr": "C’est notre premier message : vous l’avez laissée au {source}."}
        rules.word_source("Salon 2026", words, now(), None)
    launched(10)
    send()
    assert "vous l’avez laissée au Salon 2026." in read(relay, "jean@autre.test")
    assert FILE in read(relay)


def test_what_was_signed_is_what_leaves_at_every_try(relay: Relay) -> None:
    relay.say("dot", "451 4.3.0 Later", to=ADA, times=1)
    launched(10)
    with transaction():
        rules.keep_rule(Rule(OriginKind.FILE, words={"fr": "Autre chose."}), now(), None)
    send()
    with transaction():
        db.session.execute(sa.update(Message).values(due_at=now()))
    send()
    first, second = [one for one in (*relay.dropped, *relay.received) if one.recipient == ADA]
    assert first.raw == second.raw
    assert FILE in read(relay)


def test_a_message_keeps_a_code_and_not_the_text(relay: Relay) -> None:
    launched(10)
    send()
    merged = db.session.scalars(sa.select(Message.merged).where(Message.email == ADA)).one()
    assert merged is not None
    assert merged["values"]["notice_fr"] == "file"


def test_the_preview_shows_it() -> None:
    number = launched(10)
    campaign = db.session.get_one(Campaign, number)
    ada = db.session.scalars(sa.select(Contact).join(Address).where(Address.email == ADA)).one()
    assert FIRST in " ".join(preview.shown(campaign, ada).text.split())


def brought_in() -> int:
    """Ada, from a file; nobody has written to her yet. Her invitation."""
    with transaction():
        people.city()
        return invite(people.congress(), people.ada(), Origin.AUDIENCE, now()).id


def notice(invitation_id: int, purpose: NoticePurpose, **values: object) -> None:
    """It leaves for Ada."""
    with transaction():
        invitation = db.session.get_one(Invitation, invitation_id)
        notify(purpose, invitation, "once", "fr", ADA, {"name": "Ada", **values}, now())
    send()


def test_a_delegate_whom_a_file_brought_in_reads_it_in_their_own_invitation_and_no_campaign_repeats_it(
    relay: Relay,
) -> None:
    number = brought_in()
    notice(number, NoticePurpose.OWN_INVITATION, represents="Paul Bêche")
    said = read(relay)
    for words in (FIRST, FILE, "art. 6.1.e du RGPD", "36 mois", "dpo@ville.example", "CNIL"):
        assert words in said
    notice(number, NoticePurpose.LOST_LINK, answered=False)
    assert FIRST not in read(relay)
    launched(10)
    send()
    assert [one.recipient for one in relay.received].count(ADA) == 3
    assert FIRST not in read(relay)


def test_whoever_gave_their_address_themselves_reads_it_in_no_notice(relay: Relay) -> None:
    number = brought_in()
    with transaction():
        db.session.execute(sa.update(Address).values(source="registered through a share link"))
    notice(number, NoticePurpose.OWN_INVITATION, represents="")
    assert FIRST not in read(relay)
    assert "vous-même cette adresse" not in read(relay)
