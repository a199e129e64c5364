"""The cast: the people, the congress and the mailing that tests speak of.

Functions named for what they make add rows to the session and flush; whoever calls keeps them (`with transaction():`).
`world()` keeps by itself: one event with everything in it, so that every page has something to show.
"""

import base64
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from outreach.accounts import actions as accounts
from outreach.accounts.models import Role, StaffSession, User
from outreach.accounts.passwords import digest
from outreach.accounts.sessions import token_digest
from outreach.campaigns.audiences import actions as audiences
from outreach.campaigns.audiences.models import Audience
from outreach.campaigns.audiences.rules import read_tree
from outreach.campaigns.models import Batch, Campaign, CampaignState, Letter
from outreach.contacts import actions as contacts
from outreach.contacts.duplicates.models import ContactMerge, DuplicatePair
from outreach.contacts.imports import importing
from outreach.contacts.kinds import Gender, Kind
from outreach.contacts.mandates import Tenure, take_up
from outreach.contacts.models import Contact, Mandate, SuppressionReason
from outreach.database import db, now, transaction
from outreach.delivery.models import Message, Notice
from outreach.delivery.returns.models import ReturnedReport
from outreach.delivery.returns.outcomes import Cause
from outreach.delivery.returns.outcomes import Kind as ReturnKind
from outreach.events import actions as events
from outreach.events.facts import EventFacts, SessionFacts
from outreach.events.kinds import SessionKind
from outreach.events.models import Event
from outreach.forwarding import actions as forwarding
from outreach.forwarding.registering import Newcomer
from outreach.institution.models import Institution
from outreach.invitations import actions as invitations
from outreach.invitations.models import Channel, Invitation, Origin, Reply
from outreach.rights.models import RightsRequest, Wish
from outreach.rights.requests import receive
from outreach.rsvp import actions as rsvp
from outreach.rsvp.models import Answer
from outreach.rsvp.needs import Need
from outreach.rsvp.submission import Person, Submission

PASSWORD = "un mot de passe assez long"
THEMES = {
    "L’aide alimentaire et la qualité": "Food aid and its quality",
    "Le handicap et l’inclusion": "Disability and inclusion",
    "L’insertion": "Social and work integration",
    "L’engagement": "Commitment",
}
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SHEET = "Association;Prénom;Nom;Courriel;Code postal\nLa Ruche;Luc;Martin;luc.martin@ruche.test;72100\n"
NEWCOMER = Newcomer("Jeanne", "Petit", "jeanne.petit@voisins.test", "Les Voisins", Kind.ASSOCIATION, "69001")
"""Somebody who comes through a share link."""


@dataclass(frozen=True, slots=True)
class World:
    """One of everything, as numbers and keys: they outlive the session that made them."""

    event: int
    campaign: int
    organisation: int
    ada: int
    """The contact; her invitation was sent."""
    mandate: int
    """One that Ada held once."""
    invitation: int
    key: str
    """Of Ada's invitation, which has no answer yet: `links().sign(Purpose.INVITATION, world.key)`."""
    answered: str
    """Key of the mayor's invitation, who comes."""
    pending: str
    """Key of somebody who came through Ada's share link and has not confirmed."""
    message: int
    notice: int
    """The check of the address of who has not confirmed."""
    report: int
    """A bounce of Ada's message."""
    user: int
    staff_session: int
    """Of that user: where they are signed in."""
    workshop: int
    audience: int
    """A saved one: mayors and deputies."""
    import_file: int
    """Received, its columns proposed; not brought in."""
    suppression: int
    rights_request: int
    """Ada asked to see what is held on her."""
    address: int
    """Ada's."""
    pair: int
    """Ada and the desk of the CCAS look alike; nobody has decided."""
    merge: int
    """Of the same two; it was undone."""


def member(*roles: Role, email: str = "", password_hash: str = "none: signs in by other means") -> User:
    """A member of staff with these roles, or with all of them."""
    held = [role.value for role in roles or Role]
    user = User(
        email=email or f"camille.{secrets.token_hex(3)}@ville.example",
        name="Camille Martin",
        password_hash=password_hash,
        roles=held,
        created_at=now(),
        language="fr",
    )
    db.session.add(user)
    db.session.flush()
    return user


def officer(*roles: Role) -> User:
    """A member of staff who signs in with PASSWORD."""
    held = roles or tuple(Role)
    return accounts.add_user("camille.martin@ville.example", "Camille Martin", held, digest(PASSWORD), now())


def sign_in(*roles: Role) -> str:
    """Sign a new member of staff in; the token that their browser keeps in its cookie."""
    token = secrets.token_urlsafe(32)
    with transaction():
        session(member(*roles), token)
    return token


def session(user: User, token: str = "") -> StaffSession:
    """A browser where somebody is signed in."""
    at = now()
    made = StaffSession(
        token_digest=token_digest(token or secrets.token_urlsafe(32)),
        user_id=user.id,
        created_at=at,
        last_seen_at=at,
        expires_at=at + timedelta(hours=12),
    )
    db.session.add(made)
    db.session.flush()
    return made


