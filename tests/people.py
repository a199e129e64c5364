"""The cast: the people, the congress and the mailing that tests speak of.

Functions named for what they make add rows to the session and flush; whoever calls keeps them (`with transaction():`).
`world()` keeps by itself: one event with everything in it, so that every page has something to show.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from outreach.accounts import guard
from outreach.accounts.models import Role, StaffSession, User
from outreach.campaigns.models import Batch, Campaign, CampaignState, Letter
from outreach.contacts.folding import fold
from outreach.contacts.kinds import Gender, Kind, OrganisationKind
from outreach.contacts.models import Address, Contact, Organisation
from outreach.database import db, now, transaction
from outreach.delivery.models import Message
from outreach.events.models import Event, Session, SessionKind
from outreach.institution.models import Institution
from outreach.invitations import actions as invitations
from outreach.invitations.models import Channel, Invitation, InvitationState, Origin
from outreach.links import links

TODAY = date(2026, 3, 2)
PASSWORD = "un mot de passe assez long"
THEMES = {
    "L’aide alimentaire et la qualité": "Food aid and its quality",
    "Le handicap et l’inclusion": "Disability and inclusion",
    "L’insertion": "Social and work integration",
    "L’engagement": "Commitment",
}


@dataclass(frozen=True, slots=True)
class World:
    """One of everything, as numbers and keys: they outlive the session that made them."""

    event: int
    campaign: int
    organisation: int
    ada: int
    """The contact; her invitation was sent."""
    invitation: int
    key: str
    """Of Ada's invitation: `links().sign(Purpose.ANSWER, world.key)`."""
    pending: str
    """Key of somebody who came through Ada's share link and has not confirmed."""
    message: int
    user: int


def member(*roles: Role, email: str = "", password_hash: str = "none: signs in by other means") -> User:
    """A member of staff with these roles, or with all of them."""
    held = [role.value for role in roles or Role]
    user = User(
        email=email or f"{'.'.join(held)}.{secrets.token_hex(3)}@ville.example",
        name="Camille Martin",
        password_hash=password_hash,
        roles=held,
        created_at=now(),
        language="fr",
    )
    db.session.add(user)
    db.session.flush()
    return user


def sign_in(*roles: Role) -> str:
    """Sign a new member of staff in; the token that their browser keeps in its cookie."""
    token = secrets.token_urlsafe(32)
    with transaction():
        at = now()
        session = StaffSession(
            token_digest=guard.token_digest(token),
            user_id=member(*roles).id,
            created_at=at,
            last_seen_at=at,
            expires_at=at + timedelta(hours=12),
        )
        db.session.add(session)
    return token


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
        changed_at=now(),
    )
    db.session.add(made)
    db.session.flush()
    return made


def organisation(name: str, kind: OrganisationKind, department: str = "72") -> Organisation:
    """A house that contacts belong to."""
    made = Organisation(kind=kind, name=name, folded=fold(name), department=department, created_at=now())
    db.session.add(made)
    db.session.flush()
    return made


def contact(
    kind: Kind,
    given_name: str,
    family_name: str,
    email: str | None,
    *,
    house: Organisation | None = None,
    gender: Gender = Gender.UNKNOWN,
    language: str | None = "fr",
    postal_code: str = "72000",
    country: str = "FR",
) -> Contact:
    """An addressee; without an address when `email` is None."""
    made = Contact(
        kind=kind,
        organisation_id=house.id if house else None,
        gender=gender,
        given_name=given_name,
        family_name=family_name,
        sort_name=fold(f"{family_name} {given_name}".strip() or (house.name if house else "")),
        language=language,
        postal_code=postal_code,
        locality="Exemple",
        department=postal_code[:2] if country == "FR" else None,
        country=country,
        created_at=now(),
        changed_at=now(),
    )
    db.session.add(made)
    db.session.flush()
    if email:
        address(made, email)
    return made


def address(owner: Contact, email: str, *, preferred: bool = True) -> Address:
    """A mailbox of a contact."""
    made = Address(
        contact_id=owner.id,
        email=email,
        digest=links().digest(email),
        preferred=preferred,
        source="a list for tests",
        collected_on=TODAY,
    )
    db.session.add(made)
    db.session.flush()
    db.session.refresh(owner, ["addresses"])
    return made


