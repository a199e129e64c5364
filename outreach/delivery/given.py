"""Hands many rows of values to one statement, as one JSON parameter, so that the statement is always the same text."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, FromClause, String, bindparam, cast, column, func, select
from sqlalchemy.types import TypeEngine

from outreach.database import db


def given(columns: Mapping[str, TypeEngine[Any]], name: str = "given") -> FromClause:
    """A table made of the parameter `name` (see `rows_of`), with these columns."""
    if db.engine.dialect.name == "postgresql":
        parts = [column(key, kind) for key, kind in columns.items()]
        records = func.json_to_recordset(cast(bindparam(name, type_=String), JSON))
        return records.table_valued(*parts, name=name).render_derived(with_types=True)
    each = func.json_each(bindparam(name, type_=String)).table_valued("value", name="each")
    return select(
        *(func.json_extract(each.c.value, f"$.{key}", type_=kind).label(key) for key, kind in columns.items())
    ).subquery(name)


def rows_of(rows: Iterable[Mapping[str, Any]]) -> str:
    """The parameter that `given` reads."""
    return json.dumps(list(rows), ensure_ascii=False, default=_instant)


def _instant(value: object) -> str:
    """An instant as the database in use writes it."""
    if not isinstance(value, datetime):
        raise TypeError(f"{value!r} cannot be handed to a statement")
    if db.engine.dialect.name == "postgresql":
        return value.isoformat()
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
