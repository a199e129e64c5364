"""Takes an import back: who came with it goes, what it changed is as before; what people did since then stays.

Whoever calls has made sure that nothing was sent to those it brought, and commits.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, func, insert, select, update
from sqlalchemy.orm import aliased

from outreach.accounts.actions import record
from outreach.contacts.duplicates.models import ContactMerge
from outreach.contacts.holding import nobody_leaves
from outreach.contacts.imports.bringing.committing import ADDED
from outreach.contacts.imports.bringing.kept import ASKED
from outreach.contacts.imports.bringing.restoring import restore_hanging
from outreach.contacts.imports.importing import get_import
from outreach.contacts.imports.models import ImportFile, ImportState
from outreach.contacts.imports.plans.comparing import NAMES, PLAIN
from outreach.contacts.kinds import Gender
from outreach.contacts.models import Address, Contact, ContactChange, ContactTag, Mandate, Organisation
from outreach.contacts.organisations import find_organisations, identity
from outreach.contacts.particulars import sort_name
from outreach.contacts.searching.indexing import chunks, reindex, unindex
from outreach.database import Base, affected, among, db
from outreach.errors import Refusal

_OWN = frozenset({"address", "mandate", "contact_tag", "contact_change"}) | frozenset(
    {"duplicate_key", "duplicate_subject", "duplicate_pair"}  # whoever was compared with others has no life by that
)
"""Tables whose rows belong to a contact and go with it; a row anywhere else keeps the contact."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What undoing an import does, or would do."""

    removed: int
    """New contacts that go."""
    kept: int
    """New contacts that stay: corrected since then, invited, or joined with others."""
    restored: int
    """Fields that are as before."""
    left: int
    """Fields that were changed again since then, or are of a contact that was merged or erased since then, and stay."""


def touched(import_id: int) -> Select[int]:
    """The contacts that an import brought or changed."""
    return select(ContactChange.contact_id).where(ContactChange.import_id == import_id)


def undoable(import_id: int) -> ImportFile:
    """A file that is in. Raises NotFound; Refusal when it is not in, or was taken back."""
    file = get_import(import_id)
    _check_is_in(file)
    return file


def _check_is_in(file: ImportFile) -> None:
    if file.state is ImportState.UNDONE:
        raise Refusal("This import was undone already.")
    if file.state is not ImportState.DONE:
        raise Refusal("This file is not in the directory: there is nothing to undo.")


def prospect(file: ImportFile) -> Taken:
    """What undoing would do; reads only."""
    came = _came(file.id)
    removed = db.session.scalar(select(func.count()).select_from(came.where(~_has_a_life()).subquery())) or 0
    in_all = db.session.scalar(select(func.count()).select_from(came.subquery())) or 0
    changed = _changed(file.id)
    restored = db.session.scalar(select(func.count()).select_from(_restorable(file.id).subquery())) or 0
    of = db.session.scalar(select(func.count()).select_from(changed.subquery())) or 0
    return Taken(removed, in_all - removed, restored, of - restored)


def undo(file: ImportFile, at: datetime, user_id: int | None) -> Taken:
    """Take back what an import did, as far as nobody has touched it since. Raises Refusal when it was undone meanwhile.

    Whoever has to be sure that nothing was sent calls `nobody_leaves` before looking: no list is frozen after that.
    """
    nobody_leaves()
    db.session.refresh(file, ["state"])
    _check_is_in(file)
    would = prospect(file)
    going = list(db.session.scalars(_came(file.id).where(~_has_a_life())))
    changes = list(db.session.scalars(select(ContactChange).where(ContactChange.id.in_(_restorable(file.id)))))
    _restore(changes, at)
    _tell(changes, at, user_id)
    _remove(going)
    _remove_empty_houses(file.ended_at)
    file.state, file.undone_at, file.undone_by_id, file.refused = ImportState.UNDONE, at, user_id, None
    file.summary = {**file.summary, "undone": asdict(would)}
    record("contacts.import_undone", "import_file", file.id, user_id, **asdict(would))
    return would


def _came(import_id: int) -> Select[int]:
    return (
        select(Contact.id)
        .join(ContactChange, ContactChange.contact_id == Contact.id)
        .where(ContactChange.import_id == import_id, ContactChange.field == ADDED)
    )


def _has_a_life() -> ColumnElement[bool]:
    """True for a contact that somebody has corrected or erased, or that anything else than its own rows refers to."""
    later = aliased(ContactChange)
    corrected = exists().where(later.contact_id == Contact.id, later.id > ContactChange.id)
    condition = corrected | Contact.erased_at.is_not(None)
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table is Contact.__table__ and table.name not in _OWN:
                rows = table.alias()  # a contact may refer to a contact
                condition = condition | exists().where(rows.c[key.parent.name] == Contact.id)
    return condition


def _changed(import_id: int) -> Select[int]:
    return select(ContactChange.id).where(ContactChange.import_id == import_id, ContactChange.field != ADDED)


