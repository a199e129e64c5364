"""Takes somebody out of the files that are kept: those that wait to be brought in, and rows that were refused."""

import csv
import io
import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import undefer

from outreach.contacts.exporting import csv_bytes
from outreach.contacts.folding import words
from outreach.contacts.imports import guarded
from outreach.contacts.imports.models import ImportFile, ImportState
from outreach.contacts.imports.sheets import UPLOAD
from outreach.contacts.imports.texts import decode, is_json
from outreach.database import db
from outreach.errors import Refusal

_PACKED: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How workbooks begin: their text cannot be looked through as it lies."""


def forget_in_files(emails: Collection[str], name: str, at: datetime) -> int:
    """Drop every waiting file that names the person, and the refused rows that do; returns how many files changed.

    `name` is a person's, looked for where all of it stands in one row; "" for a desk. A file that cannot be read goes.
    """
    sought = _Sought([email.casefold() for email in emails if "@" in email], words(name))
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


class _Sought:
    """The words that give somebody away."""

    def __init__(self, emails: Sequence[str], name: Sequence[str]) -> None:
        self._emails = emails
        self._name = name

    def in_text(self, text: str) -> bool:
        """True when an address of theirs stands in it."""
        lowered = text.casefold()
        return any(email in lowered for email in self._emails)

    def in_row(self, cells: Iterable[object]) -> bool:
        """True when the row holds an address of theirs, or every word of their name."""
        text = " ".join(str(cell) for cell in cells)
        return self.in_text(text) or (len(self._name) > 1 and set(words(text)).issuperset(self._name))


def _forget(file: ImportFile, sought: _Sought, at: datetime) -> bool:
    changed = False
    if file.content is not None and _names(file, file.content, sought):
        file.content, file.shape, file.outlook, file.errand = None, None, None, None
        file.state, file.ended_at, changed = ImportState.DROPPED, at, True
    if file.outlook is not None and sought.in_row([json.dumps(file.outlook, ensure_ascii=False)]):
        file.outlook, changed = None, True
    if file.refused is not None:
        csv.field_size_limit(max(len(file.refused), 131_072))  # no cell is too long to be looked through
        rows = list(csv.reader(io.StringIO(file.refused.decode("utf-8-sig", "replace")), delimiter=";"))
        kept = [row for row in rows[1:] if not sought.in_row(row)]
        if len(kept) < len(rows) - 1:
            file.refused, changed = (csv_bytes(rows[0], kept) if kept else None), True
    return changed


def _names(file: ImportFile, content: bytes, sought: _Sought) -> bool:
    if not content.startswith(_PACKED):
        if _stands(content, sought):
            return True
        if not is_json(content):
            return False
    try:
        sheet = guarded.read(content, UPLOAD, file.tab)
    except Refusal:
        return True
    unread = len(sheet.tabs) > 1 or bool(sheet.misfits)
    return unread or any(sought.in_row(row.cells) for row in sheet.rows)


def _stands(content: bytes, sought: _Sought) -> bool:
    try:
        text = decode(content)[0]
    except Refusal:
        return True
    return sought.in_text(text) or any(sought.in_row([line]) for line in text.splitlines())
