"""How long a file of contacts takes to read: as CSV beside csv.DictReader alone, and as a workbook."""

import csv
import io
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import xlsxwriter

from outreach.contacts.imports.files import guarded
from outreach.contacts.imports.files.sheets import SHELL
from outreach.contacts.imports.rows.columns import propose
from outreach.contacts.imports.rows.reading import read_records
from outreach.contacts.imports.rows.records import Defaults
from outreach.contacts.kinds import Kind
from outreach.delivery.bench.imports import write
from outreach.delivery.bench.sink import peak_mb

RUNS = 3


@dataclass(frozen=True, slots=True)
class Read:
    """Medians of three runs, in seconds; memory in megabytes."""

    csv_rows: int
    dict_reader_seconds: float
    table_seconds: float
    """From the bytes to a table, in the process of its own."""
    records_seconds: float
    """From the table to contacts, columns recognised."""
    ratio: float
    """Of both to csv.DictReader over the same bytes."""
    workbook_rows: int
    workbook_columns: int
    workbook_seconds: float
    """From the bytes of an XLSX to a table, in the process of its own."""
    peak_mb: float
    """The most that this process held for the CSV; with the whole service in it, some 120."""

    def as_dict(self) -> dict[str, Any]:
        """For --json, rounded."""
        return {name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(self).items()}


def measure(rows: int, workbook_rows: int) -> Read:
    """Read invented files of so many rows and twelve columns."""
    content = _made(rows)
    plain = _median(lambda: _dict_reader(content))
    table = _median(lambda: guarded.read(content, SHELL))
    sheet = guarded.read(content, SHELL)

    def read() -> None:
        for _ in read_records(sheet, propose(sheet), Defaults(Kind.ASSOCIATION)):
            pass

    records = _median(read)
    peak = peak_mb()
    book = workbook(_made(workbook_rows))
    return Read(
        csv_rows=rows,
        dict_reader_seconds=plain,
        table_seconds=table,
        records_seconds=records,
        ratio=(table + records) / plain,
        workbook_rows=workbook_rows,
        workbook_columns=len(sheet.header),
        workbook_seconds=_median(lambda: guarded.read(book, SHELL)),
        peak_mb=peak,
    )


def _made(rows: int) -> bytes:
    with tempfile.TemporaryDirectory(prefix="outreach-bench-") as folder:
        path = Path(folder) / "contacts.csv"
        write(path, rows)
        return path.read_bytes()


def workbook(content: bytes) -> bytes:
    """A CSV as an XLSX, its cells as text."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(csv.reader(io.StringIO(content.decode(), newline=""), delimiter=";")):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell)
    return target.getvalue()


def _dict_reader(content: bytes) -> None:
    for _ in csv.DictReader(io.StringIO(content.decode(), newline=""), delimiter=";"):
        pass


def _median(work: Callable[[], object]) -> float:
    seconds = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds)
