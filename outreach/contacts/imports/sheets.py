"""Files of contacts as town halls have them, read into one plain table.

CSV (`;` `,` tab `|`; UTF-8, UTF-16 with its mark, Windows-1252, ISO-8859-1; any line ends) and XLSX, XLS, XLSB, ODS.

The number of a row is the one a spreadsheet program shows beside it, header and title rows included: in a CSV file each
record is one row, however many lines its quoted cells take. Nothing is ever shifted: a row that does not have the
header's number of cells is a problem that is said, not a row.
"""

import csv
import datetime as dt
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from python_calamine import CalamineError, CalamineWorkbook

from outreach.contacts.imports.headers import find_header, name_columns
from outreach.errors import Refusal

DELIMITERS = ";,\t|"
LONGEST_CELL = 100_000
MOST_LINES_IN_A_RECORD = 200
MOST_UNPACKED = 100_000_000
MOST_RATIO = 100

_OTHER_FILES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table")


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be: bytes as it comes, rows, columns, characters; memory in bytes and time to read it in."""

    size: int
    rows: int
    columns: int = 256
    characters: int = 60_000_000
    memory: int = 768_000_000
    seconds: int = 60


UPLOAD = Limits(size=10_000_000, rows=200_000)
SHELL = Limits(size=100_000_000, rows=1_000_000, characters=200_000_000, memory=4_000_000_000, seconds=600)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the sheet as a person counts it, and as many cells as the header has."""

    number: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Misfit:
    """A row that was not read, and why."""

    number: int
    cells: list[str]
    reason: Refusal


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: columns all named, each once; rows that fit them; those that do not; how the file was read."""

    header: list[str]
    rows: list[Row]
    misfits: list[Misfit] = field(default_factory=list)
    header_number: int = 1
    encoding: str = ""
    delimiter: str = ""
    tab: str = ""
    tabs: list[str] = field(default_factory=list)


def read_sheet(content: bytes, limits: Limits = UPLOAD, tab: str = "") -> Sheet:
    """The table in a file, told by its content and not by its name. Raises Refusal with a sentence for a person.

    Workbooks are parsed here and now: for a file somebody sent, call guarded.read instead.
    """
    if len(content) > limits.size:
        raise Refusal("The file is larger than %(megabytes)d MB.", megabytes=limits.size // 1_000_000)
    if not content.strip():
        raise Refusal("The file is empty.")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return _workbook(content, limits, tab)
    text, encoding = _decode(content)
    delimiter, body = _delimiter(text)
    return replace(_table(_records(body, delimiter), limits), encoding=encoding, delimiter=delimiter)


def _decode(content: bytes) -> tuple[str, str]:
    """The text of a CSV file and its encoding; strict UTF-8 first, for Windows-1252 accepts almost anything."""
    if content.startswith(_OTHER_FILES):
        raise Refusal("This is not a table: give a CSV, XLSX, XLS or ODS file.")
    if content.lstrip()[:15].lower().startswith(_MARKUP):
        raise Refusal(
            "This is a web page and not a table: open it in a spreadsheet program and save it as XLSX or CSV."
        )
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ["utf-16"]
    elif b"\0" in content:
        raise Refusal("This is not a table: the file contains NUL characters.")
    else:
        candidates = ["utf-8-sig", "cp1252", "iso-8859-1"]
    for encoding in candidates:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text, encoding.removesuffix("-sig")
    raise Refusal("This is not a table: the file contains NUL characters.")


def _delimiter(text: str) -> tuple[str, str]:
    """The separator that cuts most records into the same number of cells, and the text below a line such as "sep=;"."""
    said = re.match(r"sep=(.)\r?\n", text)
    if said and said[1] in DELIMITERS:
        return said[1], text[said.end() :]
    sample = text[:50_000]
    best, best_score = ";", (0.0, 0)
    for delimiter in DELIMITERS:
        try:
            records = [r for r in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if any(r)][:100]
        except csv.Error:
            continue
        if not records:
            continue
        width, count = Counter(len(r) for r in records).most_common(1)[0]
        score = (count / len(records), width)
        if width > 1 and score > best_score:
            best, best_score = delimiter, score
    return best, text


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    row, before, span = 0, 0, 0
    try:
        for record in reader:
            row += 1
            if reader.line_num - before > MOST_LINES_IN_A_RECORD:
                raise Refusal("A quotation mark opened in row %(row)d is not closed.", row=row)
            span, before = reader.line_num - before, reader.line_num
            yield record
        if row and span > 1 and text.count('"') % 2:
            raise Refusal("A quotation mark opened in row %(row)d is not closed.", row=row)
    except csv.Error:
        raise Refusal("A cell of row %(row)d is too long: is a quotation mark not closed?", row=row + 1) from None


def _workbook(content: bytes, limits: Limits, tab: str) -> Sheet:
    if content.startswith(b"PK"):
        _refuse_bomb(content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        tabs = workbook.sheet_names
        if tab and tab not in tabs:
            raise Refusal("There is no sheet named %(tab)s in this file.", tab=tab)
        for name in [tab] if tab else tabs:
            rows = workbook.get_sheet_by_name(name)
            if rows.total_width >= limits.columns:
                raise _too_many_columns(limits)
            if rows.total_height >= limits.rows:
                raise _too_many_rows(limits)
            if rows.height:
                cells = ([_plain(value) for value in row] for row in rows.to_python(skip_empty_area=False))
                return replace(_table(cells, limits), tab=name, tabs=tabs)
    except CalamineError:
        raise Refusal("This file cannot be read: give a CSV, XLSX, XLS or ODS file without a password.") from None
    raise Refusal("The file is empty.")


def _refuse_bomb(content: bytes) -> None:
    """Refuse a zip that says it unpacks to 100 MB or a hundred times its size; if it lies, the guard stops it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError):
        raise Refusal("This file cannot be read: give a CSV, XLSX, XLS or ODS file without a password.") from None
    if unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * len(content):
        raise Refusal("This file unpacks to far more than its size: it is not read.")


