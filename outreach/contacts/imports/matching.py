"""Finds what the directory already knows of the records of a file: a few statements for all rows, none in a loop.

Who is the same: the same address and folded name. Another name at a known address is another person on a shared
mailbox. Without an address on one side: the same folded name, kind and département, and no other commune.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from sqlalchemy import select

from outreach.contacts.folding import fold
from outreach.contacts.imports.comparing import NAMES, PLAIN, HeldMandate, Known
from outreach.contacts.imports.records import Record
from outreach.contacts.kinds import Kind
from outreach.contacts.models import (
    Address,
    Contact,
    ContactChange,
    ContactTag,
    Mandate,
    Organisation,
    Suppression,
    SuppressionReason,
)
from outreach.contacts.particulars import sort_name
from outreach.contacts.searching.indexing import chunks
from outreach.database import db

Place = tuple[str, Kind, str]
"""Folded name, kind, département."""


@dataclass(slots=True)
class Directory:
    """What is known of the people of a file."""

    at_address: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    """Digest -> folded name -> contact."""
    at_place: dict[Place, list[tuple[int, str, bool]]] = field(default_factory=lambda: defaultdict(list))
    """-> contact, folded locality, whether it has an address."""
    erased: set[str] = field(default_factory=set)
    """Digests of those who asked to be erased."""

    def find(self, record: Record, digests: Collection[str]) -> int | None:
        """The contact that a record speaks of."""
        name = name_of(record)
        for digest in digests:
            if name in self.at_address.get(digest, {}):
                return self.at_address[digest][name]
        towns = {"", fold(record.locality), fold(record.commune)}
        silent = len(towns) == 1
        for number, locality, has_address in self.at_place.get((name, record.kind, record.department), []):
            if (silent or locality in towns) and not (digests and has_address):
                return number
        return None

    def learn(self, record: Record, digests: Collection[str], number: int) -> None:
        """Remember somebody of this file, so that a later row finds them."""
        name = name_of(record)
        for digest in digests:
            self.at_address[digest].setdefault(name, number)
        place = (name, record.kind, record.department)
        self.at_place[place].append((number, fold(record.locality or record.commune), bool(digests)))


def name_of(record: Record) -> str:
    """The folded name that a record's contact is sorted by, which tells people at one mailbox apart."""
    return sort_name(record.given_name, record.family_name, record.organisation, record.locality)


def look_up(records: Iterable[Record], digests: Iterable[str]) -> Directory:
    """What is known at these addresses and of these names."""
    directory = Directory()
    for some in chunks(dict.fromkeys(digests)):
        people = (
            select(Address.digest, Contact.sort_name, Contact.id)
            .join(Contact, Contact.id == Address.contact_id)
            .where(Address.digest.in_(some))
            .order_by(Contact.id)
        )
        for digest, name, number in db.session.execute(people):
            directory.at_address[digest].setdefault(name, number)
        gone = select(Suppression.digest).where(
            Suppression.digest.in_(some),
            Suppression.reason == SuppressionReason.ERASURE,
            Suppression.lifted_at.is_(None),
        )
        directory.erased.update(db.session.scalars(gone))
    for names in chunks({name_of(record) for record in records}):
        _look_up_names(directory, names)
    return directory


def _look_up_names(directory: Directory, names: list[str]) -> None:
    in_use = select(Address.id).where(Address.contact_id == Contact.id, Address.retired_at.is_(None)).exists()
    found = (
        select(Contact.id, Contact.sort_name, Contact.kind, Contact.department, Contact.locality, in_use)
        .where(Contact.sort_name.in_(names))
        .order_by(Contact.id)
    )
    for number, name, kind, department, locality, reachable in db.session.execute(found):
        directory.at_place[name, kind, department or ""].append((number, fold(locality), reachable))


def known(contact_ids: Iterable[int]) -> dict[int, Known]:
    """These contacts as they are kept."""
    found: dict[int, Known] = {}
    for ids in chunks(contact_ids):
        columns = [getattr(Contact, name) for name in (*NAMES[:2], *PLAIN, "gender", "role_label")]
        rows = db.session.execute(
            select(Contact.id, Contact.kind, Organisation.name.label("organisation"), *columns)
            .outerjoin(Organisation, Organisation.id == Contact.organisation_id)
            .where(Contact.id.in_(ids))
        ).mappings()
        for row in rows:
            values = {name: str(row[name] or "") for name in (*NAMES, *PLAIN, "gender", "role_label")}
            found[row["id"]] = Known(row["id"], row["kind"], values)
        _add_what_hangs_on(found, ids)
    return found


def _add_what_hangs_on(found: dict[int, Known], ids: list[int]) -> None:
    addresses = select(Address).where(Address.contact_id.in_(ids)).order_by(Address.preferred.desc(), Address.id)
    for address in db.session.scalars(addresses):
        found[address.contact_id].emails[address.email] = address.retired_at is None
    for one in db.session.scalars(select(Mandate).where(Mandate.contact_id.in_(ids)).order_by(Mandate.id)):
        held = HeldMandate(one.id, one.kind, one.constituency, one.since, one.until)
        found[one.contact_id].mandates.append(held)
    for tag in db.session.scalars(select(ContactTag).where(ContactTag.contact_id.in_(ids))):
        found[tag.contact_id].tags.add(tag.tag)
    by_hand = (
        select(ContactChange.contact_id, ContactChange.field)
        .where(ContactChange.contact_id.in_(ids), ContactChange.user_id.is_not(None), ContactChange.import_id.is_(None))
        .distinct()
    )
    for number, name in db.session.execute(by_hand):
        found[number].by_hand.add(name)
