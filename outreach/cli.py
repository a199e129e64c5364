"""The commands, put together; each room keeps its own."""

from collections.abc import Mapping
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
    "bench": ("outreach.cli:bench",),
    "backup": ("outreach.backup.commands:backup",),
    "restore": ("outreach.backup.commands:restore",),
}
"""Where each command stands, and which rooms above add to it."""

BENCH: Final = {
    **{
        name: (f"outreach.delivery.bench.commands:{name}",)
        for name in ("send", "connections", "workers", "stop", "plan", "beside", "cost")
    },
    "bounces": ("outreach.delivery.bench.bounce_commands:bounces",),
    "import": ("outreach.delivery.bench.import_commands:import_",),
    "search": ("outreach.delivery.bench.search_commands:search",),
    "sheet": ("outreach.delivery.bench.sheet_commands:sheet",),
    "duplicates": ("outreach.merging.bench.commands:duplicates",),
    "web": ("outreach.demo.bench.commands:web",),
}
"""The same for what measures, each on its own: what one holds would be counted as memory of another."""


@cache
def _make_app() -> Flask:
    try:
        app: Flask = _read("outreach.app:create_app")(Config.from_env())
    except ConfigError as error:
        refuse(str(error))
    return app


class Rooms(click.Group):
    """Reads a room when one of its commands is asked for: what sends messages holds nothing that reads spreadsheets."""

    def __init__(self, *args: Any, rooms: Mapping[str, tuple[str, ...]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._rooms = rooms

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of their names."""
        return sorted(self._rooms)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, or None where there is none of that name."""
        if cmd_name not in self._rooms:
            return None
        where, *above = self._rooms[cmd_name]
        for module in above:
            import_module(module)
        command: click.Command = _read(where)
        return command


def _read(where: str) -> Any:
    module, _colon, name = where.partition(":")
    return getattr(import_module(module), name)


@click.group(cls=Rooms, rooms=BENCH)
def bench() -> None:
    """Measure the service on this machine; nothing of the installation is touched."""


@click.group(cls=Rooms, rooms=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="outreach")
@click.pass_context
def main(context: click.Context) -> None:
    """Outreach: invitations of a mayor's office, their answers, and how far they travel."""
    context.obj = context.obj or _make_app


if __name__ == "__main__":
    main()
