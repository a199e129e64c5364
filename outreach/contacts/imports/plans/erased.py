"""Finds the refused rows of a file that name an address of somebody erased: of those nothing is kept, not even why."""

import re
from collections.abc import Collection, Iterable
from typing import Final

from outreach.contacts.imports.files.sheets import Sheet
from outreach.errors import Refusal
from outreach.links import links

_MAILBOX: Final = re.compile(r"[^\s;,:<>\"'()\[\]/|]+@+[^\s;,:<>\"'()\[\]/|@]+")
"""What may be an address in a cell that could not be read as one."""


def refusal() -> Refusal:
    """What is said of such a row."""
    return Refusal("Somebody at this address asked to be erased: they only come back by registering themselves.")


def rows_of_erased(sheet: Sheet, rows: Collection[int], erased: Collection[str]) -> set[int]:
    """The numbers of those of these rows in which such an address stands, however it is written there."""
    if not erased or not rows:
        return set()
    digest = links().digest
    looked_at = (row for some in (sheet.rows, sheet.misfits) for row in some if row.number in rows)
    return {row.number for row in looked_at if any(digest(one) in erased for one in _mailboxes(row.cells))}


def _mailboxes(cells: Iterable[str]) -> Iterable[str]:
    for cell in cells:
        if "@" in cell:
            for found in _MAILBOX.findall(cell):
                local, _, domain = found.partition("@")
                yield f"{local}@{domain.lstrip('@').rstrip('.')}"
