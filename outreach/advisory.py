"""A lock that PostgreSQL frees however its holder dies: an advisory lock of a connection of its own."""

import threading
import zlib
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from sqlalchemy import Connection, Engine, TextClause, text
from sqlalchemy.exc import SQLAlchemyError

_KEEPALIVES: Final = ("tcp_keepalives_idle = 5", "tcp_keepalives_interval = 5", "tcp_keepalives_count = 3")
"""A machine that vanished without a word loses its locks after 20 s; on a Unix socket these mean nothing."""
_SIGNS: Final = 6
"""So often within its patience a holder gives a sign of life."""

_HOLDERS: Final = (
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid::bigint = :space AND objsubid = 2 "
    "AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_TAKE_SEATS: Final = (  # CASE, so that no lock is asked for twice: each would count
    "SELECT array_agg(seat) FROM (SELECT seat FROM generate_series(1, CAST(:most AS integer)) AS seat "
    "WHERE CASE WHEN seat = ANY(CAST(:held AS integer[])) THEN false ELSE pg_try_advisory_lock(:space, seat) END "
    "LIMIT :missing) AS taken"
)
_GIVE_BACK: Final = "SELECT count(pg_advisory_unlock(:space, seat)) FROM unnest(CAST(:seats AS integer[])) AS seat"


class AdvisoryLock:
    """One name in a space of names, held by at most one connection to the database. May be asked from any thread.

    It is freed when its holder dies, when its machine vanishes, and when it is frozen for longer than `patience`, in
    seconds: PostgreSQL ends the connection (idle_session_timeout, since version 14) that gives no sign of life.

    Needs a connection that stays the same: a pooler between us and PostgreSQL must not share it out by transaction.
    """

    def __init__(self, database: Engine, space: str, name: str, patience: float) -> None:
        self._database = database
        self._space = _number(space)
        self._name = name
        self._patience = patience
        self._connection: Connection | None = None
        self._server_process: int | None = None
        self._seats: set[int] = set()
        self._mutex = threading.Lock()
        self._left = threading.Event()

    def take(self) -> bool:
        """Try to be the one who holds it; True at once when we are. Raises SQLAlchemyError without a database."""
        self._server_process = self._ask(
            "SELECT CASE WHEN pg_try_advisory_lock(:space, :name) THEN pg_backend_pid() END", self._name
        )
        return self._server_process is not None

    def is_held(self) -> bool:
        """True while the very connection that took it lives: one round trip."""
        if self._server_process is None:
            return False
        try:
            return bool(self._ask("SELECT pg_backend_pid()") == self._server_process)
        except SQLAlchemyError:
            return False

    def is_free(self, name: str) -> bool:
        """True when nobody holds that other name of the same space."""
        if not self._ask("SELECT pg_try_advisory_lock(:space, :name)", name):
            return False
        self._ask("SELECT pg_advisory_unlock(:space, :name)", name)
        return True

    def place(self) -> tuple[int, int]:
        """How many who hold a name of this space stand before us, in one order for all; and how many they all are."""
        before = self._ask(f"{_HOLDERS} AND objid::bigint < :name", self._name)
        return int(before or 0), int(self._ask(_HOLDERS, self._name) or 0)

    def take_seats(self, wanted: int, most: int) -> int:
        """Have as many of these seats as wanted, as far as they are free: one is one holder's. How many we have.

        Those beyond are given back, and all of them with the lock itself.
        """
        with self._mutex:
            space, held = _number(f"{self._space} seats"), sorted(self._seats)
            if surplus := held[wanted:]:
                self._answer(text(_GIVE_BACK), {"space": space, "seats": surplus})
            elif len(held) < wanted:
                asked = {"space": space, "held": held, "most": most, "missing": wanted - len(held)}
                self._seats.update(self._answer(text(_TAKE_SEATS), asked) or ())
            self._seats.difference_update(surplus)
            return len(self._seats)

    def leave(self) -> None:
        """Let it go, for others at once; also when the connection is no longer there."""
        with self._mutex, suppress(SQLAlchemyError):
            if self._connection is not None:
                self._answer(text("SELECT pg_advisory_unlock_all()"))
            self._drop()

    def _connect(self) -> Connection:
        connection = self._database.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()  # closed for good in the end: never back in the pool, with a lock that nobody knows of
        for setting in (*_KEEPALIVES, f"idle_session_timeout = {int(self._patience * 1000)}"):
            connection.execute(text(f"SET {setting}"))
        self._connection, self._left = connection, threading.Event()
        threading.Thread(target=self._give_signs, args=(self._left,), daemon=True).start()
        return connection

    def _drop(self) -> None:
        """A connection that failed is not asked again: the lock went with it, and the next question gets another."""
        self._left.set()
        connection, self._connection, self._server_process = self._connection, None, None
        self._seats.clear()
        if connection is not None:
            with suppress(SQLAlchemyError):
                connection.close()

    def _give_signs(self, left: threading.Event) -> None:
        """Of a thread of its own: whoever waits for a slow relay is alive, and whoever is frozen is not."""
        with suppress(SQLAlchemyError):
            while not left.wait(self._patience / _SIGNS):
                with self._mutex:
                    if left.is_set():
                        return
                    self._answer(text("SELECT 1"))

    def _ask(self, question: str, name: str | None = None) -> int | None:
        values = {} if name is None else {"space": self._space, "name": _number(name)}
        with self._mutex:
            answer: int | None = self._answer(text(question), values)
            return answer

    def _answer(self, question: TextClause, values: Mapping[str, object] | None = None) -> Any:
        """Of whoever has the mutex."""
        connection = self._connection or self._connect()
        try:
            answer = connection.scalar(question, values)
        except SQLAlchemyError:
            self._drop()
            raise
        return answer


def _number(name: str) -> int:
    return zlib.crc32(name.encode()) & 0x7FFFFFFF
