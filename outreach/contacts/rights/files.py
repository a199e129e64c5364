"""Takes somebody out of the files that are kept: those that wait to be brought in, and rows that were refused."""

import csv
import io
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from outreach.contacts.exporting import csv_bytes
from outreach.contacts.folding import words
from outreach.contacts.formulas import as_it_was
from outreach.contacts.imports.files import guarded
from outreach.contacts.imports.files.sheets import UPLOAD
from outreach.contacts.imports.files.texts import decode, is_json
from outreach.contacts.imports.models import ImportFile, ImportState, Step
from outreach.database import db
from outreach.errors import Refusal

_PACKED: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How workbooks begin: their text cannot be looked through as it lies."""


@dataclass(frozen=True, slots=True)
class Sought:
    """The words that give somebody away.

    `name` is a person's, looked for where all of it stands in one row; empty for a desk. An address in `shared` is that
    of others too: it says something only in a row with one of `names`.
    """

    emails: tuple[str, ...]
    name: tuple[str, ...]
    shared: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, emails: Collection[str], name: str, shared: Collection[str] = (), names: Collection[str] = ()) -> Self:
        """What gives away whoever has these addresses and names."""
        return cls(_mailboxes(emails), words(name), _mailboxes(shared), tuple(words(one) for one in names))

    def in_text(self, text: str) -> bool:
        """True when an address of theirs stands in it."""
        lowered = text.casefold()
        return any(email in lowered for email in self.emails)

    def in_row(self, cells: Iterable[object]) -> bool:
        """True when the row holds an address of theirs, or every word of their name."""
        text = " ".join(str(cell) for cell in cells)
        if self.in_text(text):
            return True
        if len(self.name) > 1 and set(words(text)).issuperset(self.name):
            return True
        return self.may_be_in(text) and any(set(words(text)).issuperset(name) for name in self.names)

    def may_be_in(self, text: str) -> bool:
        """True when an address stands in it that is theirs and that of others."""
        lowered = text.casefold()
        return any(email in lowered for email in self.shared)


def _mailboxes(emails: Collection[str]) -> tuple[str, ...]:
    return tuple(email.casefold() for email in emails if "@" in email)


Version = tuple[ImportState, datetime | None, int | None]
_VERSION: Final = (ImportFile.state, ImportFile.beat_at, func.length(ImportFile.refused))
"""What changes whenever refused rows are kept anew: the state, the errand of the engine, or how much there is."""
_KEPT: Final = or_(ImportFile.content.is_not(None), ImportFile.refused.is_not(None))


@dataclass(frozen=True, slots=True)
class Found:
    """Where somebody stands in a kept file: in what waits (which never changes), in what would happen, in what was
    refused, and what is left of that without them.
    """

    version: Version
    in_content: bool
    in_outlook: bool
    in_refused: bool
    left: bytes | None


Looked = Mapping[tuple[Sought, int], Found]
"""What was found about somebody in the file of that number."""


def look_through(wanted: Collection[Sought]) -> Looked:
    """Look for people in every kept file, one after the other: before the transaction, for parsing takes long."""
    looked: dict[tuple[Sought, int], Found] = {}
    with Session(db.engine) as session:
        numbers = session.scalars(select(ImportFile.id).where(_KEPT)).all() if wanted else []
    columns = (ImportFile.content, ImportFile.tab, ImportFile.outlook, ImportFile.refused, *_VERSION)
    for number in numbers:
        with Session(db.engine) as session:
            kept = session.execute(select(*columns).where(ImportFile.id == number)).one_or_none()
        if kept is None:
            continue
        content, tab, outlook, refused, *version = kept
        for sought in wanted:
            named = content is not None and _names(content, tab, sought)
            looked[sought, number] = _found((version[0], version[1], version[2]), named, outlook, refused, sought)
    return looked


def forget_in_files(sought: Sought, at: datetime, looked: Looked) -> int:
    """Drop every waiting file that names somebody, and the refused rows that do; returns how many files changed.

    Only what came or changed since it was `looked` through is read here. A file that cannot be read goes.
    """
    changed = 0
    kept = select(ImportFile.id, ImportFile.content.is_not(None), *_VERSION).where(_KEPT).order_by(ImportFile.id)
    for number, waits, *version in db.session.execute(kept).all():
        found = looked.get((sought, number))
        if found is None or found.version != tuple(version):
            file = db.session.get_one(ImportFile, number)
            named = found.in_content if found else waits and _names(file.content or b"", file.tab, sought)
            found = _found((version[0], version[1], version[2]), named, file.outlook, file.refused, sought)
        changed += _forget(number, found, waits, at)
    db.session.flush()
    return changed


def _found(
    version: Version, in_content: bool, outlook: dict[str, Any] | None, refused: bytes | None, sought: Sought
) -> Found:
    shown = outlook is not None and sought.in_row([json.dumps(outlook, ensure_ascii=False)])
    if refused is None:
        return Found(version, in_content, shown, in_refused=False, left=None)
    csv.field_size_limit(max(len(refused), 131_072))  # no cell is too long to be looked through
    written = csv.reader(io.StringIO(refused.decode("utf-8-sig", "replace")), delimiter=";")
    rows = [list(map(as_it_was, row)) for row in written]
    kept = [row for row in rows[1:] if not sought.in_row(row)]
    fewer = len(kept) < len(rows) - 1
    return Found(version, in_content, shown, fewer, csv_bytes(rows[0], kept) if fewer and kept else None)


def _forget(number: int, found: Found, waits: bool, at: datetime) -> bool:
    """Take out of a file what was found; True when there was something."""
    drop = waits and found.in_content
    if not (drop or found.in_outlook or found.in_refused):
        return False
    file = db.session.get_one(ImportFile, number)
    if found.in_refused:
        file.refused = found.left
    if found.in_outlook:
        file.outlook = None
    if drop:
        _drop(file, at)
    return True


def _drop(file: ImportFile, at: datetime) -> None:
    """Empty it; whoever is at it has lost the claim, and every column is written, whatever they wrote meanwhile."""
    nothing = dict.fromkeys(("content", "shape", "outlook", "errand", "runner", "fault"))
    rest = {"tries": 0, "cancelled": False, "step": Step.WAITING, "steps_done": 0, "steps_in_all": 0}
    told = {**nothing, **rest, "refused": file.refused, "state": ImportState.DROPPED, "ended_at": at}
    for name, value in told.items():
        setattr(file, name, value)
        flag_modified(file, name)


def _names(content: bytes, tab: str, sought: Sought) -> bool:
    if not content.startswith(_PACKED):
        if (text := _text(content)) is None or sought.in_text(text):
            return True
        if any(sought.in_row([line]) for line in text.splitlines()):
            return True
        if not (is_json(content) or sought.may_be_in(text)):
            return False
    try:
        sheet = guarded.read(content, UPLOAD, tab)
    except Refusal:
        return True
    unread = len(sheet.tabs) > 1 or bool(sheet.misfits)
    return unread or any(sought.in_row(row.cells) for row in sheet.rows)


def _text(content: bytes) -> str | None:
    """The file as text; None where it cannot be read."""
    try:
        return decode(content)[0]
    except Refusal:
        return None
