"""Changes rows and writes down what they held, so that all of it can be put back.

An entry is plain JSON: what was done, to which table and row, what each column held before and after. Putting back goes
from the last entry to the first, and leaves alone what somebody has changed since.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Date, Table, and_, delete, insert, select, update
from sqlalchemy import Enum as EnumType

from outreach.database import Base, UtcDateTime, among, db

Entry = dict[str, Any]
CHANGED: Final = "changed"
MOVED: Final = "moved"
ADDED: Final = "added"
REMOVED: Final = "removed"
COUNTED: Final = "counted"


class Ledger:
    """What one piece of work changed, in order."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def note(self, what: str, **told: Any) -> None:
        """Write down what a room did by its own means, and puts back by its own."""
        self.entries.append({"what": what, **told})

    def change(self, table: type[Base], key: Mapping[str, Any], **values: Any) -> None:
        """Set columns of one row; nothing is done where they hold that already."""
        rows = _table(table)
        asked = select(*(rows.c[name] for name in values)).where(*_is(rows, key))
        held = db.session.execute(asked).mappings().one()
        after = {name: value for name, value in values.items() if held[name] != value}
        if not after:
            return
        before = {name: held[name] for name in after}
        db.session.execute(update(rows).where(*_is(rows, key)).values(after))
        self.note(CHANGED, table=rows.name, key=_told(key), before=_told(before), after=_told(after))

    def move(
        self, table: type[Base], column: str, before: int, after: int, *where: ColumnElement[bool]
    ) -> Sequence[int]:
        """Point all the numbered rows that name one row at another; returns which."""
        rows = _table(table)
        asked = select(rows.c.id).where(rows.c[column] == before, *where).order_by(rows.c.id)
        ids = db.session.scalars(asked.with_for_update()).all()
        if ids:
            db.session.execute(update(rows).where(_among(rows, ids)).values({column: after}))
            self.note(MOVED, table=rows.name, column=column, ids=list(ids), before=before, after=after)
        return ids

    def add(self, table: type[Base], key: Mapping[str, Any], **values: Any) -> None:
        """Insert a row that has a key of its own."""
        rows = _table(table)
        db.session.execute(insert(rows).values({**key, **values}))
        self.added(table, key)

    def added(self, table: type[Base], key: Mapping[str, Any]) -> None:
        """Write down a row that was just inserted, and got its key by that: undoing deletes it."""
        self.note(ADDED, table=_table(table).name, key=_told(key))

    def remove(self, table: type[Base], key: Mapping[str, Any]) -> None:
        """Delete a row."""
        rows = _table(table)
        held = db.session.execute(select(rows).where(*_is(rows, key))).mappings().one()
        db.session.execute(delete(rows).where(*_is(rows, key)))
        self.note(REMOVED, table=rows.name, row=_told(dict(held)))

    def count(self, table: type[Base], key: Mapping[str, Any], column: str, by: int) -> None:
        """Add to a number that others count too."""
        if by:
            rows = _table(table)
            db.session.execute(update(rows).where(*_is(rows, key)).values({column: rows.c[column] + by}))
            self.note(COUNTED, table=rows.name, key=_told(key), column=column, by=by)


def put_back(entry: Entry) -> bool:
    """Undo one entry; False when somebody has changed what it is about since, and it stays as it is.

    Raises KeyError for an entry that a room wrote down itself.
    """
    return _BACK[entry["what"]](entry)


def _back_changed(entry: Entry) -> bool:
    rows = Base.metadata.tables[entry["table"]]
    key, after, before = (_read(rows, entry[name]) for name in ("key", "after", "before"))
    asked = select(*(rows.c[name] for name in after)).where(*_is(rows, key))
    held = db.session.execute(asked).mappings().one_or_none()
    if held is None:
        return False
    same = [name for name, value in after.items() if held[name] == value]
    if same:
        db.session.execute(update(rows).where(*_is(rows, key)).values({name: before[name] for name in same}))
    return len(same) == len(after)


def _back_moved(entry: Entry) -> bool:
    rows, column = Base.metadata.tables[entry["table"]], entry["column"]
    still = (_among(rows, entry["ids"]), rows.c[column] == entry["after"])
    ids = db.session.scalars(select(rows.c.id).where(*still).order_by(rows.c.id).with_for_update()).all()
    db.session.execute(update(rows).where(_among(rows, ids)).values({column: entry["before"]}))
    return len(ids) == len(entry["ids"])


def _back_added(entry: Entry) -> bool:
    rows = Base.metadata.tables[entry["table"]]
    db.session.execute(delete(rows).where(*_is(rows, _read(rows, entry["key"]))))
    return True


def _back_removed(entry: Entry) -> bool:
    rows = Base.metadata.tables[entry["table"]]
    row = _read(rows, entry["row"])
    key = {column.name: row[column.name] for column in rows.primary_key.columns}
    if db.session.execute(select(*rows.primary_key.columns).where(*_is(rows, key))).first() is not None:
        return False
    if not all(_is_there(foreign.column, row[foreign.parent.name]) for foreign in rows.foreign_keys):
        return False
    db.session.execute(insert(rows).values(row))
    return True


def _is_there(column: Column[Any], value: Any) -> bool:
    """True when a row still exists that another refers to: an import may have taken it back since."""
    return value is None or db.session.execute(select(column).where(column == value)).first() is not None


def _back_counted(entry: Entry) -> bool:
    rows, column = Base.metadata.tables[entry["table"]], entry["column"]
    key = _read(rows, entry["key"])
    db.session.execute(update(rows).where(*_is(rows, key)).values({column: rows.c[column] - entry["by"]}))
    return True


_BACK: Final = {
    CHANGED: _back_changed,
    MOVED: _back_moved,
    ADDED: _back_added,
    REMOVED: _back_removed,
    COUNTED: _back_counted,
}


def _table(table: type[Base]) -> Table:
    found = table.__table__
    if not isinstance(found, Table):
        raise TypeError(f"{table.__name__} is not kept in a table")
    return found


def _is(rows: Table, key: Mapping[str, Any]) -> tuple[ColumnElement[bool], ...]:
    return (and_(*(rows.c[name] == value for name, value in key.items())),)


def _among(rows: Table, ids: Sequence[int]) -> ColumnElement[bool]:
    number: Any = rows.c.id
    return among(number, ids)


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as JSON knows them."""
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value  # a datetime is a date


def _read(rows: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _typed(rows.c[name], value) for name, value in values.items()}


def _typed(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    kind: Any = column.type
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    return kind.enum_class(value) if isinstance(kind, EnumType) and kind.enum_class else value
