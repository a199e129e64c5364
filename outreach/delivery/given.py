"""Statements about many rows at once: their text built once, the rows handed over as one JSON parameter."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    ClauseElement,
    ColumnElement,
    FromClause,
    Row,
    String,
    any_,
    cast,
    column,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import TypeEngine

from outreach.database import db

_PLACE: Final = re.compile(r"(?<!:):(given|at)\b")
ROWS: Final = literal_column(":given", String())
"""In a statement that `run` is given: where the rows go. `:at` stands for the instant."""


def given(columns: Mapping[str, TypeEngine[Any]], name: str = "given") -> FromClause:
    """A table made of the rows that a statement is run with, with these columns."""
    if _on_postgresql():
        parts = [column(key, kind) for key, kind in columns.items()]
        records = func.json_to_recordset(cast(ROWS, JSON))
        return records.table_valued(*parts, name=name).render_derived(with_types=True)
    each = func.json_each(ROWS).table_valued("value", name="each")
    return select(
        *(func.json_extract(each.c.value, f"$.{key}", type_=kind).label(key) for key, kind in columns.items())
    ).subquery(name)


def among_given(number: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """True of the rows that a statement is run with, by their `id`: leads PostgreSQL to them by their numbers.

    It guesses that they are a hundred, and that few are leased; by its own choice it looks through all of those.
    """
    if not _on_postgresql():
        return true()
    numbers = "ARRAY(SELECT (one ->> 'id')::bigint FROM json_array_elements(CAST(:given AS JSON)) AS one)"
    return number == any_(literal_column(numbers, ARRAY(BigInteger())))


def text_of(statement: ClauseElement) -> str:
    """What the database is told, every constant written out: to be kept, and run as often as there are rows."""
    dialect = db.engine.dialect
    written = str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    return _PLACE.sub(r"%(\1)s", written) if dialect.name == "postgresql" else written


def run(text: str, rows: Iterable[Mapping[str, Any]], at: datetime | None = None) -> list[Row[Any]]:
    """Run it on the connection itself, by the driver: nothing the session holds is compared with these rows.

    Returns what the statement returns; nothing where it says nothing.
    """
    values: dict[str, Any] = {"given": json.dumps(list(rows), ensure_ascii=False, default=_written)}
    if at is not None:
        values["at"] = at if _on_postgresql() else _written(at)
    result = db.session.connection().exec_driver_sql(text, values)
    return list(result.all()) if result.returns_rows else []


def _on_postgresql() -> bool:
    return db.engine.dialect.name == "postgresql"


def _written(value: object) -> str:
    """An instant as the database in use writes it."""
    if not isinstance(value, datetime):
        raise TypeError(f"{value!r} cannot be handed to a statement")
    return value.isoformat() if _on_postgresql() else value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
