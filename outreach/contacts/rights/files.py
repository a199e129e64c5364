"""Takes somebody out of the files that are kept: those that wait to be brought in, and rows that were refused."""

import csv
import io
import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import undefer
from sqlalchemy.orm.attributes import flag_modified

from outreach.contacts.exporting import csv_bytes
from outreach.contacts.folding import words
from outreach.contacts.formulas import as_it_was
from outreach.contacts.imports import guarded
from outreach.contacts.imports.models import ImportFile, ImportState, Step
from outreach.contacts.imports.sheets import UPLOAD
from outreach.contacts.imports.texts import decode, is_json
from outreach.database import db
from outreach.errors import Refusal

_PACKED: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How workbooks begin: their text cannot be looked through as it lies."""


def forget_in_files(
    emails: Collection[str], name: str, at: datetime, shared: Collection[str] = (), names: Collection[str] = ()
) -> int:
    """Drop every waiting file that names the person, and the refused rows that do; returns how many files changed.

    `name` is a person's, looked for where all of it stands in one row; "" for a desk. An address in `shared` is that of
    others too: it says something only in a row with one of `names`, folded. A file that cannot be read goes.
    """
    sought = _Sought(_mailboxes(emails), words(name), _mailboxes(shared), [words(one) for one in names])
    files = db.session.scalars(
        select(ImportFile)
        .where(or_(ImportFile.content.is_not(None), ImportFile.refused.is_not(None)))
        .options(undefer(ImportFile.content), undefer(ImportFile.refused), undefer(ImportFile.outlook))
    ).all()
    changed = 0
    for file in files:
        changed += _forget(file, sought, at)
    db.session.flush()
    return changed


def _mailboxes(emails: Collection[str]) -> list[str]:
    return [email.casefold() for email in emails if "@" in email]


class _Sought:
    """The words that give somebody away."""

    def __init__(
        self, emails: Sequence[str], name: Sequence[str], shared: Sequence[str], names: Sequence[Sequence[str]]
    ) -> None:
        self._emails = emails
        self._name = name
        self._shared = shared
        self._names = names

    def in_text(self, text: str) -> bool:
        """True when an address of theirs stands in it."""
        lowered = text.casefold()
        return any(email in lowered for email in self._emails)

    def in_row(self, cells: Iterable[object]) -> bool:
        """True when the row holds an address of theirs, or every word of their name."""
        text = " ".join(str(cell) for cell in cells)
        if self.in_text(text):
            return True
        if len(self._name) > 1 and set(words(text)).issuperset(self._name):
            return True
        return self.may_be_in(text) and any(set(words(text)).issuperset(name) for name in self._names)

    def may_be_in(self, text: str) -> bool:
        """True when an address stands in it that is theirs and that of others."""
        lowered = text.casefold()
        return any(email in lowered for email in self._shared)


def _forget(file: ImportFile, sought: _Sought, at: datetime) -> bool:
    changed = False
    if file.content is not None and _names(file, file.content, sought):
        _drop(file, at)
        changed = True
    if file.outlook is not None and sought.in_row([json.dumps(file.outlook, ensure_ascii=False)]):
        file.outlook, changed = None, True
    if file.refused is not None:
        csv.field_size_limit(max(len(file.refused), 131_072))  # no cell is too long to be looked through
        written = csv.reader(io.StringIO(file.refused.decode("utf-8-sig", "replace")), delimiter=";")
        rows = [list(map(as_it_was, row)) for row in written]
        kept = [row for row in rows[1:] if not sought.in_row(row)]
        if len(kept) < len(rows) - 1:
            file.refused, changed = (csv_bytes(rows[0], kept) if kept else None), True
    return changed


def _drop(file: ImportFile, at: datetime) -> None:
    """Empty it; whoever is at it has lost the claim, and every column is written, whatever they wrote meanwhile."""
    nothing = dict.fromkeys(("content", "shape", "outlook", "errand", "runner", "fault"))
    rest = {"tries": 0, "cancelled": False, "step": Step.WAITING, "steps_done": 0, "steps_in_all": 0}
    told = {**nothing, **rest, "refused": file.refused, "state": ImportState.DROPPED, "ended_at": at}
    for name, value in told.items():
        setattr(file, name, value)
        flag_modified(file, name)


def _names(file: ImportFile, content: bytes, sought: _Sought) -> bool:
    if not content.startswith(_PACKED):
        if (text := _text(content)) is None or sought.in_text(text):
            return True
        if any(sought.in_row([line]) for line in text.splitlines()):
            return True
        if not (is_json(content) or sought.may_be_in(text)):
            return False
    try:
        sheet = guarded.read(content, UPLOAD, file.tab)
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
