"""Says whether a sender is alive: it holds a lock that the system frees when it dies, however it dies."""

import fcntl
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self

from sqlalchemy import Engine

from outreach.advisory import AdvisoryLock
from outreach.delivery.states import Outcome
from outreach.delivery.wire.clerk import Book
from outreach.delivery.wire.smtp import Envelope
from outreach.links import new_key
from outreach.presence import place_of

SPACE: Final = "outreach sender"
PATIENCE: Final = 60.0
"""Seconds for which a sender on PostgreSQL may be frozen before what it had in hand is settled without it."""

_LOST: Final = "the lock of this sender is gone: PostgreSQL dropped its connection"


class LockLost(Exception):  # noqa: N818 - it reads as a sentence
    """Our lock is gone, so others may have settled what we had in hand: nothing more may be announced."""


class Owner(Protocol):
    """In whose name messages are leased."""

    @property
    def name(self) -> str: ...
    def is_alive(self) -> bool: ...
    def is_dead(self, owner: str) -> bool: ...
    def share(self, most: int, limit: Callable[[int], object]) -> int: ...
    def stand_up(self, limit: Callable[[int], object]) -> None: ...


class Guarded:
    """A book in which nothing more is announced once its owner looks dead to others.

    Between this question and the commit of the intents the lock may still be lost: then they are in doubt, as after a
    kill, at most one for each open connection. What others have taken back is fenced off by its attempt in any case.
    """

    def __init__(self, book: Book, owner: Owner) -> None:
        self._book = book
        self._owner = owner
        self._lost = False

    def settle(self, outcomes: Sequence[Outcome], candidates: Sequence[int]) -> Collection[int]:
        """As the book does; with the lock lost, what the relay has answered is recorded, and nothing may leave."""
        if candidates and not self._lost:
            self._lost = not self._owner.is_alive()
        return self._book.settle(outcomes, () if self._lost else candidates)

    def letters(self, letters: Iterable[Envelope]) -> Iterator[Envelope]:
        """These letters, as long as they may leave: none is offered to the relay once the lock is known to be lost."""
        for letter in letters:
            if self._lost:
                return
            yield letter

    def check(self) -> None:
        """Raises LockLost when something was kept from leaving."""
        if self._lost:
            raise LockLost(_LOST)


class Ownership:
    """The name under which one sender leases messages, and the lock that proves it alive.

    On PostgreSQL an advisory lock of a connection of its own, so that senders on several machines see each other;
    otherwise a locked file beside the SQLite database. Whoever only asks who is dead `sends` nothing, and has none.
    """

    def __init__(self, engine: Engine, data_dir: Path, *, sends: bool = True) -> None:
        self.name = f"{os.getpid()}-{new_key()[:12]}"
        shared = engine.dialect.name == "postgresql"
        self._lock = AdvisoryLock(engine, SPACE, self.name, PATIENCE) if shared else None
        self._sends = sends
        self._folder = place_of(engine, data_dir) / "senders"
        self._file: int | None = None

    def __enter__(self) -> Self:
        if not self._sends:
            return self
        if self._lock is not None:
            self._lock.take()
        else:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self._folder / self.name, os.O_CREAT | os.O_RDWR, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._lock is not None:
            self._lock.leave()
        if self._file is not None:
            with suppress(FileNotFoundError):
                (self._folder / self.name).unlink()
            os.close(self._file)

    def is_alive(self) -> bool:
        """False once PostgreSQL has dropped the connection that holds our lock: to others we look dead.

        What we had leased is then theirs, so nothing more may be announced under this name. A file stays locked.
        """
        return self._lock is None or self._lock.is_held()

    def share(self, most: int, limit: Callable[[int], object]) -> int:
        """How many connections to the relay are ours now, of so many that all senders may have together.

        An equal part for each sender that lives, at work or not; none for some where they are more than connections.
        Each connection has a seat that one sender has at a time, so the sum holds while some come and others go: who
        comes waits until the others, before their next lease, have closed what is too much (`limit`) and stood up.
        On SQLite the engine sends alone. Raises LockLost.
        """
        if self._lock is None:
            return most
        if not self._lock.is_held():
            raise LockLost(_LOST)
        before, senders = self._lock.place()
        part = most // senders + (before < most % senders) if senders else 0
        limit(part)
        ours = self._lock.take_seats(part, most)
        limit(ours)
        return ours

    def stand_up(self, limit: Callable[[int], object]) -> None:
        """Close our connections and free their seats: whoever has nothing to send keeps nobody else waiting."""
        if self._lock is not None:
            limit(0)
            self._lock.take_seats(0, 0)

    def is_dead(self, owner: str) -> bool:
        """True when nobody holds that owner's lock any more."""
        if owner == self.name:
            return False
        return self._lock.is_free(owner) if self._lock is not None else _file_is_free(self._folder / owner)


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
