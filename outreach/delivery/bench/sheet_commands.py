"""The command that measures how fast files of contacts are read."""

import click

from outreach.console import json_option, report
from outreach.delivery.bench.sheets import Read, measure


@click.command("sheet")
@click.option("--rows", type=click.IntRange(1, 1_000_000), default=100_000, show_default=True, help="Of the CSV.")
@click.option("--workbook-rows", type=click.IntRange(1, 200_000), default=50_000, show_default=True)
@json_option
def sheet(rows: int, workbook_rows: int, as_json: bool) -> None:
    """Read invented files of contacts, twelve columns each: a CSV to contacts that are not kept, a workbook to a table.

    Beside it, what csv.DictReader alone takes for the same CSV.

    \b
    Example:
      outreach bench sheet --rows 20000 --workbook-rows 10000
    JSON: {"csv_rows", "dict_reader_seconds", "table_seconds", "records_seconds", "ratio" (of both to
           csv.DictReader), "workbook_rows", "workbook_columns", "workbook_seconds", "peak_mb"}
    """
    found = measure(rows, workbook_rows)
    report(found.as_dict(), as_json, _in_words(found))


def _in_words(found: Read) -> str:
    return "\n".join(
        [
            f"CSV, {found.csv_rows:,} rows: table {found.table_seconds:.2f} s, contacts {found.records_seconds:.2f} s",
            f"  csv.DictReader alone: {found.dict_reader_seconds:.2f} s; {found.ratio:.1f} times that",
            f"XLSX, {found.workbook_rows:,} x {found.workbook_columns}: {found.workbook_seconds:.2f} s",
            f"  {found.peak_mb:.0f} MB of memory at most",
        ]
    )