def city() -> Institution:
    """The city whose house it is."""
    made = Institution(
        id=1,
        name="Ville d’Exemple",
        short_name="Exemple",
        postal_address="Place de la République, 72000 Exemple",
        contact_email="congres@ville.example",
        privacy_email="dpo@ville.example",
        signatory_name="Dominique LENOIR",
        signatory_titles={
            "fr": "Adjointe au maire à l’action sociale\nPrésidente déléguée du CCAS",
            "en": "Deputy Mayor for Social Action\nVice-Chair of the CCAS",
        },
        logo=PIXEL,
        logo_type="image/png",
        changed_at=now(),
    )
    db.session.add(made)
    db.session.flush()
    return made


def contact(
    kind: Kind,
    given_name: str,
    family_name: str,
    *emails: str,
    house: str = "",
    gender: Gender = Gender.UNKNOWN,
    language: str | None = "fr",
    postal_code: str = "72000",
    country: str = "FR",
) -> Contact:
    """An addressee; `house` names the organisation; without `emails` only paper reaches them."""
    return contacts.add_contact(
        at=now(),
        source="a list for tests",
        emails=emails,
        organisation=house,
        kind=kind,
        given_name=given_name,
        family_name=family_name,
        gender=gender,
        language=language,
        postal_code=postal_code,
        locality="Exemple",
        country=country,
    )


def ada() -> Contact:
    """Ada Lefèvre, who presides over an association."""
    gender, house = Gender.FEMININE, "Les Jardins partagés"
    return contact(Kind.ASSOCIATION, "Ada", "Lefèvre", "ada@association.test", house=house, gender=gender)


def mandate(of: Contact) -> Mandate:
    """An office that somebody held once."""
    tenure = Tenure("municipal_councillor", "Exemple", until=now().date() - timedelta(days=400))
    return take_up(of, tenure, now(), "a list for tests")


def ccas() -> Contact:
    """The desk of a CCAS: no person's name."""
    return contact(Kind.CCAS, "", "", "ccas@commune.test", house="CCAS d’Exemple")


def deputy() -> Contact:
    """Madame la députée."""
    return contact(Kind.DEPUTY, "Inès", "Durand", "ines.durand@assemblee.test", gender=Gender.FEMININE)


def mayor() -> Contact:
    """Monsieur le maire."""
    gender, house = Gender.MASCULINE, "Mairie d’Exemple-sur-Sarthe"
    return contact(Kind.MAYOR, "Paul", "Bêche", "maire@commune.test", house=house, gender=gender)


def mep() -> Contact:
    """A member of the European Parliament who reads English."""
    email = "maeve.obrien@europe.test"
    return contact(Kind.MEP, "Maeve", "O’Brien", email, language="en", postal_code="1047", country="BE")


def without_address() -> Contact:
    """A partner whom only paper reaches."""
    return contact(Kind.PARTNER, "Jean", "Noël", language=None)


def congress(first_day: date | None = None) -> Event:
    """The congress: two days, and four workshops of twelve seats side by side; 88 days ahead unless a day is given."""
    starts_on = first_day or now().date() + timedelta(days=88)
    days = [starts_on, starts_on + timedelta(days=1)]
    sessions = [
        _session(SessionKind.DAY, {"fr": f"Jour {number}", "en": f"Day {number}"}, day, (8, 16), 300)
        for number, day in enumerate(days, 1)
    ]
    for french, english in THEMES.items():
        words = {"fr": french, "en": english}
        sessions.append(_session(SessionKind.WORKSHOP, words, starts_on, (13, 15), 12))
    facts = EventFacts(
        slug=f"congres-{secrets.token_hex(4)}",
        title={"fr": "2ᵉ Congrès national des Solidarités", "en": "2nd National Congress of Solidarities"},
        question={
            "fr": "Solidarité et transversalité : où en sommes-nous ?",
            "en": "Solidarity across boundaries: where do we stand?",
        },
        starts_on=days[0],
        ends_on=days[-1],
        timezone="Europe/Paris",
        place={"fr": "Palais des Congrès et de la Culture", "en": "Congress and Culture Centre"},
        place_address="1 rue d’Exemple, 72000 Exemple",
        contact_email="congres@ville.example",
        answer_by=_at(starts_on - timedelta(days=7), 17),
        registration_open=True,
        companions_max=4,
        sessions=tuple(sessions),
    )
    return events.create_event(facts, now())


def campaign(event: Event) -> Campaign:
    """The mailing of the invitation in both languages, a draft to everybody."""
    made = Campaign(
        event_id=event.id,
        name="Invitation au congrès",
        audience={"everyone": True},
        sender_name="Ville d’Exemple",
        sender_email="congres@ville.example",
        created_at=now(),
    )
    db.session.add(made)
    db.session.flush()
    french = "{salutation}\n\nJ’ai l’honneur de vous inviter à notre congrès, {dates}.\n"
    english = "{salutation}\n\nIt is my honour to invite you to our congress, {dates}.\n"
    for language, subject, body in (("fr", "Invitation", french), ("en", "Invitation to our congress", english)):
        db.session.add(Letter(campaign_id=made.id, language=language, subject=subject, body=body, changed_at=now()))
    db.session.flush()
    db.session.refresh(made, ["letters"])
    return made


