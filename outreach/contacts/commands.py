"""The command `outreach contacts`: files in, the directory out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from flask import current_app

from outreach.console import json_option, report, with_app
from outreach.contacts.exporting import csv_lines, workbook
from outreach.contacts.geography import DEPARTMENTS
from outreach.contacts.handing_out import hand_out
from outreach.contacts.imports import importing
from outreach.contacts.imports.bringing import entering
from outreach.contacts.imports.bringing.entering import Bringer
from outreach.contacts.imports.files import guarded
from outreach.contacts.imports.files.sheets import SHELL, Sheet
from outreach.contacts.imports.jobs import index_now
from outreach.contacts.imports.models import ImportFile
from outreach.contacts.imports.plans.planning import Plan
from outreach.contacts.imports.plans.registers import choose_departures
from outreach.contacts.imports.rows import columns
from outreach.contacts.imports.rows.records import Refused
from outreach.contacts.imports.rows.repairs import HARMLESS, RepairKind
from outreach.contacts.kinds import Kind
from outreach.contacts.searching.filters import Filters
from outreach.contacts.searching.listing import in_turn, numbers
from outreach.contacts.tables import header, row_of
from outreach.database import db, now

SHOWN = 20
GUESSES = click.Choice([*(kind.value for kind in RepairKind if kind not in HARMLESS), "all"])
SURE = click.Choice([*(kind.value for kind in RepairKind if kind in HARMLESS), "all"])
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
@click.option("--repair", type=GUESSES, multiple=True, help="A kind of guess to make as well; again for others.")
@click.option("--leave", type=SURE, multiple=True, help="A kind of repair not to make; again for others.")
@click.option("--check-domains", is_flag=True, help="Ask the DNS, and refuse addresses whose domain takes no mail.")
@click.option("--close-departed", is_flag=True, help="Close the mandates that a whole register does not name.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, change nothing.")
@json_option
@with_app
def import_(
    file: Path,
    kind: str | None,
    source: str | None,
    map_file: Path | None,
    tab: str,
    repair: tuple[str, ...],
    leave: tuple[str, ...],
    check_domains: bool,
    close_departed: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Bring a CSV, XLSX, XLS or ODS file into the directory.

    Rows that cannot be taken are listed with the reason and stay out; the others come in together, or none does.
    Columns are recognised, or named in TOML: `email = "Adresse mail"`. Suppressions, corrections and erasures stay.

    \b
    With --json: {"rows", "new", "changed", "identical", "duplicates",
                  "refused": [{"row", "column", "value", "reason"}],
                  "repairs": [{"row", "column", "from", "to"}]}
    `row` is the number that a spreadsheet program shows beside the row, its header included. `repairs` are those made.
    A guess (a lost zero, "@@") is not: its cell stays, or its row is refused with the guess in the reason, until
    --repair names its kind. Without --json each kind of guess is said, with how often it occurs.
    Exit status 1 when the file as a whole is refused.

    \b
    Example:
      outreach contacts import maires.csv --kind mayor --source "Annuaire des maires" --dry-run
    """
    opened, sheet = importing.opened(file.name, guarded.contents(file, SHELL), now(), limits=SHELL, tab=tab)
    importing.choose_repairs(opened, _wanted(repair, leave))
    choose_departures(opened, close_departed)
    _settle(opened, sheet, map_file, kind, source, check_domains)
    plan = _carried_out(opened, sheet, dry_run)
    report(_as_json(plan), as_json, _in_words(plan, dry_run))


def _carried_out(file: ImportFile, sheet: Sheet, dry_run: bool) -> Plan:
    """What the file brings, and, unless it is only asked for, brought."""
    reserved, seen = bool(current_app.config["DEMONSTRATION"]), entering.standing()
    plan = importing.preview(file, sheet, reserved, each_repair=True)
    db.session.rollback()
    if not dry_run:
        plan = entering.enter(file, sheet, plan, seen, Bringer(reserved, _reasons))
        index_now(file.id)
    return plan


def _settle(
    file: ImportFile, sheet: Sheet, map_file: Path | None, kind: str | None, source: str | None, check_domains: bool
) -> None:
    written = map_file.read_text(encoding="utf-8") if map_file else ""
    mapping = columns.load(written, sheet.header) if written else importing.mapping_of(file)
    importing.choose(file, sheet.header, mapping, kind or file.kind, source or file.source)
    if check_domains:
        importing.check_domains(file, sheet)


def _wanted(more: Sequence[str], fewer: Sequence[str]) -> set[str]:
    """The kinds of repair that are made: the harmless ones, those that were asked for, without those to leave."""
    every = {kind.value for kind in RepairKind}
    wanted = set(HARMLESS) | (every if "all" in more else set(more))
    return wanted - (every if "all" in fewer else set(fewer))


def _reasons(refused: Sequence[Refused]) -> list[tuple[int, str]]:
    return [(one.row, str(one.reason)) for one in refused]


def _as_json(plan: Plan) -> dict[str, Any]:
    refused = [
        {"row": one.row, "column": one.column, "value": one.value, "reason": str(one.reason)} for one in plan.refused
    ]
    made = [one for one in plan.repairs if one.applied]
    repairs = [{"row": one.row, "column": one.column, "from": one.before, "to": one.after} for one in made]
    return {**plan.counts(), "refused": refused, "repairs": repairs}


def _in_words(plan: Plan, dry_run: bool) -> str:
    counts = plan.counts()
    lines = [f"{name:<11}{number:>9,}" for name, number in {**counts, "repairs": plan.repaired}.items()]
    for one in plan.refused[:SHOWN]:
        written = f" {one.value!r}" if one.value else ""
        lines.append(f"  row {one.row}, {one.column or 'whole row'}:{written} {one.reason}")
    if len(plan.refused) > SHOWN:
        lines.append(f"  and {len(plan.refused) - SHOWN:,} more; --json lists all of them.")
    for tally in plan.tallies:
        before, after = tally.samples[0] if tally.samples else ("…", "…")
        done = "made" if tally.applied else f"not made, see --repair {tally.kind.value}"
        lines.append(f"  {tally.kind.value}, {tally.count:,} ({done}): {before[:60]!r} -> {after[:60]!r}")
    if plan.departed:
        names = ", ".join(one.name for one in plan.departed[:SHOWN])
        lines.append(f"  no longer in the register, {len(plan.departed):,} (see --close-departed): {names}")
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
    rows = map(row_of, in_turn(hand_out(lambda: numbers(asked), None)))
    if file is None:
        for line in csv_lines(header(), rows):
            click.echo(line, nl=False)
    elif file.suffix.lower() == ".xlsx":
        file.write_bytes(workbook("Contacts", header(), rows))
    else:
        with file.open("w", encoding="utf-8", newline="") as target:
            target.writelines(csv_lines(header(), rows))
