"""Writes what a plan decided: everything in bulk, within the transaction of whoever calls, all of it or nothing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import update

from outreach.contacts.imports.bringing.kept import known
from outreach.contacts.imports.plans.comparing import PLAIN, Known, fresh_emails, mandate_of, said, same_office
from outreach.contacts.imports.plans.planning import SLICE, Entry, Plan, Verdict
from outreach.contacts.imports.rows.records import Record
from outreach.contacts.kinds import Gender, OrganisationKind
from outreach.contacts.loading import load, roomy, uncollected
from outreach.contacts.models import Address, Contact, ContactChange, ContactTag, Mandate
from outreach.contacts.numbering import draw
from outreach.contacts.organisations import Identity, identified, identity
from outreach.contacts.protocol.offices import held_as
from outreach.contacts.retention import keep_until
from outreach.contacts.rights.rules import terms_for
from outreach.contacts.searching.findable import findable
from outreach.contacts.searching.indexing import chunks, index_fresh, reindex
from outreach.database import db
from outreach.links import links

AT_ONCE = 10_000
"""New contacts that are written together: what is worked out for them does not grow with the file."""
ADDED = "added"
"""The field of the change that says that a contact came with a file."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where contacts come from: the import, what it is called, and when."""

    import_id: int
    source: str
    at: datetime


class _Houses:
    """The organisations of some records, the new ones made; each spelling of a name is folded once."""

    def __init__(self, records: Iterable[Record], at: datetime) -> None:
        self._identity: dict[tuple[str, str], Identity] = {}
        named: dict[Identity, tuple[str, OrganisationKind | None]] = {}
        for record in records:
            spelt = record.organisation, record.department
            if record.organisation and spelt not in self._identity:
                self._identity[spelt] = one = identity(*spelt)
                named.setdefault(one, (record.organisation, record.organisation_kind))
        self._numbers = identified(named, at)

    def of(self, record: Record) -> int | None:
        """The number of a record's organisation; None when it has none."""
        return self._numbers[self._identity[record.organisation, record.department]] if record.organisation else None


@uncollected()
def commit(plan: Plan, origin: Origin, index: bool = True) -> None:
    """Keep what is new and what changed. Without `index`, whoever calls has the new ones found by search later."""
    db.session.flush()
    # By name: most indexes of contacts are, and a tree that grows at its end takes half the time.
    new, changed = sorted(plan.taken(Verdict.NEW), key=attrgetter("name")), plan.taken(Verdict.CHANGED)
    with roomy():
        for some in chunks(new, AT_ONCE):
            _keep_new(some, _Houses((one.record for one in some), origin.at), origin, index)
        for some in chunks(changed, SLICE):
            _keep_changed(some, _Houses((one.record for one in some), origin.at), origin)


_FROM_RECORD = ("given_name", "family_name", *(name for name in PLAIN if name not in {"department", "language"}))
_OF_RECORD = attrgetter(*_FROM_RECORD, "kind._value_", "gender._value_")
"""Enumerations as the database has them: asking for `value` takes several times as long."""
_WORKED_OUT = ("kind", "gender", "department", "language", "id", "organisation_id", "sort_name", "role_label")


def _keep_new(entries: Sequence[Entry], houses: _Houses, origin: Origin, index: bool) -> None:
    if not entries:
        return
    numbers = draw(Contact, len(entries))
    load(
        Contact,
        (*_FROM_RECORD, *_WORKED_OUT),
        (_row(number, entry, houses) for number, entry in zip(numbers, entries, strict=True)),
        created_at=origin.at,
        changed_at=origin.at,
        retain_until=keep_until(origin.at.date()),
        not_measured=False,
    )
    mandates = _keep_mandates(zip(numbers, (entry.record for entry in entries), strict=True))
    _keep_addresses(
        (
            (number, mandates.get(number), email, digest, int(position == 0))
            for number, entry in zip(numbers, entries, strict=True)
            for position, (email, digest) in enumerate(_mailboxes(entry.record, entry.digests))
        ),
        origin,
    )
    tags = ((n, tag) for n, entry in zip(numbers, entries, strict=True) for tag in entry.record.tags)
    load(ContactTag, ("contact_id", "tag"), tags)
    came = {"field": ADDED, "before": "", "after": origin.source, "at": origin.at, "import_id": origin.import_id}
    load(ContactChange, ("contact_id",), ((number,) for number in numbers), **came)
    if index:
        each = zip(numbers, entries, strict=True)
        index_fresh((number, findable(*_found_by(entry.record))) for number, entry in each)


def _row(number: int, entry: Entry, houses: _Houses) -> tuple[Any, ...]:
    record = entry.record
    return (
        *_OF_RECORD(record),
        record.department or None,
        record.language or None,
        number,
        houses.of(record),
        entry.name,
        record.office,
    )


