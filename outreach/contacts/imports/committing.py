"""Writes what a plan decided: everything in bulk, within the transaction of whoever calls, all of it or nothing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update

from outreach.contacts.imports.comparing import PLAIN, Known, fresh_emails, mandate_of, said, same_office
from outreach.contacts.imports.matching import known, name_of
from outreach.contacts.imports.planning import Entry, Plan, Verdict
from outreach.contacts.imports.records import Record
from outreach.contacts.kinds import Gender
from outreach.contacts.models import Address, Contact, ContactChange, ContactTag, Mandate
from outreach.contacts.numbering import draw
from outreach.contacts.organisations import Identity, identity, organisations
from outreach.contacts.retention import keep_until
from outreach.contacts.searching.indexing import chunks, reindex
from outreach.database import Base, db
from outreach.links import links


@dataclass(frozen=True, slots=True)
class Origin:
    """Where contacts come from: the import, what it is called, and when."""

    import_id: int
    source: str
    at: datetime


def commit(plan: Plan, origin: Origin) -> None:
    """Keep what is new and what changed."""
    new, changed = plan.taken(Verdict.NEW), plan.taken(Verdict.CHANGED)
    wanted = [
        (one.record.organisation, one.record.department, one.record.organisation_kind) for one in [*new, *changed]
    ]
    houses = organisations(wanted, origin.at)
    _keep_new(new, houses, origin)
    _keep_changed(changed, houses, origin)


def _keep_new(entries: Sequence[Entry], houses: dict[Identity, int], origin: Origin) -> None:
    if not entries:
        return
    until = keep_until(origin.at.date())
    numbered = list(zip(entries, draw(Contact, len(entries)), strict=True))
    dated = {"created_at": origin.at, "changed_at": origin.at, "retain_until": until}
    _insert(Contact, ({"id": number, **_row(entry.record, houses), **dated} for entry, number in numbered))
    mandates = _keep_mandates(((number, entry.record) for entry, number in numbered))
    _keep_addresses(
        (
            (number, email, position == 0, mandates.get(number))
            for entry, number in numbered
            for position, email in enumerate(entry.record.emails)
        ),
        origin,
    )
    _insert(ContactTag, ({"contact_id": n, "tag": tag} for entry, n in numbered for tag in entry.record.tags))
    _insert(ContactChange, (_change(number, "added", "", origin.source, origin) for _, number in numbered))
    reindex([number for _, number in numbered], fresh=True)


def _row(record: Record, houses: dict[Identity, int]) -> dict[str, Any]:
    return {
        "kind": record.kind,
        "organisation_id": houses.get(identity(record.organisation, record.department))
        if record.organisation
        else None,
        "gender": record.gender,
        "given_name": record.given_name,
        "family_name": record.family_name,
        "sort_name": name_of(record),
        "role_label": record.office,
        **{name: getattr(record, name) for name in PLAIN},
        "department": record.department or None,
        "language": record.language or None,
    }


def _keep_mandates(records: Iterable[tuple[int, Record]]) -> dict[int, int]:
    """The mandates of these contacts, by contact."""
    held = [(number, mandate) for number, record in records if (mandate := mandate_of(record))]
    if not held:
        return {}
    numbered = list(zip(draw(Mandate, len(held)), held, strict=True))
    _insert(
        Mandate,
        (
            {"id": drawn, "contact_id": n, "kind": one.kind, "constituency": one.constituency, "since": one.since}
            for drawn, (n, one) in numbered
        ),
    )
    return {number: drawn for drawn, (number, _) in numbered}


def _keep_addresses(wanted: Iterable[tuple[int, str, bool, int | None]], origin: Origin) -> None:
    """Keep addresses: of which contact, which one, whether it is the preferred one, of which mandate."""
    digest, on = links().digest, origin.at.date()
    until = keep_until(on)
    _insert(
        Address,
        (
            {
                "contact_id": number,
                "mandate_id": mandate,
                "email": email,
                "digest": digest(email),
                "preferred": preferred,
                "source": origin.source,
                "collected_on": on,
                "retain_until": until,
            }
            for number, email, preferred, mandate in wanted
        ),
    )


def _insert(table: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    for some in chunks(rows, 5000):
        db.session.execute(insert(table), some)


def _change(number: int, name: str, before: str, after: str, origin: Origin) -> dict[str, Any]:
    told = {"field": name, "before": before, "after": after}
    return {"contact_id": number, "at": origin.at, "import_id": origin.import_id, **told}


def _keep_changed(entries: Sequence[Entry], houses: dict[Identity, int], origin: Origin) -> None:
    by_contact = {entry.contact_id: entry for entry in entries if entry.contact_id is not None}
    kept = known(by_contact)
    _update_columns(by_contact, houses, origin)
    mandates = _change_mandates(by_contact, kept)
    _keep_addresses(
        (
            (number, email, position == 0 and not any(kept[number].emails.values()), mandates.get(number))
            for number, entry in _touching("email", by_contact)
            for position, email in enumerate(fresh_emails(entry.record, kept[number]))
        ),
        origin,
    )
    _insert(
        ContactTag,
        (
            {"contact_id": number, "tag": tag}
            for number, entry in _touching("tag", by_contact)
            for tag in entry.record.tags
            if tag not in kept[number].tags
        ),
    )
    changes = ((n, name, *pair) for n, entry in by_contact.items() for name, pair in entry.changes.items())
    _insert(ContactChange, (_change(*change, origin) for change in changes))
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


def _update_columns(by_contact: dict[int, Entry], houses: dict[Identity, int], origin: Origin) -> None:
    """Write the changed columns, contacts with the same ones together."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for number, entry in by_contact.items():
        record, spoken = entry.record, dict(said(entry.record))
        row: dict[str, Any] = {"id": number, "changed_at": origin.at}
        for name in entry.changes:
            if name == "organisation":
                row["organisation_id"] = houses[identity(record.organisation, record.department)]
            elif name in spoken:
                row[name] = Gender(spoken[name]) if name == "gender" else spoken[name]
        alike[tuple(row)].append(row)
    for rows in alike.values():
        db.session.execute(update(Contact), rows)
