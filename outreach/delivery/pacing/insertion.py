"""An INSERT that may say what to do with a row that is there already, on either database."""

from sqlalchemy.dialects import postgresql, sqlite

from outreach.database import Base, db


def insertion(table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """The dialect's own, with `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return postgresql.insert(table) if db.engine.dialect.name == "postgresql" else sqlite.insert(table)
