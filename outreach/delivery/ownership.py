"""Says whether a sender is alive: it holds a lock that the system frees when it dies, however it dies."""

import fcntl
import os
import zlib
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, text

from outreach.links import new_key


class Ownership:
    """The name under which one sender leases messages, and the lock that proves it alive.

    On PostgreSQL an advisory lock of a connection of its own, so that senders on several machines see each other;
    otherwise a locked file beside the SQLite database.
    """

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.name = f"{os.getpid()}-{new_key()[:12]}"
        self._engine = engine
        self._folder = folder / "senders"
        self._file: int | None = None
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        if self._engine.dialect.name == "postgresql":
            self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            self._connection.execute(text("SELECT pg_advisory_lock(:space, :owner)"), _lock_of(self.name))
        else:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self._folder / self.name, os.O_CREAT | os.O_RDWR, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            self._connection.execute(text("SELECT pg_advisory_unlock(:space, :owner)"), _lock_of(self.name))
            self._connection.close()
        if self._file is not None:
            with suppress(FileNotFoundError):
                (self._folder / self.name).unlink()
            os.close(self._file)

    def is_dead(self, owner: str) -> bool:
        """True when nobody holds that owner's lock any more."""
        if owner == self.name:
            return False
        if self._connection is not None:
            free = self._connection.scalar(text("SELECT pg_try_advisory_lock(:space, :owner)"), _lock_of(owner))
            if free:
                self._connection.execute(text("SELECT pg_advisory_unlock(:space, :owner)"), _lock_of(owner))
            return bool(free)
        return self._file_is_free(self._folder / owner)

    @staticmethod
    def _file_is_free(path: Path) -> bool:
        try:
            file = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            return True
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        else:
            with suppress(FileNotFoundError):
                path.unlink()
            return True
        finally:
            os.close(file)


_SPACE = zlib.crc32(b"outreach sender") & 0x7FFFFFFF


def _lock_of(owner: str) -> dict[str, int]:
    return {"space": _SPACE, "owner": zlib.crc32(owner.encode()) & 0x7FFFFFFF}