def message(mailing: Campaign, invitation: Invitation) -> Message:
    """One message of a mailing, queued in a batch that is due."""
    batch = Batch(campaign_id=mailing.id, number=1 + len(mailing.batches), due_at=now(), size=1)
    db.session.add(batch)
    db.session.flush()
    made = Message(
        campaign_id=mailing.id,
        invitation_id=invitation.id,
        batch_id=batch.id,
        due_at=now(),
        message_id=f"<{secrets.token_hex(8)}@ville.example>",
    )
    db.session.add(made)
    db.session.flush()
    return made


def report(about: Message) -> ReturnedReport:
    """What came back about a message: nobody has that address."""
    made = ReturnedReport(
        digest=secrets.token_hex(32),
        message_id=about.id,
        invitation_id=about.invitation_id,
        kind=ReturnKind.BOUNCE,
        cause=Cause.NO_ADDRESS,
        permanent=True,
        ends_address=True,
        recipient="ada@association.test",
        status="5.1.1",
        code=550,
        reason="550 5.1.1 <ada@association.test>: User unknown",
        received_at=now(),
        source="retours.mbox",
        subject="Undelivered Mail Returned to Sender",
        headers="From: MAILER-DAEMON@relais.test\nTo: <b+abc@ville.example>",
        human="I'm sorry to have to inform you that your message could not be delivered.",
        retain_until=now().date() + timedelta(days=365),
    )
    db.session.add(made)
    db.session.flush()
    return made


def answer_yes(invitation: Invitation) -> Answer:
    """The mayor comes on the first day, to the first workshop, and needs a hearing loop."""
    sessions = invitation.event.sessions
    chosen = [next(one.id for one in sessions if one.kind is kind) for kind in SessionKind]
    person = Person(0, "Paul Bêche", sessions=tuple(chosen), needs=(Need.HEARING_LOOP,))
    return rsvp.answer(invitation, Submission(Reply.YES, (person,), consent=True), now())


def world() -> World:
    """Everything once: a running campaign, Ada invited, somebody waiting behind her share link."""
    with transaction():
        city()
        desk, *_others = [person() for person in (ccas, deputy, mep, without_address)]
        lady, event, user = ada(), congress(), member()
        mailing = campaign(event)
        mailing.state = CampaignState.RUNNING
        mailing.starts_at = mailing.launched_at = now()
        invitation = invitations.invite(event, lady, Origin.AUDIENCE, now())
        coming = invitations.invite(event, mayor(), Origin.AUDIENCE, now())
        answer_yes(coming)
        sent = message(mailing, invitation)
        newcomer = forwarding.register(invitation, NEWCOMER, Channel.MAIL, "fr", now()).invitation
        return World(
            event=event.id,
            campaign=mailing.id,
            organisation=lady.organisation_id or 0,
            ada=lady.id,
            mandate=mandate(lady).id,
            invitation=invitation.id,
            key=invitation.key,
            answered=coming.key,
            pending=newcomer.key,
            message=sent.id,
            notice=db.session.scalars(select(Notice.id).where(Notice.invitation_id == newcomer.id)).one(),
            report=report(sent).id,
            user=user.id,
            staff_session=session(user).id,
            workshop=event.sessions[-1].id,
            audience=audience().id,
            import_file=importing.receive("associations.csv", SHEET.encode(), now(), user.id).id,
            suppression=contacts.suppress("plus.rien@association.test", SuppressionReason.OPT_OUT, now()).id,
            rights_request=rights_request().id,
            address=lady.addresses[0].id,
            pair=pair(lady, desk).id,
            merge=undone_merge(lady, desk).id,
        )


def audience() -> Audience:
    """A saved one: mayors and deputies."""
    return audiences.save("Élus", read_tree({"kind": ["mayor", "deputy"]}), now())


def rights_request() -> RightsRequest:
    """Ada asks to see what is held on her."""
    return receive(Wish.ACCESS, now().date(), "Ada Lefèvre", "ada@association.test", "", now())


def pair(one: Contact, other: Contact) -> DuplicatePair:
    """Two contacts that look alike."""
    first, second = sorted((one.id, other.id))
    reasons = {"same_family": 0.45, "given_begins": 0.25, "same_commune": 0.16}
    made = DuplicatePair(first_id=first, second_id=second, score=86, reasons=reasons, found_at=now())
    db.session.add(made)
    db.session.flush()
    return made


def undone_merge(stays: Contact, goes: Contact) -> ContactMerge:
    """A merge that was taken back."""
    made = ContactMerge(survivor_id=stays.id, absorbed_id=goes.id, at=now(), moved=[], undone_at=now())
    db.session.add(made)
    db.session.flush()
    return made


def _at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def _session(
    kind: SessionKind, words: dict[str, str], day: date, hours: tuple[int, int], capacity: int
) -> SessionFacts:
    theme = words if kind is SessionKind.WORKSHOP else {}
    return SessionFacts(kind, words, theme, "", _at(day, hours[0]), _at(day, hours[1]), capacity)