def ada() -> Contact:
    """Ada Lefèvre, who presides over an association."""
    house = organisation("Les Jardins partagés", OrganisationKind.ASSOCIATION)
    return contact(Kind.ASSOCIATION, "Ada", "Lefèvre", "ada@association.test", house=house, gender=Gender.FEMININE)


def ccas() -> Contact:
    """The desk of a CCAS: no person's name."""
    return contact(Kind.CCAS, "", "", "ccas@commune.test", house=organisation("CCAS d’Exemple", OrganisationKind.CCAS))


def deputy() -> Contact:
    """Madame la députée."""
    return contact(Kind.DEPUTY, "Inès", "Durand", "ines.durand@assemblee.test", gender=Gender.FEMININE)


def mayor() -> Contact:
    """Monsieur le maire."""
    house = organisation("Mairie d’Exemple-sur-Sarthe", OrganisationKind.MAIRIE)
    return contact(Kind.MAYOR, "Paul", "Bêche", "maire@commune.test", house=house, gender=Gender.MASCULINE)


def mep() -> Contact:
    """A member of the European Parliament who reads English."""
    return contact(
        Kind.MEP, "Maeve", "O’Brien", "maeve.obrien@europe.test", language="en", postal_code="1047", country="BE"
    )


def without_address() -> Contact:
    """A partner whom only paper reaches."""
    return contact(Kind.PARTNER, "Jean", "Noël", None, language=None)


def congress(starts_on: date = TODAY + timedelta(days=88)) -> Event:
    """The congress: two days, and four workshops of twelve seats side by side on the first afternoon."""
    event = Event(
        slug=f"congres-{secrets.token_hex(4)}",
        title={"fr": "2ᵉ Congrès national des Solidarités", "en": "2nd National Congress of Solidarities"},
        question={
            "fr": "Solidarité et transversalité : où en sommes-nous ?",
            "en": "Solidarity across boundaries: where do we stand?",
        },
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=1),
        place={"fr": "Palais des Congrès et de la Culture", "en": "Congress and Culture Centre"},
        place_address="1 rue d’Exemple, 72000 Exemple",
        contact_email="congres@ville.example",
        answer_by=_at(starts_on - timedelta(days=7), 17),
        created_at=now(),
    )
    db.session.add(event)
    db.session.flush()
    for position, day in enumerate((starts_on, starts_on + timedelta(days=1))):
        words = {"fr": f"Jour {position + 1}", "en": f"Day {position + 1}"}
        _session(event, SessionKind.DAY, words, (_at(day, 8), _at(day, 16)), 300, position)
    for position, (french, english) in enumerate(THEMES.items()):
        words = {"fr": french, "en": english}
        _session(event, SessionKind.WORKSHOP, words, (_at(starts_on, 13), _at(starts_on, 15)), 12, position)
    db.session.refresh(event, ["sessions"])
    return event


def campaign(event: Event) -> Campaign:
    """The mailing of the invitation in both languages, a draft to everybody."""
    made = Campaign(
        event_id=event.id,
        name="Invitation au congrès",
        audience={},
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


def world() -> World:
    """Everything once: a running campaign, Ada invited, somebody waiting behind her share link."""
    with transaction():
        city()
        for person in (ccas, deputy, mayor, mep, without_address):
            person()
        lady, event, user = ada(), congress(), member()
        mailing = campaign(event)
        mailing.state = CampaignState.RUNNING
        mailing.starts_at = mailing.launched_at = now()
        invitation = invitations.invite(event, lady, Origin.AUDIENCE, now())
        newcomer = invitations.invite(event, None, Origin.SHARE, now(), parent=invitation, channel=Channel.MAIL)
        assert newcomer.state is InvitationState.PENDING
        return World(
            event=event.id,
            campaign=mailing.id,
            organisation=lady.organisation_id or 0,
            ada=lady.id,
            invitation=invitation.id,
            key=invitation.key,
            pending=newcomer.key,
            message=message(mailing, invitation).id,
            user=user.id,
        )


def _at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def _session(
    event: Event,
    kind: SessionKind,
    words: dict[str, str],
    hours: tuple[datetime, datetime],
    capacity: int,
    position: int,
) -> None:
    theme = words if kind is SessionKind.WORKSHOP else {}
    db.session.add(
        Session(
            event_id=event.id,
            kind=kind,
            position=position,
            title=words,
            theme=theme,
            starts_at=hours[0],
            ends_at=hours[1],
            capacity=capacity,
        )
    )
