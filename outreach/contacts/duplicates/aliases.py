"""Under which names contacts were kept before they were merged or corrected, so that nothing brings these back."""

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, insert, select

from outreach.contacts.duplicates.ledger import Ledger
from outreach.contacts.duplicates.models import ContactAlias
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Address, Contact
from outreach.contacts.searching.indexing import chunks
from outreach.database import among, db


class FoundBy(NamedTuple):
    """What a file that has none of its addresses finds a contact by."""

    name: str
    """Folded, as contacts are sorted by."""
    kind: Kind
    department: str | None
    locality: str


def found_by(contact: Contact) -> FoundBy:
    """What a contact is found by at present."""
    return FoundBy(contact.sort_name, contact.kind, contact.department, contact.locality)


def remember(contact: Contact, survivor_id: int, ledger: Ledger) -> None:
    """Keep what a contact is found by at present, for whoever stands for it from now on."""
    one = found_by(contact)
    if not _is_kept(survivor_id, one):
        ledger.add(ContactAlias, {"contact_id": survivor_id, **one._asdict()})


def keep_former(contact: Contact, before: FoundBy) -> None:
    """Keep what a contact was found by before it was corrected, once; an address that stood for a name is not kept.

    Where no town was known, the one that is known now is kept: namesakes of other towns are other people.
    """
    former = before._replace(locality=before.locality or contact.locality)
    if "@" not in former.name and former != found_by(contact) and not _is_kept(contact.id, former):
        db.session.add(ContactAlias(contact_id=contact.id, **former._asdict()))


def keep_present_of(concerned: Collection[ColumnElement[bool]]) -> None:
    """Keep what these contacts are found by, in one statement, before many of them are corrected at once."""
    kept = exists().where(ContactAlias.contact_id == Contact.id, *_same(Contact))
    present = select(Contact.id, Contact.sort_name, Contact.kind, Contact.department, Contact.locality)
    names = ["contact_id", *FoundBy._fields]
    db.session.execute(insert(ContactAlias).from_select(names, present.where(*concerned, ~kept)))


def _is_kept(contact_id: int, one: FoundBy) -> bool:
    kept = select(ContactAlias.id).where(ContactAlias.contact_id == contact_id, *_same(one))
    return db.session.scalar(kept.limit(1)) is not None


def _same(one: FoundBy | type[Contact]) -> tuple[ColumnElement[bool], ...]:
    """True of a row that says the same."""
    return (
        ContactAlias.name == (one.name if isinstance(one, FoundBy) else one.sort_name),
        ContactAlias.kind == one.kind,
        ContactAlias.department.is_not_distinct_from(one.department),
        ContactAlias.locality == one.locality,
    )


def former_names(names: Collection[str]) -> list[tuple[ContactAlias, bool]]:
    """Those of these folded names that a contact was kept under; and whether it has an address in use."""
    in_use = select(Address.id).where(Address.contact_id == ContactAlias.contact_id, Address.retired_at.is_(None))
    found: list[tuple[ContactAlias, bool]] = []
    for some in chunks(names):
        asked = select(ContactAlias, in_use.exists()).where(among(ContactAlias.name, some)).order_by(ContactAlias.id)
        found += [(row[0], row[1]) for row in db.session.execute(asked)]
    return found


def former_names_of(contact_ids: Collection[int]) -> dict[int, list[str]]:
    """The folded names that these contacts were kept under."""
    found: dict[int, list[str]] = defaultdict(list)
    for some in chunks(contact_ids):
        asked = select(ContactAlias.contact_id, ContactAlias.name).where(among(ContactAlias.contact_id, some))
        for number, name in db.session.execute(asked):
            found[number].append(name)
    return dict(found)


def find_by_former_name(digest: str, name: str) -> int | None:
    """Who was kept under that folded name, and has that address."""
    asked = (
        select(ContactAlias.contact_id)
        .join(Address, Address.contact_id == ContactAlias.contact_id)
        .where(Address.digest == digest, ContactAlias.name == name)
        .order_by(ContactAlias.contact_id)
    )
    return db.session.scalar(asked.limit(1))
