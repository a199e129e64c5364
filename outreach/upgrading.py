"""The command that brings the database to the newest version."""

import click

from config import Config, ConfigError
from outreach.console import refuse
from outreach.schema import migrate


@click.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to the newest version.

    \b
    Example:
      outreach db upgrade
    """
    try:
        config = Config.from_env()
    except ConfigError as error:
        refuse(str(error))
    config.data_dir.mkdir(parents=True, exist_ok=True)
    migrate(config.database)
    click.echo("The database is up to date.")
