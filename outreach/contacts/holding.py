"""Holds contacts still until the commit, on PostgreSQL; SQLite has one writer anyway.

Whoever merges, erases or takes back, and whoever freezes a list of recipients or brings a file in, call this first,
before they lock anything else. Contacts are locked before what hangs on them, in the order of their numbers.
"""

from collections.abc import Collection
from typing import Final

from sqlalchemy import func, select

from outreach.contacts.models import Contact
from outreach.database import among, db

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
