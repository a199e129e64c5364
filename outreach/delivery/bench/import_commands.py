"""The command that measures how files of contacts come in."""

import click

from outreach.console import json_option, refuse, report
from outreach.database import Unavailable
from outreach.delivery.bench.imports import Imported, measure
from outreach.errors import Refusal


@click.command("import")
@click.option("--rows", type=click.IntRange(1, 1_000_000), default=100_000, show_default=True, help="Of the file.")
@click.option("--database", metavar="URL", default="", help="An empty database, instead of a temporary SQLite file.")
@json_option
def import_(rows: int, database: str, as_json: bool) -> None:
    """Bring a file of invented associations in, twice: from its bytes to committed contacts, duplicates found.

    Beside it, what csv.DictReader alone takes for the same file. The second time nothing changes.

    \b
    Example:
      outreach bench import --rows 100000
    JSON: {"rows", "database", "megabytes", "dict_reader_seconds", "seconds" (of them "read_seconds",
           "compare_seconds", "write_seconds"), "ratio" (to csv.DictReader), "index_seconds" (until search finds
           everybody), "new", "duplicates", "again_seconds", "again_identical", "again_changed", "empty_mb", "peak_mb",
           "again_peak_mb" (one process brings both in)}
    """
    try:
        found = measure(rows, database)
    except Unavailable as fault:
        refuse(f"The database cannot be used: {str(fault).splitlines()[0]}")
    except Refusal as refusal:
        refuse(str(refusal))
    report(found.as_dict(), as_json, _in_words(found))


def _in_words(found: Imported) -> str:
    memory = found.peak_mb, found.empty_mb, found.again_peak_mb
    steps = found.read_seconds, found.compare_seconds, found.write_seconds
    return "\n".join(
        [
            f"{found.rows:,} rows, {found.megabytes:.1f} MB, {found.database}:",
            f"  {found.seconds:.1f} s to {found.new:,} committed contacts, {found.duplicates:,} rows put together",
            "  reading {:.1f} s, comparing {:.1f} s, writing {:.1f} s".format(*steps),
            f"  csv.DictReader alone: {found.dict_reader_seconds:.2f} s; {found.ratio:.1f} times that",
            f"  {found.index_seconds:.1f} s more until search finds everybody",
            f"  once more: {found.again_seconds:.1f} s, {found.again_changed:,} rows change anything",
            "  {:.0f} MB of memory at most ({:.0f} before), {:.0f} once more".format(*memory),
        ]
    )
