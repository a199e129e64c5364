"""Lets what was forgotten stay forgotten when a merge is undone. Whoever calls commits."""

from collections.abc import Collection

from sqlalchemy import or_, select

from outreach.contacts.duplicates.models import ContactMerge
from outreach.contacts.models import Address
from outreach.database import among, db


def forget_addresses(numbers: Collection[int], contacts: Collection[int]) -> None:
    """Take these addresses out of what merges of these contacts would put back: they were emptied meanwhile."""
    gone = set(numbers)
    either = or_(among(ContactMerge.survivor_id, contacts), among(ContactMerge.absorbed_id, contacts))
    for merge in db.session.scalars(select(ContactMerge).where(ContactMerge.undone_at.is_(None), either)):
        kept = [
            entry
            for entry in merge.moved
            if entry.get("table") != Address.__tablename__ or entry.get("key", {}).get("id") not in gone
        ]
        if len(kept) < len(merge.moved):
            merge.moved = kept
