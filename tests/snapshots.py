"""What a database holds, as one hash for each table: equal before and after when nothing was changed."""

import hashlib
from collections.abc import Collection, Mapping

import sqlalchemy as sa

NOTHING: Mapping[str, Collection[str]] = {}


def snapshot(database: str | sa.Engine, ignoring: Mapping[str, Collection[str]] = NOTHING) -> dict[str, str]:
    """A content hash of each table, whatever the order of its rows; `ignoring` names columns to leave out by table."""
    engine = sa.create_engine(database) if isinstance(database, str) else database
    try:
        with engine.connect() as connection:
            return {
                table: _digest(connection, table, set(ignoring.get(table, ())))
                for table in sorted(sa.inspect(engine).get_table_names())
            }
    finally:
        if isinstance(database, str):
            engine.dispose()


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The tables that differ."""
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))


def _digest(connection: sa.Connection, table: str, leaving: set[str]) -> str:
    names = [column["name"] for column in sa.inspect(connection).get_columns(table) if column["name"] not in leaving]
    columns: list[sa.ColumnClause[object]] = [sa.column(name) for name in names]
    rows = connection.execute(sa.select(*columns).select_from(sa.table(table))).all()
    return hashlib.sha256("\n".join(sorted(repr(tuple(row)) for row in rows)).encode()).hexdigest()
