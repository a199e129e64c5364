"""Who holds an office no more, for a whole register does not name them: their mandates are closed, never deleted."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select, update

from outreach.contacts.folding import fold
from outreach.contacts.imports.plans.comparing import MandateSaid
from outreach.contacts.kinds import Kind
from outreach.contacts.loading import load
from outreach.contacts.models import Address, Contact, ContactChange, Mandate
from outreach.contacts.searching.indexing import reindex
from outreach.database import among, db

DEPARTED: Final = "departed"
"""The field of the change that says that a register closed a mandate."""
LEAST: Final = 0.5
"""A list with fewer people than this part of those who are known is no whole register; after an election nobody need
be the same."""


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody whom a register names: the contact they are, if known, where they hold the office, since when."""

    contact_id: int | None
    department: str
    seat: str
    since: date | None


@dataclass(frozen=True, slots=True)
class Departed:
    """An open mandate that a register does not name, and its last day: that before its successor's first, or before
    today."""

    mandate_id: int
    contact_id: int
    name: str
    family_name: str
    said: MandateSaid
    until: date
    emails: tuple[str, ...] = ()
    """The mandate's own addresses that are in use."""


def departed(
    kind: Kind, named: Sequence[Named], spared: Collection[int], unread: Iterable[str], today: date
) -> list[Departed]:
    """The open mandates of this kind that a register does not name, in the départements that it speaks of; reads only.

    `spared` are contacts that one of its rows may be all the same; whoever's family name stands in an `unread` row is
    left alone too. Nobody, when the register names half as many people as are known, or fewer: then it is not whole.
    """
    places = {one.department for one in named if one.department} if kind is not Kind.MEP else set()
    seats: dict[int, set[str]] = defaultdict(set)
    for one in named:
        if one.contact_id is not None:
            seats[one.contact_id].add(fold(one.seat))
    text = "\n".join(map(fold, unread))
    held = list(_held(kind, places, today))
    if len(named) < LEAST * len(held):
        return []
    gone = [one for one in held if not _sits(one, seats)]
    began = {fold(one.seat): one.since for one in named if one.seat and one.since}
    left = (one for one in gone if one.contact_id not in spared and not (text and fold(one.family_name) in text))
    return _with_emails([_dated(one, began.get(fold(one.said.constituency)), today) for one in left])


def _held(kind: Kind, places: Collection[str], today: date) -> Iterator[Departed]:
    columns = (Mandate.id, Mandate.constituency, Mandate.since, Contact.id, Contact.given_name, Contact.family_name)
    held = (
        select(*columns)
        .join(Contact, Contact.id == Mandate.contact_id)
        .where(Mandate.kind == kind, Mandate.until.is_(None), Mandate.honorary.is_(False), Contact.erased_at.is_(None))
        .order_by(Contact.sort_name, Mandate.id)
    )
    if places:
        held = held.where(among(Contact.department, places))
    for number, seat, since, contact_id, given, family in db.session.execute(held):
        name = f"{given} {family}".strip()
        yield Departed(number, contact_id, name, family, MandateSaid(kind, seat, since), today - timedelta(days=1))


def _sits(one: Departed, seats: Mapping[int, Collection[str]]) -> bool:
    """True when the register names that contact, in that seat or without saying which."""
    named = seats.get(one.contact_id)
    if named is None:
        return False
    return not one.said.constituency or "" in named or fold(one.said.constituency) in named


def _dated(one: Departed, successor: date | None, today: date) -> Departed:
    if successor is None or not (one.said.since or date.min) < successor <= today:
        return one
    return replace(one, until=successor - timedelta(days=1))


def _with_emails(gone: Sequence[Departed]) -> list[Departed]:
    own: dict[int, list[str]] = defaultdict(list)
    columns = (Address.mandate_id, Address.email)
    numbers = among(Address.mandate_id, [one.mandate_id for one in gone])
    for mandate_id, email in db.session.execute(select(*columns).where(numbers, Address.retired_at.is_(None))):
        own[mandate_id or 0].append(email)
    return [replace(one, emails=tuple(own.get(one.mandate_id, ()))) for one in gone]


def close(gone: Sequence[Departed], import_id: int, at: datetime) -> None:
    """End these mandates and retire their own addresses; another address of the same contact takes their place."""
    if not gone:
        return
    db.session.execute(update(Mandate), [{"id": one.mandate_id, "until": one.until} for one in gone])
    mandates = among(Address.mandate_id, [one.mandate_id for one in gone])
    retired = {"retired_at": at, "preferred": False}
    db.session.execute(
        update(Address).where(mandates, Address.retired_at.is_(None)).values(retired),
        execution_options={"synchronize_session": False},
    )
    contacts = {one.contact_id for one in gone}
    prefer_another(contacts)
    db.session.execute(
        update(Contact).where(among(Contact.id, contacts)).values(changed_at=at),
        execution_options={"synchronize_session": False},
    )
    rows = ((one.contact_id, DEPARTED, str(one.said), one.until.isoformat()) for one in gone)
    load(ContactChange, ("contact_id", "field", "before", "after"), rows, at=at, import_id=import_id)
    reindex(contacts)


def prefer_another(contact_ids: Collection[int]) -> None:
    """One of the addresses in use of each of these contacts is the preferred one."""
    in_use = select(Address.contact_id, Address.id, Address.preferred).where(
        among(Address.contact_id, contact_ids), Address.retired_at.is_(None)
    )
    first: dict[int, int] = {}
    settled: set[int] = set()
    for contact_id, number, preferred in db.session.execute(in_use.order_by(Address.id)):
        first.setdefault(contact_id, number)
        if preferred:
            settled.add(contact_id)
    chosen = [{"id": number, "preferred": True} for contact_id, number in first.items() if contact_id not in settled]
    if chosen:
        db.session.execute(update(Address), chosen)


def reopen(closed: Sequence[tuple[ContactChange, MandateSaid]]) -> None:
    """Take back what `close` did to these mandates, as far as it is still so."""
    contacts = {change.contact_id for change, _said in closed}
    columns = (Mandate.contact_id, Mandate.kind, Mandate.constituency, Mandate.until, Mandate.id)
    held = select(*columns).where(among(Mandate.contact_id, contacts), Mandate.until.is_not(None))
    latest = {tuple(row[:4]): row.id for row in db.session.execute(held.order_by(Mandate.id))}
    closed_at: dict[datetime, list[int]] = defaultdict(list)
    for change, said in closed:
        until = date.fromisoformat(change.after)
        number = latest.pop((change.contact_id, said.kind, said.constituency, until), None)
        if number is not None:
            closed_at[change.at].append(number)
    plain = {"synchronize_session": False}
    for at, numbers in closed_at.items():
        opened = update(Mandate).where(among(Mandate.id, numbers)).values(until=None)
        again = update(Address).where(among(Address.mandate_id, numbers), Address.retired_at == at)
        db.session.execute(opened, execution_options=plain)
        db.session.execute(again.values(retired_at=None), execution_options=plain)
    prefer_another(contacts)
