"""The commands, put together; each room keeps its own."""

from functools import cache

import click
from flask import Flask

from config import Config, ConfigError
from outreach.accounts.commands import user
from outreach.app import create_app
from outreach.backup.commands import backup, restore
from outreach.campaigns.commands import campaign
from outreach.console import refuse
from outreach.contacts.commands import contacts
from outreach.contacts.duplicates import commands as _contact_duplicates  # noqa: F401 - adds to contacts
from outreach.dashboard.commands import export
from outreach.dashboard.doctor_commands import doctor
from outreach.delivery.bench.sheet_commands import bench
from outreach.delivery.commands import let_go, send, stop_everything
from outreach.delivery.pacing.commands import lanes
from outreach.delivery.returns.commands import bounces
from outreach.demo.commands import demo
from outreach.events.commands import event
from outreach.merging.bench import commands as _bench_duplicates  # noqa: F401 - adds to bench
from outreach.rights.commands import rights
from outreach.schema import migrate
from outreach.serving import clock_, serve, worker_


@cache
def _make_app() -> Flask:
    try:
        return create_app(Config.from_env())
    except ConfigError as error:
        refuse(str(error))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="outreach")
@click.pass_context
def main(context: click.Context) -> None:
    """Outreach: invitations of a mayor's office, their answers, and how far they travel."""
    context.obj = context.obj or _make_app


@main.group()
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


COMMANDS: tuple[click.Command, ...] = (
    demo,
    serve,
    clock_,
    worker_,
    user,
    doctor,
    contacts,
    rights,
    event,
    campaign,
    export,
    send,
    bounces,
    stop_everything,
    let_go,
    lanes,
    bench,
    backup,
    restore,
)
"""Each room's commands."""

for _command in COMMANDS:
    main.add_command(_command)

if __name__ == "__main__":
    main()