def _again() -> ColumnElement[bool]:
    """True for a change whose field was changed again later, by somebody else than the same file."""
    later = aliased(ContactChange)
    same = later.contact_id == ContactChange.contact_id, later.field == ContactChange.field
    return exists().where(*same, later.id > ContactChange.id, later.import_id.is_distinct_from(ContactChange.import_id))


def _merged_since() -> ColumnElement[bool]:
    """True for a change of a contact that has absorbed another since: both may have had the value that came.

    The history of whoever was absorbed is the survivor's meanwhile.
    """
    absorbed = ContactMerge.survivor_id == ContactChange.contact_id, ContactMerge.at >= ContactChange.at
    return exists().where(*absorbed, ContactMerge.undone_at.is_(None))


def _erased_since() -> ColumnElement[bool]:
    """True for a change of a contact that was emptied since: its history tells no longer what was there."""
    return exists().where(Contact.id == ContactChange.contact_id, Contact.erased_at.is_not(None))


def _restorable(import_id: int) -> Select[int]:
    return _changed(import_id).where(~_again(), ~_merged_since(), ~_erased_since())


def _restore(changes: Sequence[ContactChange], at: datetime) -> None:
    of_contact: dict[int, list[ContactChange]] = defaultdict(list)
    for change in changes:
        of_contact[change.contact_id].append(change)
    restore_hanging(changes)
    houses = _houses(changes)
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for number, its in of_contact.items():
        row = {"id": number, "changed_at": at} | dict(_columns(its, houses))
        alike[tuple(row)].append(row)
    for rows in alike.values():
        db.session.execute(update(Contact), rows)
    renamed = {change.contact_id for change in changes if change.field in {*NAMES, "locality"}}
    _name_again(renamed)
    db.session.flush()
    reindex(of_contact)


def _columns(changes: Iterable[ContactChange], houses: dict[int, int | None]) -> Iterator[tuple[str, Any]]:
    """The columns of a contact as they were."""
    for change in changes:
        if change.field == "organisation":
            yield "organisation_id", houses[change.id]
        elif change.field == "gender":
            yield "gender", Gender(change.before or Gender.UNKNOWN)
        elif change.field in {"department", "language"}:
            yield change.field, change.before or None
        elif change.field in {*NAMES, *PLAIN, "role_label"}:
            yield change.field, change.before


def _houses(changes: Iterable[ContactChange]) -> dict[int, int | None]:
    """By change, the organisation that a contact had before."""
    moved = {change.id: change for change in changes if change.field == "organisation"}
    asked = select(ContactChange.id, Contact.department).join(Contact, Contact.id == ContactChange.contact_id)
    told = db.session.execute(asked.where(among(ContactChange.id, moved)))
    places = {number: department for number, department in told if department}
    wanted = {number: identity(change.before, places.get(number)) for number, change in moved.items() if change.before}
    known = find_organisations(wanted.values())
    anywhere: dict[str, int] = {}
    for some in chunks({one[0] for one in wanted.values() if one not in known}, ASKED):
        named = select(Organisation.folded, Organisation.id).where(among(Organisation.folded, some))
        anywhere.update((one.folded, one.id) for one in db.session.execute(named.order_by(Organisation.id.desc())))
    found = {number: known.get(one, anywhere.get(one[0])) for number, one in wanted.items()}
    return {number: found.get(number) for number in moved}


def _name_again(contact_ids: Collection[int]) -> None:
    """Put contacts back to their place in the list."""
    for some in chunks(contact_ids, ASKED):
        named = (
            select(Contact.id, Contact.given_name, Contact.family_name, Organisation.name, Contact.locality)
            .outerjoin(Organisation, Organisation.id == Contact.organisation_id)
            .where(among(Contact.id, some))
        )
        rows = [
            {"id": number, "sort_name": sort_name(given, family, house or "", locality)}
            for number, given, family, house, locality in db.session.execute(named)
        ]
        db.session.execute(update(Contact), rows)


def _tell(changes: Sequence[ContactChange], at: datetime, user_id: int | None) -> None:
    """Keep in the history that the fields went back; the import's number says that it is no correction by hand."""
    rows = [
        {
            "contact_id": one.contact_id,
            "at": at,
            "user_id": user_id,
            "import_id": one.import_id,
            "field": one.field,
            "before": one.after,
            "after": one.before,
        }
        for one in changes
    ]
    for some in chunks(rows, ASKED):
        db.session.execute(insert(ContactChange), some)


def _remove(contact_ids: Sequence[int]) -> None:
    for some in chunks(contact_ids, ASKED):
        unindex(some)
        for table in (Address, Mandate, ContactTag, ContactChange):
            db.session.execute(delete(table).where(among(table.contact_id, some)))
        db.session.execute(delete(Contact).where(among(Contact.id, some)))


def _remove_empty_houses(made_at: datetime | None) -> int:
    """Drop the organisations that the import made and that nobody refers to."""
    gone = delete(Organisation).where(Organisation.created_at == made_at)
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table is Organisation.__table__:
                gone = gone.where(~exists().where(key.parent == Organisation.id))
    return affected(db.session.execute(gone))
