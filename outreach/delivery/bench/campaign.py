"""A campaign in a database of its own, for measuring the whole way of its messages: from queued to recorded."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, inspect, select

from outreach.accounts.models import User
from outreach.campaigns.models import Campaign, Letter
from outreach.contacts.imports import models as import_models
from outreach.contacts.kinds import Gender, Kind
from outreach.contacts.models import Address, Contact
from outreach.database import db, now, transaction
from outreach.delivery import launching
from outreach.delivery.letters import preview
from outreach.delivery.models import Message
from outreach.errors import Refusal
from outreach.events.models import Event, Session, SessionKind
from outreach.links import links, new_key

TABLES = (User, Campaign, Contact, import_models.ImportFile, Message)
"""Their modules hold every table that a campaign touches."""
OCTETS = 25_000
"""What a message weighs here: a real letter with both its parts and its calendar."""
_FAMILIES = ("Lefèvre", "Durand", "O’Brien", "Bêche", "Nguyen", "Garcia")
_AT_ONCE = 1_000
_GENDERS = tuple(Gender)
_KINDS = (Kind.ASSOCIATION, Kind.MAYOR, Kind.DEPUTY, Kind.CCAS, Kind.MEP, Kind.INSTITUTION)
_SENTENCE = "Nous serions très honorés de votre présence à ces deux journées consacrées aux solidarités. "


def check_empty() -> None:
    """Raises Refusal when there is anything in the database."""
    if inspect(db.engine).get_table_names():
        raise Refusal("This database is not empty: give one that may be filled and emptied again.")


def fill(messages: int) -> int:
    """A launched campaign with that many messages, all due; returns what one weighs."""
    invite(messages)
    return launch()


def invite(people: int) -> None:
    """So many to be invited."""
    with transaction() as session:
        session.add(User(email="bench@bench.example", name="", password_hash="", roles=[], created_at=now()))
        _contacts(people)


def launch() -> int:
    """A campaign to all of them for an event of its own, launched, its messages due; returns what one weighs."""
    with transaction():
        campaign, octets = draft()
        launching.approve(campaign, signatory(), now())
        launching.launch(campaign, now(), signatory())
    return octets


def draft(batch_size: int = 1_000_000) -> tuple[Campaign, int]:
    """A campaign to all of them, written and planned, for an event of its own; with what a message of it weighs."""
    at = now()
    campaign = Campaign(
        event=_event(),
        name="Bench",
        audience={"everyone": True},
        sender_name="Ville d’Exemple",
        sender_email="congres@bench.example",
        starts_at=at,
        any_hour=True,
        batch_size=batch_size,
        created_at=at,
    )
    db.session.add(campaign)
    db.session.flush()
    return campaign, _write_letters(campaign)


def signatory() -> int:
    """Who signs campaigns."""
    return db.session.scalars(select(User.id)).one()


def _event() -> Event:
    start = now() + timedelta(days=60)
    days = [start + timedelta(days=number) for number in range(2)]
    return Event(
        slug=f"bench-{new_key()}",
        title={"fr": "2ᵉ Congrès national des Solidarités", "en": "2nd National Congress of Solidarities"},
        question={"fr": "Solidarité et transversalité", "en": "Solidarity across boundaries"},
        starts_on=days[0].date(),
        ends_on=days[1].date(),
        place={"fr": "Palais des Congrès", "en": "Congress Centre"},
        place_address="1 rue d’Exemple, 72000 Exemple",
        contact_email="congres@bench.example",
        answer_by=start - timedelta(days=7),
        created_at=now(),
        sessions=[
            Session(
                kind=SessionKind.DAY,
                title={"fr": "Jour", "en": "Day"},
                theme={},
                starts_at=day,
                ends_at=day + timedelta(hours=8),
            )
            for day in days
        ],
    )


def _contacts(number: int) -> None:
    """So many addressees with names, titles and languages of several sorts; few at a time, to stay small."""
    keyring, at = links(), now()
    for begin in range(1, number + 1, _AT_ONCE):
        places = range(begin, min(begin + _AT_ONCE, number + 1))
        db.session.execute(insert(Contact), [_person(place, at) for place in places])
        emails = [(place, f"personne{place}@association.example") for place in places]
        kept = {"source": "liste de mesure", "collected_on": at.date()}
        addresses = [
            {"contact_id": place, "email": email, "digest": keyring.digest(email), **kept} for place, email in emails
        ]
        db.session.execute(insert(Address), addresses)


def _person(place: int, at: datetime) -> dict[str, Any]:
    return {
        "id": place,
        "kind": _KINDS[place % len(_KINDS)],
        "gender": _GENDERS[place % len(_GENDERS)],
        "given_name": f"Prénom{place}",
        "family_name": f"{_FAMILIES[place % len(_FAMILIES)]}-{_FAMILIES[place // 7 % len(_FAMILIES)]} {place % 4999}",
        "sort_name": f"nom {place:07d}",
        "language": "en" if place % 5 == 0 else "fr",
        "created_at": at,
        "changed_at": at,
    }


def _write_letters(campaign: Campaign) -> int:
    """Letters as long as it takes for a message to weigh OCTETS; returns what it weighs."""
    for language in ("fr", "en"):
        campaign.letters.append(Letter(language=language, subject="Invitation au congrès", changed_at=now()))
    paragraphs, weight = 1, 0
    while weight < OCTETS:
        body = "\n\n".join(["{salutation}", *[_SENTENCE * 5] * paragraphs, "{closing}"])
        for letter in campaign.letters:
            letter.body = body
        db.session.flush()
        weight = len(preview.shown(campaign, preview.first_recipient(campaign)).octets)
        paragraphs += 1 + (OCTETS - weight) // 2000 if weight < OCTETS else 0
    return weight
