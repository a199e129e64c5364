"""What every command shares: the application around it, refusals as sentences, JSON where it reports."""

import functools
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, NoReturn, ParamSpec, TypeVar

import click
from flask import Flask
from flask_babel import get_timezone
from sqlalchemy.exc import OperationalError

from outreach.errors import Refusal

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

json_option = click.option("--json", "as_json", is_flag=True, help="Report as JSON on standard output.")


def with_app(command: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Run a command inside the application; a Refusal, or a database that is away, becomes a sentence and status 1."""

    @functools.wraps(command)
    def run(*arguments: Parameters.args, **options: Parameters.kwargs) -> Result:
        make_app: Callable[[], Flask] = click.get_current_context().obj
        with make_app().app_context():
            try:
                return command(*arguments, **options)
            except Refusal as refusal:
                refuse(str(refusal))
            except OperationalError as error:
                refuse(f"The database cannot be used: {str(error.orig).splitlines()[0]}.")

    return run


def spoken(at: datetime) -> str:
    """An instant as a person at the console reads it, on the clock of the service, which it names."""
    zone = get_timezone()
    return f"{at.astimezone(zone):%a %d %b %Y %H:%M:%S} ({zone})"


def written(at: datetime | None) -> str | None:
    """An instant as ISO 8601 on the clock of the service, with its offset from UTC; None stays None."""
    return at.astimezone(get_timezone()).isoformat() if at else None


def refuse(sentence: str) -> NoReturn:
    """Say why not, and end with status 1."""
    click.echo(sentence, err=True)
    raise click.exceptions.Exit(1)


def report(values: Any, as_json: bool, sentence: str) -> None:
    """Print the values as JSON, or the sentence for a person."""
    click.echo(json.dumps(values, ensure_ascii=False, default=str) if as_json else sentence)
