"""A PostgreSQL database into a backup out of one snapshot, and back in one transaction."""

import contextlib
from collections.abc import Iterator
from typing import Any, Final

from psycopg import Connection as Driver
from psycopg import sql
from sqlalchemy import Connection, Engine, inspect, text

from outreach.backup.archive import STRETCH, Manifest, Reading, Told, Writing
from outreach.journal.files import Journal, Position

REVISION: Final = "alembic_version"
LEFT_OUT: Final = ("procrastinate_", REVISION)
"""The jobs of the task engine only call workers: the rows say what is due."""


@contextlib.contextmanager
def snapshot(database: Engine, journal: Journal) -> Iterator[tuple[Connection, Position]]:
    """The database as it is at one instant, and how far the journal was then; others go on writing."""
    with database.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        with journal.alone():
            connection.execute(text("SET TRANSACTION READ ONLY"))
            connection.execute(text("SELECT 1"))  # here it begins
            position = journal.position()
        yield connection, position


def copy_out(connection: Connection, archive: Writing, manifest: Manifest, told: Told) -> None:
    """Write every table into the archive, as COPY does; fills the manifest with what it takes to put them back."""
    manifest.revision = str(connection.scalar(text(f"SELECT version_num FROM {REVISION}")))
    for table in tables(connection):
        columns = [str(column["name"]) for column in inspect(connection).get_columns(table)]
        manifest.columns[table] = columns
        with archive.part(table, told) as write, _driver(connection).cursor() as cursor:
            statement = sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier(table), _names(columns))
            with cursor.copy(statement) as rows:
                for stretch in rows:
                    write(bytes(stretch))
        if (last := _last_number(connection, table)) is not None:
            manifest.numbers[table] = last


def weight(connection: Connection) -> int:
    """About how many octets `copy_out` tells of."""
    named = {"names": list(tables(connection))}
    sized = text(
        "SELECT coalesce(sum(pg_table_size(to_regclass(name))), 0) FROM unnest(CAST(:names AS text[])) AS name"
    )
    return int(connection.scalar(sized, named) or 0)


def tables(connection: Connection) -> list[str]:
    """Our tables, those first that others point to."""
    found = inspect(connection).get_sorted_table_and_fkc_names()
    return [name for name, _keys in found if name and not name.startswith(LEFT_OUT)]


def clear(connection: Connection) -> None:
    """Empty every table; the log that cannot be edited is one of them."""
    found = tables(connection)
    with _unguarded(connection, found):
        names = sql.SQL(", ").join(map(sql.Identifier, found))
        _driver(connection).execute(sql.SQL("TRUNCATE {} CASCADE").format(names))


def copy_back(connection: Connection, archive: Reading, told: Told) -> None:
    """Fill the empty tables of that revision again, within the transaction of the caller."""
    manifest = archive.manifest
    with _unguarded(connection, list(manifest.columns)):
        for table, columns in manifest.columns.items():
            statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), _names(columns))
            with archive.part(table) as part, _driver(connection).cursor() as cursor, cursor.copy(statement) as rows:
                while stretch := part.read(STRETCH):
                    rows.write(stretch)
                    told(len(stretch))
    for table, last in manifest.numbers.items():
        _give_no_number_twice(connection, table, last)


@contextlib.contextmanager
def _unguarded(connection: Connection, found: list[str]) -> Iterator[None]:
    """Switch our own triggers off: those that keep the audit log whole also keep it from being put back."""
    for what in ("DISABLE", "ENABLE"):
        for table in found:
            switch = sql.SQL("ALTER TABLE {} {} TRIGGER USER").format(sql.Identifier(table), sql.SQL(what))
            _driver(connection).execute(switch)
        if what == "DISABLE":
            yield


def _last_number(connection: Connection, table: str) -> int | None:
    sequence = _sequence(connection, table)
    return None if sequence is None else int(connection.scalar(text(f"SELECT last_value FROM {sequence}")) or 0)


def _give_no_number_twice(connection: Connection, table: str, last: int) -> None:
    """Go on after the last number of the backup, or of the database that it takes the place of."""
    sequence = _sequence(connection, table)
    if sequence is not None:
        most = text(f"SELECT setval(CAST(:name AS regclass), greatest(last_value, :last)) FROM {sequence}")
        connection.execute(most, {"name": sequence, "last": last})


def _sequence(connection: Connection, table: str) -> str | None:
    columns = {str(column["name"]) for column in inspect(connection).get_columns(table)}
    if "id" not in columns:
        return None
    found = connection.scalar(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": table})
    return str(found) if found else None


def _names(columns: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def _driver(connection: Connection) -> Driver[Any]:
    found = connection.connection.driver_connection
    if not isinstance(found, Driver):
        raise TypeError("this is no connection of psycopg")
    return found
