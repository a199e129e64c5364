"""A campaign in a database of its own, for measuring the whole way of its messages: from queued to recorded."""

import time
from dataclasses import asdict, dataclass
from datetime import timedelta

from sqlalchemy import func, insert, inspect, select

from outreach.accounts.models import User
from outreach.campaigns.models import Campaign, Letter
from outreach.contacts import import_models
from outreach.contacts.kinds import Gender, Kind
from outreach.contacts.models import Address, Contact
from outreach.database import db, now, transaction
from outreach.delivery import launching
from outreach.delivery.bench.house import house
from outreach.delivery.bench.sink import peak_mb, sink, source_rate
from outreach.delivery.letters import preview
from outreach.delivery.models import Message
from outreach.delivery.sending import Sender
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState
from outreach.errors import Refusal
from outreach.events.models import Event, Session, SessionKind
from outreach.links import links

TABLES = (User, Campaign, Contact, import_models.ImportFile, Message)
"""Their modules hold every table that a campaign touches."""
OCTETS = 25_000
"""What a message weighs here: a real letter with both its parts and its calendar."""
_FAMILIES = ("Lefèvre", "Durand", "O’Brien", "Bêche", "Nguyen", "Garcia")
_GENDERS = tuple(Gender)
_KINDS = (Kind.ASSOCIATION, Kind.MAYOR, Kind.DEPUTY, Kind.CCAS, Kind.MEP, Kind.INSTITUTION)
_SENTENCE = "Nous serions très honorés de votre présence à ces deux journées consacrées aux solidarités. "


@dataclass(frozen=True, slots=True)
class Comparison:
    """One run of ours beside smtp-source, which sends one ready text to one address and keeps no account of it."""

    messages: int
    per_second: float
    ratio_to_smtp_source: float | None
    cpu_us: float
    peak_mb: float

    def as_dict(self) -> dict[str, float | None]:
        """For --json, rounded."""
        return {name: None if value is None else round(value, 3) for name, value in asdict(self).items()}


def measure(messages: int, connections: int, database_url: str = "") -> Comparison:
    """Send that many messages to an smtp-sink; before and after, half as many of the same size with smtp-source."""
    with sink() as port, house(port, connections, database_url, check_empty):
        octets = fill(messages)
        before = source_rate(port, messages // 2 + 1, octets)
        with sender() as post:
            begun, cpu = time.perf_counter(), time.process_time()
            _send_all(post, messages)
            seconds, spent = time.perf_counter() - begun, time.process_time() - cpu
        _check(messages)
        after = source_rate(port, messages // 2 + 1, octets)
    rate = messages / seconds
    source = 2 / (1 / before + 1 / after) if before and after else None
    return Comparison(messages, rate, rate / source if source else None, spent / messages * 1e6, peak_mb())


def _send_all(post: Sender, messages: int) -> None:
    if (settled := post.send_due()) != messages:
        raise Refusal("Only %(settled)d of %(messages)d messages left.", settled=settled, messages=messages)


def _check(messages: int) -> None:
    sent = db.session.scalar(select(func.count()).where(Message.state == MessageState.SENT)) or 0
    db.session.rollback()
    if sent != messages:
        raise Refusal("Only %(settled)d of %(messages)d messages left.", settled=sent, messages=messages)


def check_empty() -> None:
    """Raises Refusal when there is anything in the database."""
    if inspect(db.engine).get_table_names():
        raise Refusal("This database is not empty: give one that may be filled and emptied again.")


def fill(messages: int) -> int:
    """A launched campaign with that many messages, all due; returns what one weighs."""
    at = now()
    with transaction() as session:
        user = User(email="bench@bench.example", name="", password_hash="", roles=[], created_at=at)
        campaign = Campaign(
            event=_event(),
            name="Bench",
            audience={"everyone": True},
            sender_name="Ville d’Exemple",
            sender_email="congres@bench.example",
            starts_at=at,
            any_hour=True,
            batch_size=messages,
            created_at=at,
        )
        session.add_all([user, campaign])
        session.flush()
        _contacts(messages)
        octets = _write_letters(campaign)
        launching.approve(campaign, user.id, at)
        launching.launch(campaign, at, user.id)
    return octets


def _event() -> Event:
    start = now() + timedelta(days=60)
    days = [start + timedelta(days=number) for number in range(2)]
    return Event(
        slug="bench",
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
    """So many addressees with names, titles and languages of several sorts."""
    at = now()
    people = [
        {
            "id": place,
            "kind": _KINDS[place % len(_KINDS)],
            "gender": _GENDERS[place % len(_GENDERS)],
            "given_name": f"Prénom{place}",
            "family_name": _FAMILIES[place % len(_FAMILIES)],
            "sort_name": f"nom {place:07d}",
            "language": "en" if place % 5 == 0 else "fr",
            "created_at": at,
            "changed_at": at,
        }
        for place in range(1, number + 1)
    ]
    keyring = links()
    addresses = [
        {
            "contact_id": place,
            "email": f"personne{place}@association.example",
            "digest": keyring.digest(f"personne{place}@association.example"),
            "source": "liste de mesure",
            "collected_on": at.date(),
        }
        for place in range(1, number + 1)
    ]
    db.session.execute(insert(Contact), people)
    db.session.execute(insert(Address), addresses)


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
