"""XLSX, XLS, XLSB and ODS by calamine: the stored value of each cell as text; nothing is evaluated."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from outreach.contacts.imports.files.sheets import Limits, Remark
from outreach.contacts.imports.files.texts import plain
from outreach.errors import Refusal

MOST_UNPACKED = 300_000_000
MOST_RATIO = 100

_SPANS = re.compile(rb'number-rows-spanned="(?!1")')

Merged = tuple[tuple[int, int], tuple[int, int]]
"""(first row, first column), (last row, last column), counted from zero."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One sheet of a workbook: its cells as text from the first row and column on, all rows of one width."""

    name: str
    names: list[str]
    records: Iterator[list[str]]
    merged: list[Merged] = field(default_factory=list)
    remarks: list[Refusal] = field(default_factory=list)


def open_tab(content: bytes, limits: Limits, wanted: str = "") -> Tab:
    """A sheet of a workbook: the one that is wanted, else the first that holds a table.

    Sheets that are hidden are neither offered nor read, unless all of them are. Raises Refusal.
    """
    if content.startswith(b"PK"):
        _refuse_bomb(content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = _offered(workbook)
        if wanted and wanted not in names:
            raise Refusal("There is no sheet named %(tab)s in this file.", tab=wanted)
        sheet = _first_table(workbook, [wanted] if wanted else names, limits)
        if sheet is None:
            raise Refusal("The file is empty.")
        cells = ([_plain(value) for value in row] for row in sheet.to_python(skip_empty_area=False))
        return Tab(sheet.name, names, cells, sheet.merged_cell_ranges or [], _unsaid(content))
    except PasswordError:
        raise Refusal("This file is protected by a password: save it without one.") from None
    except CalamineError:
        raise _unreadable() from None


def _unsaid(content: bytes) -> list[Refusal]:
    """What has to be said of an open document with merged cells: calamine does not tell which they are."""
    if b"opendocument.spreadsheet" not in content[:200]:
        return []
    with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open("content.xml") as body:
        before = b""
        while piece := body.read(1_000_000):
            if _SPANS.search(before + piece):
                return [
                    Remark(
                        "Cells merged over several rows count for the first row only: "
                        "save the file as XLSX if they hold for all."
                    )
                ]
            before = piece[-60:]
    return []


def _offered(workbook: CalamineWorkbook) -> list[str]:
    visible = [sheet.name for sheet in workbook.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
    return visible or workbook.sheet_names


def _first_table(workbook: CalamineWorkbook, names: list[str], limits: Limits) -> CalamineSheet | None:
    """The first sheet with two columns and two rows, else the first with anything in it."""
    filled = None
    for name in names:
        sheet = workbook.get_sheet_by_name(name)
        if not sheet.height:
            continue
        if sheet.total_width >= limits.columns:
            raise Refusal("The file has more than %(columns)d columns.", columns=limits.columns)
        if sheet.total_height >= limits.rows:
            raise Refusal("The file has more than %(rows)d rows: cut it into several files.", rows=limits.rows)
        if sheet.height > 1 and sheet.width > 1:
            return sheet
        filled = filled or sheet
    return filled


def _refuse_bomb(content: bytes) -> None:
    """Refuse a zip that says it unpacks to 300 MB or a hundred times its size; if it lies, the guard stops it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError):
        raise _unreadable() from None
    if unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * len(content):
        raise Refusal("This file unpacks to far more than its size: it is not read.")


def _unreadable() -> Refusal:
    return Refusal("This file cannot be read: give a CSV, XLSX, XLS or ODS file without a password.")


def _plain(value: object) -> str:
    """A cell of a workbook as text: 64150 and not 64150.0, days and instants as ISO 8601 writes them."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time.min else value.isoformat(" ", "minutes")
    return "" if value is None else str(value)
