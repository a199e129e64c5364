"""Whom letters go to, many at once and as plain values: what letters say of their reader, where they may go."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select

from outreach.contacts.kinds import AddressRule, Gender, Kind
from outreach.contacts.models import Address, Contact, Mandate, Organisation, Suppression, SuppressionReason
from outreach.contacts.protocol.addressing import FormOfAddress, Person, form_for
from outreach.contacts.protocol.mailboxes import FALLS_BACK, Mailbox, Why, choose, why
from outreach.contacts.protocol.offices import Standing
from outreach.contacts.protocol.precedence import Held, Quality, quality
from outreach.database import among, db

Mandates = Mapping[int, Sequence[Held]]
KeptOut = Sequence[tuple[SuppressionReason, int | None]]


class Place(NamedTuple):
    """An address of a contact, and what keeps it from being written to: each reason with its event, or for all."""

    email: str
    digest: str
    preferred: bool
    source: str
    retired_at: datetime | None
    mandate_id: int = 0
    over: bool = False
    """It belongs to an office that is over."""
    shared: bool = False
    """It is their organisation's, not their own."""
    kept_out: KeptOut = ()

    def reasons(self, event_id: int | None) -> set[SuppressionReason]:
        """Why nothing is sent there, about this event or about any."""
        return {reason for reason, of_event in self.kept_out if of_event in {None, event_id}}

    def asked(self, event_id: int | None) -> bool:
        """True where its holder, or somebody for them, asked that nothing be sent there."""
        return bool(self.kept_out) and bool(self.reasons(event_id) - {SuppressionReason.BOUNCE})

    def mailbox(self, event_id: int | None) -> Mailbox:
        """What decides whether a letter about that event goes there."""
        asked, returned = False, False
        if self.kept_out:
            reasons = self.reasons(event_id)
            returned, asked = SuppressionReason.BOUNCE in reasons, bool(reasons - {SuppressionReason.BOUNCE})
        retired = self.retired_at is not None
        return Mailbox(self.preferred, retired, asked, returned, self.mandate_id, self.over, self.shared)


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
    masculine_title: bool
    language: str | None
    not_measured: bool
    organisation: str
    agreed: bool = False
    """To displays of their own messages being known."""
    erased: bool = False
    """Nothing of them is left but a number."""

    @property
    def name(self) -> str:
        """The person's name, or the organisation's for a desk."""
        return f"{self.given_name} {self.family_name}".strip() or self.organisation

    def form(self, language: str) -> FormOfAddress:
        """How they are written to, but for the envelope of paper."""
        one, title = self.quality, self.masculine_title
        office = (one.kind, one.row, one.standing, one.position)
        return _form(*office, self.gender, self.family_name, self.salutation, title, language)

    def place(self, rule: AddressRule, event_id: int | None) -> tuple[Place | None, Why]:
        """Where a letter about that event goes, and why there."""
        first = self.places[0] if len(self.places) == 1 else None
        if first and not (first.kept_out or first.retired_at or first.over or first.shared):
            return first, why(first, rule, self.quality.mandate_id)
        boxes = [one.mailbox(event_id) for one in self.places]
        which, reason = choose(boxes, rule, self.quality.mandate_id)
        return (None if which is None else self.places[which]), reason


def addressees(ids: Collection[int], on: date, rule: AddressRule = AddressRule.PREFERRED) -> dict[int, Addressee]:
    """The contacts of these numbers as they are on a day, in four queries however many they are.

    Their organisations' mailboxes are read too, in one more query, where the rule may write to them.
    """
    rows = _rows(select(*_COLUMNS).outerjoin(Contact.organisation).where(among(Contact.id, ids)))
    held = _mandates(ids)
    houses = {row.id: row.organisation_id for row in rows if row.organisation_id} if rule in FALLS_BACK else {}
    places = _places(ids, held, on, houses)
    found = {}
    for number, _house, own, role, *rest in rows:
        decided = quality(own, role, held.get(number, ()), on)
        found[number] = Addressee(number, decided, places.get(number, ()), role, *rest)
    return found


