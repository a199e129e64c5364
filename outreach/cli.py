"""The commands, put together; each room keeps its own."""

from functools import cache
from importlib import import_module
from typing import Any, Final

import click
from flask import Flask

from config import Config, ConfigError
from outreach.console import refuse

COMMANDS: Final = {
    "demo": ("outreach.demo.commands:demo",),
    "serve": ("outreach.serving:serve",),
    "clock": ("outreach.serving:clock_",),
    "worker": ("outreach.serving:worker_",),
    "user": ("outreach.accounts.commands:user",),
    "db": ("outreach.upgrading:db",),
    "doctor": ("outreach.dashboard.doctor_commands:doctor",),
    "contacts": ("outreach.contacts.commands:contacts", "outreach.contacts.duplicates.commands"),
    "rights": ("outreach.rights.commands:rights",),
    "event": ("outreach.events.commands:event",),
    "campaign": ("outreach.campaigns.commands:campaign", "outreach.delivery.commands"),
    "export": ("outreach.dashboard.commands:export",),
    "send": ("outreach.delivery.commands:send",),
    "bounces": ("outreach.delivery.returns.commands:bounces",),
    "stop-everything": ("outreach.delivery.commands:stop_everything",),
    "let-go": ("outreach.delivery.commands:let_go",),
    "lanes": ("outreach.delivery.pacing.commands:lanes",),
    "bench": (
        "outreach.delivery.bench.sheet_commands:bench",
        "outreach.merging.bench.commands",
        "outreach.demo.bench.commands",
    ),
    "backup": ("outreach.backup.commands:backup",),
    "restore": ("outreach.backup.commands:restore",),
}
"""Where each command stands, and which rooms above add to it."""


@cache
def _make_app() -> Flask:
    try:
        app: Flask = _read("outreach.app:create_app")(Config.from_env())
    except ConfigError as error:
        refuse(str(error))
    return app


class Rooms(click.Group):
    """Reads a room when one of its commands is asked for: what sends messages holds nothing that reads spreadsheets."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of their names."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, or None where there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        where, *above = COMMANDS[cmd_name]
        for module in above:
            import_module(module)
        command: click.Command = _read(where)
        return command


def _read(where: str) -> Any:
    module, _colon, name = where.partition(":")
    return getattr(import_module(module), name)


@click.group(cls=Rooms, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="outreach")
@click.pass_context
def main(context: click.Context) -> None:
    """Outreach: invitations of a mayor's office, their answers, and how far they travel."""
    context.obj = context.obj or _make_app


if __name__ == "__main__":
    main()
