"""Holds contacts still until the commit, on PostgreSQL; SQLite has one writer anyway.

Whoever merges, erases or takes back, and whoever freezes a list of recipients or brings a file in, call this first,
before they lock anything else; so do those who change what is kept of contacts. Contacts are locked before what hangs
on them, in the order of their numbers.
"""

from collections.abc import Collection
from typing import Final

from sqlalchemy import func, select

from outreach.contacts.models import Contact
from outreach.database import among, db
from outreach.errors import Refusal

_DIRECTORY: Final = 0x6C656176696E67
"""The advisory lock of the whole directory: shared by those who take somebody out of it."""


def somebody_leaves() -> None:
    """Wait until no list of recipients is being frozen and no file brought in; then none is until the commit."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock_shared(_DIRECTORY)))


def nobody_leaves() -> None:
    """Wait until nobody is being merged, erased or taken back; then nobody is until the commit."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(_DIRECTORY)))


def hold(numbers: Collection[int]) -> set[int]:
    """Lock these contacts before they leave; those of them that are in the directory still."""
    somebody_leaves()
    asked = select(Contact.id, Contact.erased_at).where(among(Contact.id, numbers)).order_by(Contact.id)
    return {number for number, erased_at in db.session.execute(asked.with_for_update()) if erased_at is None}


def stay(contact: Contact) -> None:
    """Keep a contact in the directory before it is changed; all of it is read anew. Raises Refusal when it has left."""
    if db.engine.dialect.name == "postgresql":
        db.session.flush()
        db.session.execute(select(Contact.id).where(Contact.id == contact.id).with_for_update(key_share=True))
        db.session.expire_all()  # its addresses too are as they are now that nobody else changes them
    if contact.erased_at is not None:
        raise Refusal("This contact was merged or erased meanwhile. Look who it is now. Nothing was changed.")


def those_who_stay(numbers: Collection[int]) -> list[int]:
    """Keep these contacts in the directory, before they are changed; those of them that are there still."""
    asked = select(Contact.id).where(among(Contact.id, numbers), Contact.erased_at.is_(None)).order_by(Contact.id)
    return list(db.session.scalars(asked.with_for_update(key_share=True)))