def _plain(value: object) -> str:
    """A cell of a workbook as text: 64150 and not 64150.0, days and instants as ISO 8601 writes them."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time.min else value.isoformat(" ", "minutes")
    return "" if value is None else str(value)


def _table(records: Iterable[list[str]], limits: Limits) -> Sheet:
    """Find the header, name its columns, and set apart the rows that do not fit it."""
    numbered = [
        (number, record) for number, record in enumerate(_bounded(records, limits), 1) if any(map(str.strip, record))
    ]
    if not numbered:
        raise Refusal("The file is empty.")
    position = find_header([record for _, record in numbered])
    if position is None:
        header = name_columns([""] * max(len(record) for _, record in numbered[:50]))
        body, header_number = numbered, 0
    else:
        header_number, names = numbered[position]
        header, body = name_columns(_without_empty_end(names)), numbered[position + 1 :]
    rows, misfits = [], []
    for number, record in body:
        cells = _without_empty_end(record, len(header))
        if len(cells) == len(header):
            rows.append(Row(number, cells))
        else:
            reason = Refusal(
                "This row has %(cells)d cells, the header %(columns)d.", cells=len(cells), columns=len(header)
            )
            misfits.append(Misfit(number, cells, reason))
    return Sheet(header, rows, misfits, header_number)


def _bounded(records: Iterable[list[str]], limits: Limits) -> Iterator[list[str]]:
    characters = 0
    for number, record in enumerate(records, 1):
        if number > limits.rows:
            raise _too_many_rows(limits)
        if len(record) > limits.columns:
            raise _too_many_columns(limits)
        characters += sum(map(len, record))
        if characters > limits.characters:
            raise Refusal("The file holds too much text: cut it into several files.")
        yield record


def _without_empty_end(cells: list[str], least: int = 1) -> list[str]:
    """The cells without the empty ones at the end, but never fewer than `least` of them."""
    end = len(cells)
    while end > least and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _too_many_rows(limits: Limits) -> Refusal:
    return Refusal("The file has more than %(rows)d rows: cut it into several files.", rows=limits.rows)


def _too_many_columns(limits: Limits) -> Refusal:
    return Refusal("The file has more than %(columns)d columns.", columns=limits.columns)
