"""Brings databases to a revision; run as a program, checks that the revisions and the models say the same."""

import sys
import tempfile
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from outreach.contacts.searching.models import TRIGRAMS
from outreach.schema import metadata

FOLDER = Path(__file__).resolve().parent.parent / "migrations"


def settings(url: str) -> Config:
    """Alembic's settings for one database."""
    made = Config()
    made.set_main_option("script_location", str(FOLDER))
    made.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return made


def upgrade(url: str, revision: str = "head") -> None:
    """Bring a database to a revision."""
    command.upgrade(settings(url), revision)


def downgrade(url: str, revision: str = "base") -> None:
    """Take a database back to a revision."""
    command.downgrade(settings(url), revision)


def revisions() -> list[str]:
    """Every revision, oldest first."""
    return [script.revision for script in reversed(list(ScriptDirectory(str(FOLDER)).walk_revisions()))]


def differences(url: str) -> list[str]:
    """What the models say and the database does not, or the other way round."""
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            options = {"compare_type": True, "compare_server_default": True, "include_name": _is_ours}
            context = MigrationContext.configure(connection, opts=options)
            return [str(one) for one in compare_metadata(context, metadata)]
    finally:
        engine.dispose()


def leftovers(url: str) -> list[str]:
    """The tables of a database, but for Alembic's own."""
    engine = sa.create_engine(url)
    try:
        return [name for name in sa.inspect(engine).get_table_names() if name != "alembic_version"]
    finally:
        engine.dispose()


def check(url: str) -> list[str]:
    """Up from nothing, compare with the models, down again: what is wrong."""
    upgrade(url)
    wrong = [f"the models and the revisions differ: {one}" for one in differences(url)]
    downgrade(url)
    return wrong + [f"left behind by the way down: {name}" for name in leftovers(url)]


def _is_ours(name: str | None, kind: str, parents: object) -> bool:
    return kind not in {"table", "index"} or name is None or not name.startswith(("procrastinate_", TRIGRAMS))


def main() -> int:
    """Check on a new SQLite database; the tests do the same on PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        wrong = check(f"sqlite:///{folder}/check.db")
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    print(f"  {len(revisions())} revisions: up, equal to the models, down.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
