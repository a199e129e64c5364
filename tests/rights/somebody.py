"""One person with something in every table that can hold something of a person."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from outreach.campaigns.models import CampaignState
from outreach.contacts import actions as contacts
from outreach.contacts.duplicates.models import ContactAlias, ContactMerge, DuplicatePair
from outreach.contacts.imports.models import ImportFile, ImportState
from outreach.contacts.kinds import Gender, Kind
from outreach.contacts.models import Contact, Mandate, SuppressionReason
from outreach.database import db, now, transaction
from outreach.delivery import figures
from outreach.delivery.history import steps
from outreach.delivery.history.models import StepKind
from outreach.delivery.models import Message
from outreach.delivery.states import MessageState
from outreach.forwarding import actions as forwarding
from outreach.forwarding.registering import Newcomer
from outreach.institution.models import Institution
from outreach.invitations import actions as invitations
from outreach.invitations.models import Channel, Invitation, Origin, Reply
from outreach.rights.models import Wish
from outreach.rights.requests import receive
from outreach.rsvp import actions as rsvp
from outreach.rsvp.needs import Need
from outreach.rsvp.submission import Person, Submission
from tests import people

EMAIL = "lea.vallee@quelque-part.test"
REFUSED = "Nom;Courriel\r\nVallée Léa;lea.vallee@@quelque-part.test\r\nMartin Luc;luc.martin@@ruche.test\r\n"


@dataclass(frozen=True, slots=True)
class Somebody:
    """Numbers of what there is."""

    contact: int
    invitation: int
    key: str
    message: int
    event: int
    campaign: int
    relay: int
    """The invitation of the mayor, who passed theirs on."""


def somebody(email: str = EMAIL) -> Somebody:
    """Léa Vallée: imported, tagged, invited, written to, refused by her server once, coming with a companion."""
    with transaction():
        if db.session.get(Institution, 1) is None:
            people.city()
        user = people.member()
        lea = contacts.add_contact(
            at=now(),
            source="Fichier de Léa Vallée",
            emails=[email],
            organisation="Les Amis de la Vallée",
            user_id=user.id,
            kind=Kind.ASSOCIATION,
            gender=Gender.FEMININE,
            given_name="Léa",
            family_name="Vallée",
            role_label="trésorière de la Vallée",
            salutation="Chère Léa Vallée",
            street="3 rue Vallée",
            postal_code="72000",
            locality="Vallée-sur-Sarthe",
            phone="+33 2 43 00 00 00",
            website="https://vallee.test",
            notes="Léa Vallée préfère le matin",
        )
        contacts.tag(lea, "amie Vallée", now(), user.id)
        db.session.add(
            Mandate(contact_id=lea.id, kind=Kind.MAYOR, constituency="Vallée-sur-Sarthe", since=date(2020, 5, 25))
        )
        _twice(lea)
        event = people.congress()
        mailing = people.campaign(event)
        invitation = invitations.invite(event, lea, Origin.AUDIENCE, now())
        relay = invitations.invite(event, people.mayor(), Origin.AUDIENCE, now())
        message = people.message(mailing, invitation)
        _sent(message, email)
        mailing.state = CampaignState.RUNNING
        figures.recount(mailing.id)
        _comes(invitation, event.sessions[0].id)
        forwarding.register(
            relay,
            Newcomer("Léa", "Vallée", email, "Les Amis de la Vallée", Kind.ASSOCIATION, "72000"),
            Channel.MAIL,
            "fr",
            now(),
        )
        contacts.suppress(email, SuppressionReason.BOUNCE, now(), note="Léa Vallée est partie")
        _files(email)
        receive(Wish.ACCESS, now().date(), "Léa Vallée", email, "Léa Vallée a écrit", now(), user.id)
        return Somebody(lea.id, invitation.id, invitation.key, message.id, event.id, mailing.id, relay.id)


def _twice(contact: Contact) -> None:
    """She was in the directory twice, and somebody else looks like her."""
    absorbed = people.contact(Kind.ASSOCIATION, "Léa", "Vallée", "l.vallee@ailleurs.test")
    other = people.contact(Kind.ASSOCIATION, "Léo", "Valet", "leo.valet@ailleurs.test")
    moved = [{"table": "address", "before": "l.vallee@ailleurs.test"}]
    db.session.add(ContactMerge(survivor_id=contact.id, absorbed_id=absorbed.id, at=now(), moved=moved))
    former = {"name": "vallee lea", "department": "72", "locality": "Vallée-sur-Sarthe"}
    db.session.add(ContactAlias(contact_id=contact.id, kind=Kind.ASSOCIATION, **former))
    first, second = sorted([contact.id, other.id])
    db.session.add(DuplicatePair(first_id=first, second_id=second, score=80, reasons={"name": 80}, found_at=now()))
    db.session.flush()


def _sent(message: Message, email: str) -> None:
    message.state, message.email = MessageState.RETRY, email
    message.merged = {"to": "Léa Vallée", "values": {"last_name_fr": "Vallée"}}
    message.reply_text = f"450 4.2.1 <{email}> busy"
    db.session.flush()
    steps.keep(Message, [message.id], StepKind.TRIED, now())
    people.report(message)


def _comes(invitation: Invitation, day: int) -> None:
    lea = Person(0, "Léa Vallée", sessions=(day,), needs=(Need.HEARING_LOOP,), meal="sans sel, dit Vallée")
    friend = Person(1, "Ami Vallée", sessions=(day,))
    rsvp.answer(invitation, Submission(Reply.YES, (lea, friend), words="Vallée vous salue", consent=True), now())


def _files(email: str) -> None:
    content = f"Nom;Courriel\r\nVallée Léa;{email}\r\n".encode()
    db.session.add(
        ImportFile(
            state=ImportState.UPLOADED,
            filename="a.csv",
            content=content,
            fingerprint="x",
            mapping={},
            summary={},
            shape={"sample": ["Vallée"]},
            outlook={"new": [email]},
            created_at=now(),
        )
    )
    db.session.add(
        ImportFile(
            state=ImportState.DONE,
            filename="b.csv",
            refused=REFUSED.encode(),
            fingerprint="y",
            mapping={},
            summary={},
            created_at=now(),
        )
    )
    db.session.flush()


def lea(one: Somebody) -> Contact:
    """The contact, as it is kept now."""
    return db.session.scalars(select(Contact).where(Contact.id == one.contact)).one()
