"""Many rows of one table kept as fast as the driver takes them: COPY on PostgreSQL, one statement on SQLite."""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Boolean, Enum
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.engine.interfaces import Dialect

from outreach.contacts.searching.indexing import chunks
from outreach.database import Base, db

AT_ONCE = 5000
ROOM = 24_576
"""KiB of pages that SQLite keeps while much is written: a tenth less time than with its usual third of that."""

Row = tuple[Any, ...]


@contextmanager
def uncollected() -> Iterator[None]:
    """Look for no cycles of garbage meanwhile: where much is made and little dropped, it takes a third of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@contextmanager
def roomy() -> Iterator[None]:
    """Give this connection more room for the pages it writes to, on SQLite: many indexes are written to at once."""
    connection = db.session.connection()
    if connection.dialect.name != "sqlite":
        yield
        return
    usual = connection.exec_driver_sql("PRAGMA cache_size").scalar()
    connection.exec_driver_sql(f"PRAGMA cache_size = -{ROOM}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size = {usual}")


def load(table: type[Base], names: Sequence[str], rows: Iterable[Row], **same: Any) -> None:
    """Insert rows of these columns within the transaction of whoever calls; `same` holds what is alike in all of them.

    Defaults that the models give in Python are not filled in: every column that needs a value is named. Enums are given
    as they are stored, by their value; a truth value as 1 or 0, which both databases take as it is.
    """
    connection = db.session.connection()
    columns = table.__table__.columns
    alike = tuple(_stored(columns[name].type, connection.dialect)(value) for name, value in same.items())
    how = [_stored(columns[name].type, connection.dialect) for name in names]
    ready = _ready(rows, [(place, one) for place, one in enumerate(how) if one is not _as_it_is], alike)
    listed = ", ".join(connection.dialect.identifier_preparer.quote(name) for name in (*names, *same))
    if isinstance(connection.dialect, PGDialect):
        driver = connection.connection.driver_connection
        if driver is None:
            raise RuntimeError("the connection was closed under this transaction")
        with driver.cursor() as cursor, cursor.copy(f"COPY {table.__tablename__} ({listed}) FROM STDIN") as copy:
            for row in ready:
                copy.write_row(row)
        return
    places = ", ".join("?" * (len(names) + len(same)))
    for some in chunks(ready, AT_ONCE):
        connection.exec_driver_sql(f"INSERT INTO {table.__tablename__} ({listed}) VALUES ({places})", some)


def _ready(
    rows: Iterable[Row], how: Sequence[tuple[int, Callable[[Any], Any]]], alike: tuple[Any, ...]
) -> Iterator[Row]:
    if not how:
        yield from (row + alike for row in rows)
        return
    for row in rows:
        values = list(row)
        for place, stored in how:
            values[place] = stored(values[place])
        yield (*values, *alike)


def _as_it_is(value: Any) -> Any:
    return value


def _stored(kind: Any, dialect: Dialect) -> Callable[[Any], Any]:
    """How a value of this type is written for the driver."""
    if isinstance(kind, Enum | Boolean):
        return _as_it_is
    stored: Callable[[Any], Any] | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return stored or _as_it_is
