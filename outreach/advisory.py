"""A lock that PostgreSQL frees however its holder dies: an advisory lock of a connection of its own."""

import threading
import zlib
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from sqlalchemy import Connection, Engine, TextClause, text
from sqlalchemy.exc import SQLAlchemyError

_KEEPALIVES: Final = ("tcp_keepalives_idle = 5", "tcp_keepalives_interval = 5", "tcp_keepalives_count = 3")
"""A machine that vanished without a word loses its locks after 20 s; on a Unix socket these mean nothing."""
_SIGNS: Final = 6
"""So often within its patience a holder gives a sign of life."""


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
            return self._answer(text(question), values)

    def _answer(self, question: TextClause, values: Mapping[str, object] | None = None) -> int | None:
        """Of whoever has the mutex."""
        connection = self._connection or self._connect()
        try:
            answer: int | None = connection.scalar(question, values)
        except SQLAlchemyError:
            self._drop()
            raise
        return answer


def _number(name: str) -> int:
    return zlib.crc32(name.encode()) & 0x7FFFFFFF
