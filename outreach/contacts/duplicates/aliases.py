"""Under which names contacts were kept before they were merged, so that no file and no form brings them back."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select

from outreach.contacts.duplicates.ledger import Ledger
from outreach.contacts.duplicates.models import ContactAlias
from outreach.contacts.models import Address, Contact
from outreach.contacts.searching.indexing import chunks
from outreach.database import among, db


def remember(contact: Contact, survivor_id: int, ledger: Ledger) -> None:
    """Keep the name that a contact is found by at present, for whoever stands for it from now on."""
    known = select(ContactAlias.id).where(
        ContactAlias.contact_id == survivor_id, ContactAlias.name == contact.sort_name
    )
    if db.session.scalar(known.limit(1)) is None:
        place = {"department": contact.department, "locality": contact.locality}
        ledger.add(ContactAlias, {"contact_id": survivor_id, "name": contact.sort_name}, kind=contact.kind, **place)


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
