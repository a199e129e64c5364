"""Commands about events."""

from pathlib import Path

import click

from outreach.console import json_option, report, with_app
from outreach.database import transaction
from outreach.events import actions, queries
from outreach.events.files import read_toml
from outreach.events.wording import in_language, short_dates
from outreach.links import Purpose, links


@click.group()
def event() -> None:
    """The events that people are invited to."""


@event.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
@with_app
def load(file: Path, as_json: bool) -> None:
    """Make an event from a TOML file, or bring it up to date.

    Loading the same file again changes nothing. The form of the file is in docs/files.md.

    \b
    Example:
      outreach event load outreach/demo/congress/event.toml
    JSON: {"event": id}
    """
    with transaction():
        loaded = actions.load_event(read_toml(file))
    report({"event": loaded.id}, as_json, f"Event {loaded.id} is loaded: {in_language(loaded.title, 'en')}.")


@event.command("list")
@json_option
@with_app
def list_(as_json: bool) -> None:
    """List the events.

    \b
    Example:
      outreach event list
    JSON: [{"event": id, "slug", "title", "starts_on", "ends_on", "state"}]
    """
    listed = queries.events()
    found = [
        {
            "event": one.id,
            "slug": one.slug,
            "title": in_language(one.title, "en"),
            "starts_on": one.starts_on,
            "ends_on": one.ends_on,
            "state": one.state,
        }
        for one in listed
    ]
    lines = [
        f"{one.id:>4}  {short_dates(one.starts_on, one.ends_on, 'en')}  {one.slug}  {in_language(one.title, 'en')}"
        for one in listed
    ]
    report(found, as_json, "\n".join(lines) or "There is no event yet: outreach event load FILE.toml")


@event.command("pass-key")
@json_option
@with_app
def pass_key(as_json: bool) -> None:
    """Print the key with which a device checks passes at the door, without network.

    It checks (and could forge) passes, and opens nothing else; docs/seats.md says how. It changes with SECRET_KEYS.

    \b
    Example:
      outreach event pass-key
    JSON: {"key": hexadecimal digits, "algorithm"}
    """
    key = links().device_key(Purpose.ENTRY)
    report({"key": key, "algorithm": "HMAC-SHA-256"}, as_json, key)
