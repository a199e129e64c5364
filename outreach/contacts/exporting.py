"""Tables as files: CSV that opens right in French Excel, and XLSX; no cell can become a formula."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import xlsxwriter

BOM = "\ufeff"
DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A spreadsheet takes a cell that begins with one of these for a formula; the wide ones in some languages."""
_SPLIT: Final = re.compile(r"([,;|\t\r\n][\s\"]*)(?=[=+\-@＝＋－＠])")
"""Where a program that reads another separator than ours, or no quotation marks, would begin a cell with a formula."""


def safe(value: object) -> str:
    """The text of a cell, with an apostrophe before what would be a formula, wherever the cell is cut.

    An Excel whose locale separates by commas cuts our cells at theirs, quoted or not, since a quotation mark counts
    at the beginning of a cell only (OWASP, "CSV injection": reckon with every separator and quotation mark).
    """
    text = "" if value is None else str(value)
    text = f"'{text}" if text.lstrip(' "').startswith(DANGEROUS) else text
    return _SPLIT.sub(r"\1'", text)


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The lines of a CSV with its byte order mark and semicolons, as they are made."""
    line = io.StringIO()
    writer = csv.writer(line, delimiter=";", lineterminator="\r\n")
    yield BOM
    for row in _all(header, rows):
        writer.writerow([safe(value) for value in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """The same CSV, whole."""
    return "".join(csv_lines(header, rows)).encode()


def workbook(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """One sheet of that name; rows are written to disk as they come, so memory stays small."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        sheet = book.add_worksheet(name[:31])
        bold = book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(_all(header, rows)):
            for column, value in enumerate(row):
                sheet.write_string(number, column, safe(value), bold if number == 0 else None)
        sheet.set_column(0, len(header) - 1, 22)
    return target.getvalue()


def _all(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[Sequence[object]]:
    yield header
    yield from rows
