"""Many people at once, written straight into the tables: what the dashboard counts in these tests."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert

from outreach.contacts.folding import fold
from outreach.contacts.kinds import Gender, Kind
from outreach.contacts.models import Contact
from outreach.database import db, transaction
from outreach.events.models import Event
from outreach.invitations.actions import invite
from outreach.invitations.models import Channel, Invitation, InvitationState, Origin, Reply
from outreach.links import new_key
from outreach.rsvp.models import AccessNeeds, Answer, Participant, Seat
from tests import people

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Crowd:
    """An event and those who are invited to it, as numbers."""

    event: int
    ada: int
    """Ada's invitation: she passed it on."""
    deputy: int
    """Invitation of a deputy who has not answered."""
    bob: int
    """Invitation of Bob, who came through Ada and brought Cléo."""
    session: int
    """The first workshop, where Ada sits."""


def answer(invitation: Invitation, reply: Reply, at: datetime, persons: int = 1, session: int | None = None) -> Answer:
    """An answer in force, with a seat for each person when a session is given."""
    made = Answer(invitation_id=invitation.id, reply=reply, at=at, language="fr")
    if reply is Reply.YES:
        made.participants = [Participant(position=number, name=f"Personne {number}") for number in range(persons)]
        for one in made.participants:
            one.seats = [Seat(session_id=session)] if session else []
    db.session.add(made)
    invitation.reply, invitation.answered_at = reply, at
    invitation.coming = len(made.participants)
    db.session.flush()
    return made


def came_through(event: Event, relay: Invitation, contact: Contact, channel: Channel, at: datetime) -> Invitation:
    """Somebody who registered through a share link and confirmed."""
    made = invite(event, contact, Origin.SHARE, at, parent=relay, channel=channel)
    relay.brought += 1
    db.session.flush()
    return made


def crowd() -> Crowd:
    """Six people: Ada comes with a companion and needs a ramp; the mayor excuses himself; three have not answered."""
    with transaction():
        people.city()
        event = people.congress()
        workshop = next(one for one in event.sessions if one.theme)
        workshop.taken = 2
        ada = invite(event, people.ada(), Origin.AUDIENCE, MONDAY)
        mayor = invite(event, people.mayor(), Origin.AUDIENCE, MONDAY)
        deputy = invite(event, people.deputy(), Origin.AUDIENCE, MONDAY)
        given = answer(ada, Reply.YES, MONDAY + timedelta(hours=1), 2, workshop.id)
        given.participants[1].needs = AccessNeeds(
            needs=["wheelchair"], meal="sans sel", consented_at=MONDAY, delete_after=event.ends_on
        )
        answer(mayor, Reply.EXCUSED, MONDAY + timedelta(days=2))
        bob = _newcomer(event, ada, "Bob", "Lyonnais", "69001", Channel.WHATSAPP, MONDAY + timedelta(days=1))
        answer(bob, Reply.YES, MONDAY + timedelta(days=3))
        _newcomer(event, bob, "Cléo", "Nantaise", "44000", Channel.MAIL, MONDAY + timedelta(days=2))
        invite(event, None, Origin.SHARE, MONDAY, language="fr")
        return Crowd(event.id, ada.id, deputy.id, bob.id, workshop.id)


def _newcomer(
    event: Event, relay: Invitation, given: str, family: str, code: str, channel: Channel, at: datetime
) -> Invitation:
    email = f"{fold(given)}@voisins.test"
    contact = people.contact(Kind.INDIVIDUAL, given, family, email, postal_code=code, gender=Gender.FEMININE)
    return came_through(event, relay, contact, channel, at)


def add_many(event_id: int, count: int, answered: int) -> None:
    """So many contacts, all invited by the office, of whom the first `answered` have answered no."""
    first = 10_000
    numbers = range(first, first + count)
    with transaction():
        db.session.execute(
            insert(Contact),
            [
                {
                    "id": number,
                    "kind": Kind.MAYOR if number % 10 else Kind.DEPUTY,
                    "given_name": "Camille",
                    "family_name": f"Nom{number}",
                    "sort_name": f"nom{number} camille",
                    "language": "fr",
                    "department": "72" if number % 3 else "49",
                    "created_at": MONDAY,
                    "changed_at": MONDAY,
                }
                for number in numbers
            ],
        )
        db.session.execute(
            insert(Invitation),
            [
                {
                    "key": new_key(),
                    "event_id": event_id,
                    "contact_id": number,
                    "state": InvitationState.OPEN,
                    "origin": Origin.AUDIENCE,
                    "created_at": MONDAY,
                    "reply": Reply.NO if number < first + answered else None,
                    "answered_at": MONDAY + timedelta(minutes=number) if number < first + answered else None,
                }
                for number in numbers
            ],
        )
