"""Commands about campaigns; those that send are added to the same group by delivery."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from outreach.campaigns import actions, queries
from outreach.campaigns.actions import Settings
from outreach.campaigns.audience_queries import count_audience
from outreach.campaigns.audiences.queries import find_audience
from outreach.campaigns.durations import read_duration
from outreach.campaigns.files import CampaignFile, read_campaign, read_departure
from outreach.campaigns.hours import read_week
from outreach.campaigns.models import Campaign, LanguageMode
from outreach.campaigns.planning import Calendar, PlannedBatch
from outreach.campaigns.rhythm import HOLIDAYS, read_place, read_ramp
from outreach.console import json_option, report, spoken, with_app, written
from outreach.database import now, transaction
from outreach.errors import Refusal
from outreach.events.files import read_toml
from outreach.events.queries import get_event_by_slug


@click.group()
def campaign() -> None:
    """Campaigns: one letter, to one audience, in batches."""


@campaign.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
@with_app
def create(file: Path, as_json: bool) -> None:
    """Make a draft from a TOML file, which names an event, an audience, letters and a calendar.

    The letters are files beside it. The form of the file is in docs/files.md.

    \b
    Example:
      outreach campaign create outreach/demo/congress/campaign.toml
    JSON: {"campaign": id}
    """
    made = create_from_file(file)
    report({"campaign": made.id}, as_json, f"Campaign {made.id} is a draft: {made.name}.")


@campaign.command()
@click.argument("campaign_id", metavar="ID", type=int)
@click.option("--start", help="now, or a day and an hour on the event's clock: 2024-01-08T09:00.")
@click.option("--batch-size", type=click.IntRange(min=1), help="Messages in a batch.")
@click.option("--pause", help="Between two batches: 10m, 90s, 1h.")
@click.option("--any-hour/--office-hours", default=None, help="Leave at any hour, or in the hours of the campaign.")
@click.option("--hours", help="When batches may leave: 'mon-fri 08:00-19:00, sat 09:00-12:00'.")
@click.option("--holidays", type=click.Choice([str(one) for one in HOLIDAYS]), help="Whose public holidays are kept.")
@click.option("--ramp", help="Warm-up: 500+50% is 500 on the first day, half as many again each day; none.")
@click.option("--late", help="How late a batch may leave by itself after a stand-still: 24h.")
@json_option
@with_app
def plan(
    campaign_id: int,
    start: str | None,
    batch_size: int | None,
    pause: str | None,
    as_json: bool,
    **rhythm: Any,
) -> None:
    """Set when a campaign leaves, and show the plan of its batches. What is not said stays as it was.

    The expected end reckons with the hours, the relay (ten messages a second) and the limited lanes.

    A campaign that was signed off has to be signed off again if this changes its calendar.

    \b
    Example:
      outreach campaign plan 1 --start now --batch-size 200 --pause 10m
      outreach campaign plan 1 --hours "mon-thu 09:00-17:00, fri 09:00-12:00" --holidays alsace-moselle --ramp 500+50%
    JSON: {"campaign", "recipients", "batches": [{"number", "due_at", "size"}], "ends_at"}
    Instants are on the clock of the service, with their offset from UTC.
    """
    at = now()
    with transaction():
        found = queries.get_campaign(campaign_id)
        kept = queries.kept_calendar(found)
        calendar = replace(
            _with_rhythm(kept, **rhythm),
            starts_at=read_departure(start, at, found.event.timezone) if start else kept.starts_at,
            batch_size=batch_size or kept.batch_size,
            pause=read_duration(pause) if pause else kept.pause,
        )
        if calendar.starts_at is None:
            raise Refusal("Say when the campaign leaves: --start now, or --start 2024-01-08T09:00.")
        actions.set_calendar(found, calendar, at)
        recipients = count_audience(queries.scope_of(found, at.date())).chosen
        batches = queries.plan_of(found, recipients)
        end = queries.end_of(found, batches, at)
    _show_plan(found, recipients, batches, end, as_json)


def create_from_file(file: Path) -> Campaign:
    """The draft that a TOML file and its letters describe."""
    table = read_toml(file)
    with transaction():
        at = now()
        event = get_event_by_slug(str(table.get("event", "")))
        said = read_campaign(table, at, event.timezone)
        bodies = {language: _read_letter(file.parent / letter.file) for language, letter in said.letters.items()}
        made = actions.create(event, _settings(said), at)
        for language, letter in said.letters.items():
            actions.edit_letter(made, language, letter.subject, bodies[language], at)
        actions.set_audience(made, said.rule, at, audience_id=_saved(said))
        actions.set_calendar(made, said.calendar, at)
    return made


def _saved(said: CampaignFile) -> int | None:
    if not said.audience:
        return None
    found = find_audience(said.audience)
    if found is None:
        raise Refusal("There is no saved audience “%(name)s”.", field="audience", name=said.audience)
    return found.id


def _settings(said: CampaignFile) -> Settings:
    return Settings(
        name=said.name,
        purpose=said.purpose,
        language_mode=LanguageMode.BILINGUAL if said.bilingual else LanguageMode.RECIPIENT,
        sender_name=said.sender_name,
        sender_email=said.sender_email,
        reply_to=said.reply_to,
        address_rule=said.addresses,
    )


def _read_letter(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal("The letter %(file)s cannot be read.", file=file.name) from error


def _with_rhythm(
    kept: Calendar, any_hour: bool | None, hours: str | None, holidays: str | None, ramp: str | None, late: str | None
) -> Calendar:
    """What the options say of hours, holidays, ramp and lateness; whoever names hours wants them kept."""
    week = read_week(hours) if hours else kept.hours.week
    place = read_place(holidays) if holidays else kept.hours.place
    told = any_hour if any_hour is not None else (False if hours else kept.any_hour)
    return replace(
        kept,
        any_hour=told,
        hours=replace(kept.hours, week=week, place=place),
        ramp=read_ramp(ramp) if ramp else kept.ramp,
        late_tolerance=read_duration(late) if late else kept.late_tolerance,
    )


def _show_plan(
    found: Campaign, recipients: int, batches: tuple[PlannedBatch, ...], end: datetime | None, as_json: bool
) -> None:
    values = {
        "campaign": found.id,
        "recipients": recipients,
        "batches": [{"number": batch.number, "due_at": written(batch.due_at), "size": batch.size} for batch in batches],
        "ends_at": written(end),
    }
    lines = [f"{batch.number:>5}  {spoken(batch.due_at)}  {batch.size:>7}" for batch in batches]
    if len(lines) > 40:
        lines = [*lines[:20], f"  ...  {len(lines) - 40} batches more", *lines[-20:]]
    ending = f"Expected end: {spoken(end)}." if end else "Nobody would receive this campaign."
    report(values, as_json, "\n".join([f"{recipients} recipients in {len(batches)} batches.", *lines, ending]))