_COLUMNS = (
    Contact.id,
    Contact.organisation_id,
    Contact.kind,
    Contact.role_label,
    Contact.gender,
    Contact.given_name,
    Contact.family_name,
    Contact.salutation,
    Contact.masculine_title,
    Contact.language,
    Contact.not_measured,
    func.coalesce(Organisation.name, ""),
    Contact.measured_since.is_not(None),
    Contact.erased_at.is_not(None),
)


@lru_cache(maxsize=1024)
def _form(
    kind: Kind,
    row: str,
    standing: Standing,
    position: int | None,
    gender: Gender,
    family_name: str,
    own_form: str | None,
    masculine_title: bool,
    language: str,
) -> FormOfAddress:
    person = Person(gender, family_name, own_form=own_form, masculine_title=masculine_title)
    return form_for(Quality(kind, row, standing, position), person, language)


def _rows(statement: Select[*tuple[Any, ...]]) -> Sequence[Any]:
    return db.session.connection().execute(statement).all()


def _mandates(ids: Collection[int]) -> Mandates:
    found: dict[int, list[Held]] = {}
    columns = (Mandate.contact_id, *HELD)
    for number, *values in _rows(select(*columns).where(among(Mandate.contact_id, ids))):
        found.setdefault(number, []).append(Held(*values))
    return found


HELD = (
    Mandate.kind,
    Mandate.since,
    Mandate.until,
    func.coalesce(Mandate.office, ""),
    Mandate.position,
    Mandate.honorary,
    Mandate.constituency,
    Mandate.id,
)
"""The columns of a mandate, in the order of `Held`."""


def _places(ids: Collection[int], held: Mandates, on: date, houses: Mapping[int, int]) -> Mapping[int, Sequence[Place]]:
    rows = _rows(select(Address.contact_id, *_ADDRESS).where(among(Address.contact_id, ids)).order_by(Address.id))
    shared = _shared(set(houses.values())) if houses else {}
    digests = [row.digest for row in rows] + [one.digest for of_house in shared.values() for one in of_house]
    kept_out = _kept_out(digests)
    over = {one.id for of_contact in held.values() for one in of_contact if one.until is not None and one.until < on}
    found: dict[int, list[Place]] = {}
    for row in rows:
        mandate = row.mandate_id or 0
        place = _place(row, mandate, mandate in over, False, kept_out.get(row.digest, ()))
        found.setdefault(row.contact_id, []).append(place)
    for number, house in houses.items():
        own = found.setdefault(number, [])
        known = {one.digest for one in own}
        own += [
            one._replace(kept_out=kept_out.get(one.digest, ()))
            for one in shared.get(house, ())
            if one.digest not in known
        ]
    return found


_ADDRESS = (Address.email, Address.digest, Address.preferred, Address.source, Address.retired_at, Address.mandate_id)


def _place(row: Any, mandate_id: int = 0, over: bool = False, shared: bool = False, kept_out: KeptOut = ()) -> Place:
    _of, email, digest, preferred, source, retired_at, _mandate = row
    return Place(email, digest, preferred, source, retired_at, mandate_id, over, shared, kept_out)


def _shared(houses: Collection[int]) -> Mapping[int, Sequence[Place]]:
    """The mailboxes of organisations: those of their desks, contacts without a person's name."""
    desks = (
        select(Contact.organisation_id, *_ADDRESS)
        .join(Address, Address.contact_id == Contact.id)
        .where(among(Contact.organisation_id, houses), *IS_DESK, Address.retired_at.is_(None))
        .order_by(Address.preferred.desc(), Address.id)
    )
    found: dict[int, list[Place]] = {}
    for row in _rows(desks):
        found.setdefault(row.organisation_id, []).append(_place(row, shared=True))
    return found


IS_DESK = (Contact.family_name == "", Contact.given_name == "", Contact.erased_at.is_(None))
"""The conditions on a contact that stands for an organisation, not for a person."""


def _kept_out(digests: Sequence[str]) -> Mapping[str, KeptOut]:
    found: dict[str, list[tuple[SuppressionReason, int | None]]] = {}
    columns = (Suppression.digest, Suppression.reason, Suppression.event_id)
    known = select(*columns).where(among(Suppression.digest, digests), Suppression.lifted_at.is_(None))
    for digest, reason, event_id in _rows(known):
        found.setdefault(digest, []).append((reason, event_id))
    return found
