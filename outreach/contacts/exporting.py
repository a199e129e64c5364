"""Tables as files: CSV that opens right in French Excel, and XLSX; no cell can become a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

import xlsxwriter

from outreach.contacts.formulas import safe

BOM = "\ufeff"


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
