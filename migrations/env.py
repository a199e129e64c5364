"""Runs migrations on the database of the settings, or on the one handed over by a caller."""

from typing import Any

from alembic import context
from sqlalchemy import Connection, create_engine

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


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = create_engine(context.config.get_main_option("sqlalchemy.url") or Config.from_env().database)
    prepare_engine(engine)
    with engine.connect() as connection:
        run(connection)
        connection.commit()
    engine.dispose()
