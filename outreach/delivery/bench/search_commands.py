"""The command that measures how fast the directory is searched."""

import click

from outreach.console import json_option, refuse, report
from outreach.delivery.bench.searching import Searching, measure
from outreach.errors import Refusal


@click.command("search")
@click.option("--contacts", type=click.IntRange(1_000, 5_000_000), default=1_000_000, show_default=True)
@click.option("--database", metavar="URL", default="", help="An empty database, instead of a temporary SQLite file.")
@json_option
def search(contacts: int, database: str, as_json: bool) -> None:
    """Search invented contacts by fragments of words, frequent and rare, as the page of the directory does.

    Some 700 bytes of disk are needed for each contact; they are made by the database itself, and gone in the end.

    \b
    Example:
      outreach bench search --contacts 100000
    JSON: {"contacts", "words" (different ones), "database", "fill_seconds", "sorts": [{"name", "searches",
           "median_ms", "worst_ms", "worst" (what was typed)}]}
    """
    try:
        found = measure(contacts, database)
    except Refusal as refusal:
        refuse(str(refusal))
    report(found.as_dict(), as_json, _in_words(found))


def _in_words(found: Searching) -> str:
    lines = [
        f"{one.name:<28}{one.median_ms:>8.1f} ms {one.worst_ms:>8.1f} ms at worst, for “{one.worst}”"
        for one in found.sorts
    ]
    size = f"{found.contacts:,} contacts, {found.words:,} words, {found.database}"
    return "\n".join([f"{size}, filled in {found.fill_seconds:.0f} s:", *lines])
