"""Runs migrations on the database of the settings, or on the one handed over by a caller."""

from typing import Any

from alembic import context
from sqlalchemy import Connection, Engine, create_engine, event

from config import Config
from outreach.contacts.searching.models import TRIGRAMS
from outreach.database import prepare_engine
from outreach.schema import metadata


def include_name(name: str | None, kind: str, _parents: Any) -> bool:
    """Leave the tables of the task engine to itself, and the index of trigrams to `contacts.searching`."""
    return kind not in {"table", "index"} or name is None or not name.startswith(("procrastinate_", TRIGRAMS))


def run(connection: Connection) -> None:
    """Migrate on this connection."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_name=include_name,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def let_tables_be_made_anew(engine: Engine) -> None:
    """SQLite changes a column by making its table anew; foreign keys would not let the old one be dropped."""

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA foreign_keys=OFF")


def check_references(connection: Connection) -> None:
    """Raises RuntimeError where a row points to nothing: the transaction is then rolled back."""
    lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if lost:
        raise RuntimeError(f"rows point to nothing after the migration: {lost[:3]}")


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = create_engine(context.config.get_main_option("sqlalchemy.url") or Config.from_env().database)
    prepare_engine(engine)
    if engine.dialect.name == "sqlite":
        let_tables_be_made_anew(engine)
    with engine.connect() as connection:
        run(connection)
        if engine.dialect.name == "sqlite":
            check_references(connection)
        connection.commit()
    engine.dispose()
