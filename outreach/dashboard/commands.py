"""Commands that write figures and lists into files."""

import sys
from pathlib import Path
from typing import BinaryIO

import click
from flask_babel import force_locale

from outreach.console import with_app
from outreach.contacts.exporting import csv_lines, workbook
from outreach.dashboard import answer_row_queries, answer_tables
from outreach.dashboard.asking import Filters, Show
from outreach.events.models import Event
from outreach.events.queries import get_event, get_event_by_slug
from outreach.events.wording import in_language


@click.group()
def export() -> None:
    """Lists as files for a spreadsheet."""


@export.command()
@click.option("--event", "event", required=True, help="The event: its number or its short name.")
@click.option("--format", "form", type=click.Choice(["csv", "xlsx"]), default="csv", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file, instead of standard output.")
@click.option("--waiting", is_flag=True, help="Those who have not answered: the call list.")
@click.option("--language", type=click.Choice(["fr", "en"]), default="fr", show_default=True, help="Of the headings.")
@with_app
def answers(event: str, form: str, output: Path | None, waiting: bool, language: str) -> None:
    """Write the answers of an event: one line for each invitation that has answered.

    CSV has a byte order mark and semicolons, so that French Excel opens it right. Access needs are never in it.

    \b
    Example:
      outreach export answers --event congres-2024 --format xlsx --output answers.xlsx
    """
    chosen = get_event(int(event)) if event.isdigit() else get_event_by_slug(event)
    with force_locale(language):
        table = _table(chosen, Show.WAITING if waiting else Show.ANSWERED, language)
        if output is None:
            _write(table, form, sys.stdout.buffer)
        else:
            with output.open("wb") as file:
                _write(table, form, file)
    if output is not None:
        click.echo(f"{output} is written.", err=True)


def _table(event: Event, show: Show, language: str) -> answer_tables.Table:
    titles = {one.id: in_language(one.title, language) for one in event.sessions}
    rows = answer_row_queries.everyone(Filters(event.id, show=show))
    return answer_tables.answers(rows, titles, event.timezone, event.slug)


def _write(table: answer_tables.Table, form: str, file: BinaryIO) -> None:
    if form == "xlsx":
        file.write(workbook(table.name, table.header, table.rows))
        return
    file.writelines(line.encode() for line in csv_lines(table.header, table.rows))
