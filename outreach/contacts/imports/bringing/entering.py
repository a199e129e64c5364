"""Brings files in: reads and compares them while everybody works on, then writes in one short transaction.

What was compared still holds when nothing that it speaks of has moved meanwhile; else it is compared again, the last
time with the directory held still.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select

from outreach.contacts.holding import nobody_leaves
from outreach.contacts.imports import importing
from outreach.contacts.imports.bringing.committing import ADDED
from outreach.contacts.imports.bringing.kept import ASKED
from outreach.contacts.imports.files.sheets import Sheet
from outreach.contacts.imports.models import ImportFile, Step
from outreach.contacts.imports.plans.matching import erased_digests
from outreach.contacts.imports.plans.outlooks import Outlook
from outreach.contacts.imports.plans.planning import Plan, Watch, silent
from outreach.contacts.imports.rows.records import Refused
from outreach.contacts.models import Address, Contact, ContactChange
from outreach.contacts.searching.indexing import chunks
from outreach.contacts.searching.models import SearchText
from outreach.database import among, db, now, transaction
from outreach.errors import Refusal

Spoken = Callable[[Sequence[Refused]], list[tuple[int, str]]]
"""Says the reasons of refused rows in the language of whoever reads them."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the directory had come."""

    contact_id: int
    change_id: int


def standing() -> Standing:
    """How far the directory has come."""
    contact_id = db.session.scalar(select(func.max(Contact.id))) or 0
    return Standing(contact_id, db.session.scalar(select(func.max(ContactChange.id))) or 0)


def still_holds(plan: Plan, seen: Standing) -> bool:
    """True when nothing that a plan speaks of has changed since."""
    erased = erased_digests()
    if erased and any(not erased.isdisjoint(entry.digests) for entry in plan.entries):
        return False
    met = {entry.contact_id for entry in plan.entries if entry.contact_id is not None}
    met |= {one.contact_id for one in plan.departed}
    moved = set(db.session.scalars(select(ContactChange.contact_id).where(ContactChange.id > seen.change_id)))
    moved |= set(db.session.scalars(select(Contact.id).where(Contact.id > seen.contact_id)))
    if not moved.isdisjoint(met) or _erased(met):
        return False
    return not moved or _is_silent_of(plan, moved)


def _is_silent_of(plan: Plan, moved: set[int]) -> bool:
    """True when a plan names none of these contacts, nor a mailbox of theirs."""
    names = {entry.name for entry in plan.entries}
    digests = {digest for entry in plan.entries for digest in entry.digests}
    for some in chunks(moved, ASKED):
        named = set(db.session.scalars(select(Contact.sort_name).where(among(Contact.id, some))))
        written = set(db.session.scalars(select(Address.digest).where(among(Address.contact_id, some))))
        if not named.isdisjoint(names) or not written.isdisjoint(digests):
            return False
    return True


def _erased(contact_ids: set[int]) -> bool:
    """True when one of these contacts is kept as an empty row only."""
    return any(
        db.session.scalar(select(Contact.id).where(among(Contact.id, some), Contact.erased_at.is_not(None)).limit(1))
        for some in chunks(contact_ids, ASKED)
    )


def look(import_id: int, reserved: bool, watch: Watch = silent) -> tuple[Outlook, Sheet, Plan]:
    """What bringing a file in would do; nothing is written. Raises NotFound, Refusal."""
    watch(Step.READING, 0, 0)
    sheet = importing.table_of(import_id)
    plan = importing.preview(importing.get_import(import_id), sheet, reserved, watch)
    db.session.rollback()
    return Outlook.of(plan), sheet, plan


def _nothing() -> None:
    """There is no errand to settle."""


@dataclass(frozen=True, slots=True)
class Bringer:
    """Who brings a file in, and how: whether reserved domains are taken, how reasons are said, who is told of progress.

    `settle` is called first within the transaction that writes, and may raise to have nothing written.
    """

    reserved: bool
    spoken: Spoken
    language: str = "en"
    user_id: int | None = None
    watch: Watch = silent
    settle: Callable[[], None] = _nothing


ATTEMPTS = 3
"""How often a file is compared before nobody else may change the directory meanwhile."""
_ONE_AT_A_TIME = 0x696D706F7274
"""The advisory lock of PostgreSQL under which files are written; on SQLite there is one writer anyway."""


def bring_in(import_id: int, by: Bringer) -> Plan:
    """Keep the rows that are not refused, all of them together, and what was refused as a file to correct.

    Opens the transaction itself. Raises NotFound, Refusal, and whatever `watch` and `settle` raise.
    """
    for attempt in range(1, ATTEMPTS + 1):
        by.watch(Step.READING, 0, 0)
        sheet = importing.table_of(import_id)
        seen, file = standing(), importing.get_import(import_id)
        chosen = importing.settled(file)
        plan = None if attempt == ATTEMPTS else importing.preview(file, sheet, by.reserved, by.watch)
        db.session.rollback()
        by.watch(Step.WRITING, 0, 0)
        with transaction():
            if db.engine.dialect.name == "postgresql":
                db.session.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
            nobody_leaves()
            by.settle()
            file = _unchanged(import_id, chosen)
            if plan is None:
                plan = importing.preview(file, sheet, by.reserved)
            elif not still_holds(plan, seen):
                db.session.rollback()
                continue
            _write(file, sheet, plan, by, now())
            return plan
    raise RuntimeError("the last attempt writes")


def enter(file: ImportFile, sheet: Sheet, plan: Plan, seen: Standing, by: Bringer) -> Plan:
    """Keep a file and what it brings, for whoever has read and compared it: `plan` from `seen`, again if that moved.

    Opens the transaction itself. Returns the plan that was carried out.
    """
    with transaction():
        nobody_leaves()
        db.session.add(file)
        db.session.flush()
        if not still_holds(plan, seen):
            plan = importing.preview(file, sheet, by.reserved, each_repair=True)
        _write(file, sheet, plan, by, now())
    return plan


def not_found_among(contact_ids: Sequence[int]) -> list[int]:
    """Those of these contacts that search does not find yet."""
    found = set(db.session.scalars(select(SearchText.contact_id).where(among(SearchText.contact_id, contact_ids))))
    return [number for number in contact_ids if number not in found]


def not_found_yet(import_id: int) -> Sequence[int]:
    """The contacts that came with a file and that search does not find yet."""
    came = select(ContactChange.contact_id).where(ContactChange.import_id == import_id, ContactChange.field == ADDED)
    found = exists().where(SearchText.contact_id == ContactChange.contact_id)
    return db.session.scalars(came.where(~found).order_by(ContactChange.contact_id)).all()


def _unchanged(import_id: int, chosen: tuple[object, ...]) -> ImportFile:
    file = importing.pending(import_id)
    if importing.settled(file) != chosen:
        raise Refusal("Something else was chosen for this file meanwhile: look at what would happen again.")
    return file


def _write(file: ImportFile, sheet: Sheet, plan: Plan, by: Bringer, at: datetime) -> None:
    importing.bring_in(file, sheet, plan, at, by.spoken(plan.to_correct), by.language, by.user_id)