def _mailboxes(record: Record, digests: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Addresses with their digests; rows that were put together have more addresses than the first one."""
    if len(digests) == len(record.emails):
        return zip(record.emails, digests, strict=True)
    return ((email, links().digest(email)) for email in record.emails)


def _found_by(record: Record) -> tuple[str, str, str, str, str | None, tuple[str, ...]]:
    house = " ".join(record.organisation.split())[:300]
    return record.family_name, record.given_name, record.locality, house, record.department or None, record.emails


def _keep_mandates(records: Iterable[tuple[int, Record]]) -> dict[int, int]:
    """The mandates of these contacts, by contact."""
    held = [(number, mandate, record.office) for number, record in records if (mandate := mandate_of(record))]
    if not held:
        return {}
    drawn = draw(Mandate, len(held))
    load(
        Mandate,
        ("id", "contact_id", "kind", "constituency", "since", "office", "position", "honorary"),
        (
            (n, number, one.kind.value, one.constituency, one.since, *held_as(one.kind, words))
            for n, (number, one, words) in zip(drawn, held, strict=True)
        ),
    )
    return {number: n for n, (number, *_said) in zip(drawn, held, strict=True)}


def _keep_addresses(wanted: Iterable[tuple[int, int | None, str, str, int]], origin: Origin) -> None:
    """Keep addresses: of which contact, of which mandate, which one, its digest, 1 if it is the preferred one."""
    on = origin.at.date()
    terms = terms_for(origin.source, on)
    load(
        Address,
        ("contact_id", "mandate_id", "email", "digest", "preferred"),
        wanted,
        source=origin.source,
        collected_on=on,
        retain_until=terms.until,
        legal_basis=terms.basis.value,
    )


def _keep_changes(changes: Iterable[tuple[int, str, str, str]], origin: Origin) -> None:
    """Keep what was changed: of which contact, which field, before and after."""
    names = ("contact_id", "field", "before", "after")
    load(ContactChange, names, changes, at=origin.at, import_id=origin.import_id)


def _keep_changed(entries: Sequence[Entry], houses: _Houses, origin: Origin) -> None:
    by_contact = {entry.contact_id: entry for entry in entries if entry.contact_id is not None}
    kept = known(by_contact)
    _update_columns(by_contact, houses, origin)
    mandates = _change_mandates(by_contact, kept)
    _keep_addresses(
        (
            (
                number,
                mandates.get(number),
                email,
                links().digest(email),
                int(position == 0 and not any(kept[number].emails.values())),
            )
            for number, entry in _touching("email", by_contact)
            for position, email in enumerate(fresh_emails(entry.record, kept[number]))
        ),
        origin,
    )
    tags = (
        (number, tag)
        for number, entry in _touching("tag", by_contact)
        for tag in entry.record.tags
        if tag not in kept[number].tags
    )
    load(ContactTag, ("contact_id", "tag"), tags)
    _keep_changes(((n, name, *pair) for n, entry in by_contact.items() for name, pair in entry.changes.items()), origin)
    reindex(by_contact)


def _touching(name: str, by_contact: dict[int, Entry]) -> Iterator[tuple[int, Entry]]:
    return ((number, entry) for number, entry in by_contact.items() if name in entry.changes)


def _change_mandates(by_contact: dict[int, Entry], kept: dict[int, Known]) -> dict[int, int]:
    """Complete the mandates that are held and keep the new ones; the mandates that were touched, by contact."""
    completed: dict[int, dict[str, Any]] = {}
    fresh: list[tuple[int, Record]] = []
    for number, entry in _touching("mandate", by_contact):
        office = mandate_of(entry.record)
        held = next((one for one in kept[number].mandates if office and same_office(office, one)), None)
        if office and held:
            place, since = held.constituency or office.constituency, held.since or office.since
            completed[number] = {"id": held.id, "constituency": place, "since": since}
        else:
            fresh.append((number, entry.record))
    if completed:
        db.session.execute(update(Mandate), list(completed.values()))
    return {number: row["id"] for number, row in completed.items()} | _keep_mandates(fresh)


def _update_columns(by_contact: dict[int, Entry], houses: _Houses, origin: Origin) -> None:
    """Write the changed columns, contacts with the same ones together."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for number, entry in by_contact.items():
        record, spoken = entry.record, dict(said(entry.record))
        row: dict[str, Any] = {"id": number, "changed_at": origin.at}
        for name in entry.changes:
            if name == "organisation":
                row["organisation_id"] = houses.of(record)
            elif name in spoken:
                row[name] = Gender(spoken[name]) if name == "gender" else spoken[name]
        alike[tuple(row)].append(row)
    for rows in alike.values():
        db.session.execute(update(Contact), rows)
