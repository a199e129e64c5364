"""The database: how rows, times and enums are stored, and the one way to change them."""

import enum
import json
import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from flask import has_request_context
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    ColumnElement,
    Connection,
    CursorResult,
    Date,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Integer,
    MetaData,
    Result,
    String,
    any_,
    bindparam,
    event,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Mapped, Session, mapped_column, registry
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from outreach.turns import Turns

T = TypeVar("T")

BigId = BigInteger().with_variant(Integer, "sqlite")

Unavailable = SQLAlchemyError
"""What is raised while the database cannot serve: locked for too long, full, or gone."""

_WRITING = {"outreach_writing": True}
AT_ONCE: Final = {**_WRITING, "outreach_at_once": True}
"""Options of a connection that is to write now or, while somebody else writes on SQLite, not at all."""
_CLASHES: Final = frozenset({"40001", "40P01"})
"""What PostgreSQL says when it ends a transaction for the sake of another: serialization failure, deadlock."""
_ATTEMPTS: Final = 5
_TURNS: Final = WeakKeyDictionary[Engine, Turns]()
"""Of each database on SQLite: the line of its writers."""
_HELD: Final = "55P03"
"""What PostgreSQL says when somebody else held what was asked for, for too long."""
PATIENCE: Final = "SET LOCAL lock_timeout = '4s'"
"""So long a page waits for what others hold on PostgreSQL: a few that wait for ever would stop the whole server."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, stored in UTC; SQLite forgets zones, so we put UTC back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone says nothing; give an aware datetime")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The parent of every table."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    registry = registry(
        metadata=metadata,
        type_annotation_map={
            datetime: UtcDateTime(),
            dict[str, Any]: JSON(),
            dict[str, str]: JSON(),
            list[str]: JSON(),
            enum.StrEnum: Enum(
                enum.StrEnum,
                native_enum=False,
                create_constraint=False,
                validate_strings=True,
                length=32,
                values_callable=lambda kind: [member.value for member in kind],
            ),
        },
    )


class Numbered:
    """A row with a number of its own."""

    id: Mapped[int] = mapped_column(BigId, primary_key=True, sort_order=-1)


class random_key(FunctionElement[str]):  # noqa: N801 - reads as the SQL function it is
    """80 random bits in 20 hexadecimal digits, drawn by the database, a fresh one for each row."""

    type = String()
    inherit_cache = True


@compiles(random_key, "sqlite")
def _random_key_sqlite(_element: random_key, _compiler: SQLCompiler, **_options: Any) -> str:
    return "lower(hex(randomblob(10)))"


@compiles(random_key, "postgresql")
def _random_key_postgresql(_element: random_key, _compiler: SQLCompiler, **_options: Any) -> str:
    # The first 12 and the last 8 digits of a version 4 UUID are random throughout (RFC 9562, 5.4).
    return "overlay(replace(gen_random_uuid()::text, '-', '') placing '' from 13 for 12)"


class day_in(FunctionElement[date]):  # noqa: N801 - reads as the SQL function it is
    """The day of an instant on the clock of a zone: `day_in(instant, zone)`."""

    type = Date()
    inherit_cache = True


@compiles(day_in, "sqlite")
def _day_in_sqlite(element: day_in, compiler: SQLCompiler, **options: Any) -> str:
    return f"day_in({compiler.process(element.clauses, **options)})"


@compiles(day_in, "postgresql")
def _day_in_postgresql(element: day_in, compiler: SQLCompiler, **options: Any) -> str:
    instant, zone = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(timezone({zone}, {instant}) AS date)"


@lru_cache(64)
def _day_in(instant: str, zone: str) -> str:
    """SQLite knows no zones: we lend it ours."""
    return str(datetime.fromisoformat(instant).replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date())


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


@contextmanager
def transaction() -> Iterator[Session]:
    """One unit of work: everything inside is kept together, or nothing is.

    On SQLite it takes the write lock at once (BEGIN IMMEDIATE), because a write after a read can find the
    database locked. So the session must not have read yet. On PostgreSQL a page waits a few seconds for what others
    hold, a job for as long as it takes: see `is_busy`.

    Raises RuntimeError when a transaction is already open in this session.
    """
    session = db.session()
    if session.in_transaction():
        raise RuntimeError("transaction() wraps its own reads: this session has already begun")
    turns = _TURNS.get(db.engine)
    with turns.turn() if turns else nullcontext():
        session.connection(execution_options=_WRITING)
        try:
            if has_request_context() and db.engine.dialect.name == "postgresql":
                session.connection().exec_driver_sql(PATIENCE)
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise


def beforehand(read: Callable[[], T]) -> T:
    """What a transaction needs that takes long to read: on SQLite whoever wants to write does not wait for it."""
    try:
        return read()
    finally:
        db.session.rollback()


def is_busy(fault: DBAPIError) -> bool:
    """True when others held what was asked for, or PostgreSQL ended this for their sake: it may be tried again."""
    code = getattr(fault.orig, "sqlite_errorcode", 0) & 0xFF
    return getattr(fault.orig, "sqlstate", None) in {*_CLASHES, _HELD} or code == sqlite3.SQLITE_BUSY


def committed(work: Callable[[], T], *, before_again: Callable[[], object] = lambda: None) -> T:
    """Do this in one transaction; again from its beginning, a few times, where PostgreSQL ends it for another's sake.

    For work of which nothing is left when it is rolled back; `before_again` takes back what it left in memory.
    """
    for left in reversed(range(_ATTEMPTS)):
        try:
            with transaction():
                return work()
        except DBAPIError as fault:
            if not left or getattr(fault.orig, "sqlstate", None) not in _CLASHES:
                raise
            before_again()
    raise AssertionError("the last attempt returns or raises")


def among(column: InstrumentedAttribute[T], values: Collection[T]) -> ColumnElement[bool]:
    """The condition that a column holds one of many values, as a single parameter: the statement stays the same text.

    For numbers and texts of which there are hundreds; built and read faster than IN with as many parameters.
    """
    if db.engine.dialect.name == "postgresql":
        return column == any_(bindparam(None, list(values), type_=ARRAY(column.type)))
    each = func.json_each(bindparam(None, json.dumps(list(values)), type_=String())).table_valued("value")
    return column.in_(select(each.c.value))


def insertion(table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that may say what to do with a row that is there already: the dialect's own, with `on_conflict_…`."""
    return postgresql.insert(table) if db.engine.dialect.name == "postgresql" else sqlite.insert(table)


