"""Merges two contacts, and undoes it. Whoever calls commits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from outreach.accounts.actions import record
from outreach.contacts.duplicates import ledger as ledgers
from outreach.contacts.duplicates import uniting
from outreach.contacts.duplicates.choosing import Side
from outreach.contacts.duplicates.ledger import Entry, Ledger
from outreach.contacts.duplicates.models import ContactMerge
from outreach.contacts.holding import hold, somebody_leaves
from outreach.contacts.models import Contact, ContactChange
from outreach.database import db
from outreach.errors import Refusal
from outreach.merging import answers, dispatches, invitations
from outreach.rights.models import RightsRequest

_BACK: Final = {dispatches.CANCELLED: dispatches.put_back, answers.REPLACED: answers.put_back}


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo came to."""

    survivor_id: int
    absorbed_id: int
    left: int
    """Changes that were left alone, because somebody had changed the same thing since."""


def merge(
    survivor_id: int, absorbed_id: int, sides: Mapping[str, Side], at: datetime, user_id: int | None = None
) -> ContactMerge:
    """Let one contact absorb the other, in every room; nothing is lost, and all of it can be undone.

    `sides` says whose value holds for a field; what is not said is as proposed. Raises Refusal when one of them has
    left the directory meanwhile, also when two people merge at once.
    """
    somebody_leaves()
    couple = uniting.hold(survivor_id, absorbed_id)
    ledger = Ledger()
    invitations.unite(survivor_id, absorbed_id, at, ledger)
    ledger.move(RightsRequest, "contact_id", absorbed_id, survivor_id)
    uniting.unite(couple, sides, at, user_id, ledger)
    made = ContactMerge(survivor_id=survivor_id, absorbed_id=absorbed_id, at=at, user_id=user_id, moved=ledger.entries)
    db.session.add(made)
    db.session.flush()
    record("contact.merged", "contact", survivor_id, user_id, absorbed=absorbed_id)
    return made


def undo(merge_id: int, at: datetime, user_id: int | None = None) -> Undone:
    """Make two contacts of one again, each as it was, but for what somebody has changed since: that stays.

    Raises Refusal when it was undone already, when a later merge builds on it, or when somebody was erased since.
    """
    made = _held(merge_id)
    left = sum(not _put_back(entry) for entry in reversed(made.moved))
    was_measured = any(_stopped_measuring(entry, made.survivor_id) for entry in made.moved)
    uniting.stand_again(made.survivor_id, made.absorbed_id, was_measured, at)
    made = db.session.get_one(ContactMerge, merge_id)
    made.undone_at, made.undone_by_id, made.moved = at, user_id, []
    number = f"#{made.absorbed_id}"  # no name: this history is the other person's only, and is not emptied with theirs
    told = {"at": at, "user_id": user_id, "field": "merged", "before": number, "after": ""}
    db.session.add(ContactChange(contact_id=made.survivor_id, **told))
    record("contact.unmerged", "contact", made.survivor_id, user_id, absorbed=made.absorbed_id, left=left)
    return Undone(made.survivor_id, made.absorbed_id, left)


def _held(merge_id: int) -> ContactMerge:
    """A merge that may be undone, and its contacts, locked until the commit."""
    asked = select(ContactMerge.survivor_id, ContactMerge.absorbed_id).where(ContactMerge.id == merge_id)
    hold([number for row in db.session.execute(asked) for number in row])
    merges = select(ContactMerge).where(ContactMerge.id == merge_id).with_for_update()
    made = db.session.scalars(merges.execution_options(populate_existing=True)).one_or_none()
    if made is None or made.undone_at is not None:
        raise Refusal("This merge was undone already.")
    both = select(Contact).where(Contact.id.in_([made.survivor_id, made.absorbed_id]))
    found = {one.id: one for one in db.session.scalars(both.execution_options(populate_existing=True))}
    survivor, absorbed = found[made.survivor_id], found[made.absorbed_id]
    later = select(ContactMerge.id).where(
        ContactMerge.survivor_id == survivor.id, ContactMerge.id > made.id, ContactMerge.undone_at.is_(None)
    )
    if survivor.merged_into_id is not None or db.session.scalar(later.limit(1)) is not None:
        raise Refusal("Another contact was merged after these two. Undo that first.")
    if survivor.erased_at is not None or absorbed.merged_into_id != survivor.id or not made.moved:
        raise Refusal("This person was erased since: nothing is left to separate.")
    return made


def _put_back(entry: Entry) -> bool:
    return _BACK.get(entry["what"], ledgers.put_back)(entry)


def _stopped_measuring(entry: Entry, survivor_id: int) -> bool:
    key: dict[str, Any] = entry.get("key", {})
    after: dict[str, Any] = entry.get("after", {}) if isinstance(entry.get("after"), dict) else {}
    return entry.get("table") == "contact" and key == {"id": survivor_id} and after.get("not_measured") is True
