"""The command that measures looking for duplicates."""

from pathlib import Path

import click

from outreach.console import json_option, refuse, report
from outreach.errors import Refusal
from outreach.merging.bench.measuring import Found, Speed, measure_found, measure_speed

SHOWN = 15


@click.command("duplicates")
@click.option("--contacts", type=click.IntRange(100, 2_000_000), default=100_000, show_default=True, help="How many.")
@click.option(
    "--labelled",
    "files",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="A CSV of people with labels; may be given several times.",
)
@click.option("--database", metavar="URL", default="", help="An empty database, instead of a temporary SQLite file.")
@json_option
def duplicates(contacts: int, files: tuple[Path, ...], database: str, as_json: bool) -> None:
    """Look for duplicates among invented contacts, 3 % of whom are there twice, and among labelled people.

    A labelled file has the columns person (the same for the same person) and kind, and any of given, family,
    organisation, locality, postal_code, department, phone, email, gender and constituency. Its people are kept as
    contacts and compared as those of the directory are; precision and recall are of the pairs that would be shown.

    \b
    Example:
      outreach bench duplicates --labelled deputies.csv
    JSON: {"speed": {"contacts", "database", "seconds", "cpu_seconds", "again_seconds", "pairs", "planted",
                     "planted_found", "peak_mb"},
           "labelled": {FILE: {"people", "couples", "shown", "right", "precision", "recall", "missed", "wrong"}}}
    """
    try:
        labelled = {file.name: measure_found(file) for file in files}
        speed = measure_speed(contacts, database)
    except Refusal as refusal:
        refuse(str(refusal))
    values = {"speed": speed.as_dict(), "labelled": {name: found.as_dict() for name, found in labelled.items()}}
    report(values, as_json, "\n".join([*_told(labelled), *_timed(speed)]))


def _told(labelled: dict[str, Found]) -> list[str]:
    lines = []
    for name, found in labelled.items():
        rates = f"precision {found.precision:.1%}, recall {found.recall:.1%}"
        lines.append(f"{name}: {found.people:,} people, {found.couples:,} pairs of the same; {rates}")
        lines += [f"  missed: {one}" for one in found.missed[:SHOWN]]
        lines += [f"  wrong:  {one}" for one in found.wrong[:SHOWN]]
    return lines


def _timed(speed: Speed) -> list[str]:
    return [
        f"{speed.contacts:,} contacts, {speed.database}: {speed.seconds:.1f} s, {speed.cpu_seconds:.1f} of processor",
        f"  once more, with nothing changed: {speed.again_seconds:.2f} s",
        f"  {speed.pairs:,} pairs; {speed.planted_found:.1%} of {speed.planted:,} planted ones",
        f"  {speed.peak_mb:.0f} MB more at most",
    ]
