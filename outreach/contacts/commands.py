"""The command `outreach contacts`: files in, the directory out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from flask import current_app

from outreach.console import json_option, report, with_app
from outreach.contacts.exporting import csv_lines, workbook
from outreach.contacts.geography import DEPARTMENTS
from outreach.contacts.imports import columns, entering, importing
from outreach.contacts.imports.entering import Bringer
from outreach.contacts.imports.jobs import index_now
from outreach.contacts.imports.planning import Plan
from outreach.contacts.imports.records import Refused
from outreach.contacts.imports.sheets import SHELL
from outreach.contacts.kinds import Kind
from outreach.contacts.searching.filters import Filters
from outreach.contacts.searching.listing import everyone
from outreach.contacts.tables import header, row_of
from outreach.database import db, now

SHOWN = 20
KINDS = click.Choice([kind.value for kind in Kind])


@click.group()
def contacts() -> None:
    """The directory: bring files in, write it out."""


@contacts.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", type=KINDS, help="What these contacts are, where the file does not say.")
@click.option("--source", help="Where the file comes from, as its people will be told. By default its name.")
@click.option(
    "--map",
    "map_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="TOML: which column holds what.",
)
@click.option("--tab", default="", help="The sheet of a workbook. By default the first that is not empty.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, change nothing.")
@json_option
@with_app
def import_(
    file: Path, kind: str | None, source: str | None, map_file: Path | None, tab: str, dry_run: bool, as_json: bool
) -> None:
    """Bring a CSV, XLSX, XLS or ODS file into the directory.

    Rows that cannot be taken are listed with the reason and stay out; all the others come in together, or none does.
    Columns are recognised by their names and values, or named in a TOML file: `email = "Adresse mail"`. Bringing the
    same file in again changes nothing. Suppressions, corrections by hand and erasures stay as they are.

    \b
    With --json: {"rows", "new", "changed", "identical", "duplicates",
                  "refused": [{"row", "column", "value", "reason"}],
                  "repairs": [{"row", "column", "from", "to"}]}
    `row` is the number that a spreadsheet program shows beside the row, its header included.

    Exit status 1 when the file as a whole is refused.

    \b
    Example:
      outreach contacts import maires.csv --kind mayor --source "Annuaire des maires" --dry-run
    """
    written = map_file.read_text(encoding="utf-8") if map_file else ""
    at, reserved = now(), bool(current_app.config["DEMONSTRATION"])
    opened, sheet = importing.opened(file.name, file.read_bytes(), at, limits=SHELL, tab=tab)
    mapping = columns.load(written, sheet.header) if written else importing.mapping_of(opened)
    importing.choose(opened, sheet.header, mapping, kind or opened.kind, source or opened.source)
    seen = entering.standing()
    plan = importing.preview(opened, sheet, reserved, each_repair=True)
    db.session.rollback()
    if not dry_run:
        plan = entering.enter(opened, sheet, plan, seen, Bringer(reserved, _reasons))
        index_now(opened.id)
    report(_as_json(plan), as_json, _in_words(plan, dry_run))


def _reasons(refused: Sequence[Refused]) -> list[tuple[int, str]]:
    return [(one.row, str(one.reason)) for one in refused]


def _as_json(plan: Plan) -> dict[str, Any]:
    refused = [
        {"row": one.row, "column": one.column, "value": one.value, "reason": str(one.reason)} for one in plan.refused
    ]
    repairs = [{"row": one.row, "column": one.column, "from": one.before, "to": one.after} for one in plan.repairs]
    return {**plan.counts(), "refused": refused, "repairs": repairs}


def _in_words(plan: Plan, dry_run: bool) -> str:
    counts = plan.counts()
    lines = [f"{name:<11}{number:>9,}" for name, number in {**counts, "repairs": plan.repaired}.items()]
    for one in plan.refused[:SHOWN]:
        written = f" {one.value!r}" if one.value else ""
        lines.append(f"  row {one.row}, {one.column or 'whole row'}:{written} {one.reason}")
    if len(plan.refused) > SHOWN:
        lines.append(f"  and {len(plan.refused) - SHOWN:,} more; --json lists all of them.")
    if dry_run:
        lines.append("Nothing was changed.")
    return "\n".join(lines)


@contacts.command("export")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=False)
@click.option("--kind", type=KINDS, help="Only contacts of this kind.")
@click.option(
    "--department", type=click.Choice(list(DEPARTMENTS)), metavar="CODE", help="Only this département: 72, 2A, 971."
)
@click.option("--tag", default="", help="Only contacts with this tag.")
@with_app
def export(file: Path | None, kind: str | None, department: str | None, tag: str) -> None:
    """Write the directory as CSV on standard output, or into FILE (an XLSX when its name ends so).

    Cells that a spreadsheet would take for a formula begin with an apostrophe.

    \b
    Example:
      outreach contacts export mayors.xlsx --kind mayor --department 72
    """
    asked = Filters.parse({"kind": kind or "", "department": department or "", "tag": tag})
    rows = map(row_of, everyone(asked))
    if file is None:
        for line in csv_lines(header(), rows):
            click.echo(line, nl=False)
    elif file.suffix.lower() == ".xlsx":
        file.write_bytes(workbook("Contacts", header(), rows))
    else:
        with file.open("w", encoding="utf-8", newline="") as target:
            target.writelines(csv_lines(header(), rows))