COUNTED = {"preserve_rowcount": True}
"""Execution options of an INSERT whose rows `affected` is asked for."""


def affected(result: Result[Any]) -> int:
    """How many rows a statement changed."""
    if not isinstance(result, CursorResult):
        raise TypeError("only INSERT, UPDATE and DELETE change rows")
    return result.rowcount


def prepare_engine(engine: Engine, busy_seconds: int = 30) -> None:
    """Teach SQLite what PostgreSQL does by itself: real transactions, foreign keys, waiting for a lock."""
    if engine.dialect.name != "sqlite":
        return
    _TURNS[engine] = Turns(busy_seconds)

    @event.listens_for(engine, "connect")
    def _connected(connection: DBAPIConnection, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        connection.create_function("day_in", 2, _day_in, deterministic=True)
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={busy_seconds * 1000}",
            "cache_size=-8192",  # KiB, of each connection; what is read often stays in the memory of the system
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        options = connection.get_execution_options()
        if not options.get("outreach_writing"):  # takes no lock yet, so there is nothing that could fail
            connection.connection.cursor().execute("BEGIN")
            return
        begin = "BEGIN IMMEDIATE"
        if not options.get("outreach_at_once"):
            connection.exec_driver_sql(begin)
            return
        patience = connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one()
        connection.exec_driver_sql("PRAGMA busy_timeout=0")
        try:
            connection.exec_driver_sql(begin)
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={int(patience)}")
