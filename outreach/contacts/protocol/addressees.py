"""Whom letters go to, many at once and as plain values: what letters say of their reader, where they may go."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import func, select

from outreach.contacts.kinds import Gender
from outreach.contacts.models import Address, Contact, Mandate, Organisation, Suppression, SuppressionReason
from outreach.contacts.protocol.addressing import FormOfAddress, Person, form_for
from outreach.contacts.protocol.precedence import Held, Quality, quality
from outreach.database import among, db


class Place(NamedTuple):
    """An address of a contact, and what keeps it from being written to: each reason with its event, or for all."""

    email: str
    digest: str
    preferred: bool
    source: str
    retired_at: datetime | None
    kept_out: Sequence[tuple[SuppressionReason, int | None]] = ()


class Addressee(NamedTuple):
    """A contact as letters see it on one day."""

    id: int
    quality: Quality
    """In which they are written to that day."""
    places: Sequence[Place]
    role_label: str
    gender: Gender
    given_name: str
    family_name: str
    salutation: str | None
    language: str | None
    not_measured: bool
    organisation: str

    @property
    def name(self) -> str:
        """The person's name, or the organisation's for a desk."""
        return f"{self.given_name} {self.family_name}".strip() or self.organisation

    def form(self, language: str) -> FormOfAddress:
        """How they are written to, but for the envelope of paper."""
        return _form(self.quality, self.gender, self.family_name, self.salutation, language)


def addressees(ids: Collection[int], on: date) -> dict[int, Addressee]:
    """The contacts of these numbers as they are on a day, in four queries however many they are."""
    people = select(*_COLUMNS).outerjoin(Contact.organisation).where(among(Contact.id, ids))
    held, places = _mandates(ids), _places(ids)
    found = {}
    for number, own, role, *rest in db.session.connection().execute(people).all():
        decided = quality(own, role, held.get(number, ()), on)
        found[number] = Addressee(number, decided, places.get(number, ()), role, *rest)
    return found


_COLUMNS = (
    Contact.id,
    Contact.kind,
    Contact.role_label,
    Contact.gender,
    Contact.given_name,
    Contact.family_name,
    Contact.salutation,
    Contact.language,
    Contact.not_measured,
    func.coalesce(Organisation.name, ""),
)


@lru_cache(maxsize=1024)
def _form(one: Quality, gender: Gender, family_name: str, own_form: str | None, language: str) -> FormOfAddress:
    return form_for(one, Person(gender, family_name, own_form=own_form), language)


def _mandates(ids: Collection[int]) -> Mapping[int, Sequence[Held]]:
    found: dict[int, list[Held]] = {}
    columns = (Mandate.contact_id, Mandate.kind, Mandate.since, Mandate.until)
    for number, kind, since, until in db.session.connection().execute(
        select(*columns).where(among(Mandate.contact_id, ids))
    ):
        found.setdefault(number, []).append(Held(kind, since, until))
    return found


def _places(ids: Collection[int]) -> Mapping[int, Sequence[Place]]:
    columns = (Address.contact_id, Address.email, Address.digest, Address.preferred, Address.source, Address.retired_at)
    rows = (
        db.session.connection()
        .execute(select(*columns).where(among(Address.contact_id, ids)).order_by(Address.id))
        .all()
    )
    kept_out = _kept_out([row.digest for row in rows])
    found: dict[int, list[Place]] = {}
    for number, email, digest, preferred, source, retired_at in rows:
        place = Place(email, digest, preferred, source, retired_at, kept_out.get(digest, ()))
        found.setdefault(number, []).append(place)
    return found


def _kept_out(digests: Sequence[str]) -> Mapping[str, Sequence[tuple[SuppressionReason, int | None]]]:
    found: dict[str, list[tuple[SuppressionReason, int | None]]] = {}
    columns = (Suppression.digest, Suppression.reason, Suppression.event_id)
    known = select(*columns).where(among(Suppression.digest, digests), Suppression.lifted_at.is_(None))
    for digest, reason, event_id in db.session.connection().execute(known):
        found.setdefault(digest, []).append((reason, event_id))
    return found
