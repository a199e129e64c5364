"""The revisions of the tables: which ones this version knows, and the way of a database from one to another."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from outreach.schema import MIGRATIONS


def known() -> list[str]:
    """Every revision that this version has, oldest first."""
    return [script.revision for script in reversed(list(ScriptDirectory(str(MIGRATIONS)).walk_revisions()))]


def bring(connection: Connection, revision: str) -> None:
    """Take the tables to that revision, forwards or backwards, within the transaction of the caller."""
    ordered = known()
    now = MigrationContext.configure(connection).get_current_revision()
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS))
    settings.attributes["connection"] = connection
    if now is not None and ordered.index(now) > ordered.index(revision):
        command.downgrade(settings, revision)
    elif now != revision:
        command.upgrade(settings, revision)
