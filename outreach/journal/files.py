"""The file of the journal: lines are only ever added, and are on the disk before anybody relies on them."""

import contextlib
import fcntl
import hashlib
import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from flask import current_app

from outreach.errors import Refusal
from outreach.journal.entries import Begun, Entry, line_of, read_line

_STRETCH: Final = 2**20


class Unwritable(Refusal):
    """What has to be written down first cannot be."""


@dataclass(frozen=True, slots=True)
class Position:
    """How long the journal was, in octets, and the SHA-256 of all of it: tells later whether it is still the same."""

    octets: int
    digest: str


class Journal:
    """The journal at this path; its first line makes it, readable by its owner alone.

    A transaction holds it (shared) from its lines until its commit, so that whoever holds it alone knows that none is
    on its way. Each holder opens the file for itself, because the lock belongs to the opened file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.guard = threading.Lock()
        self._owed: list[str] = []
        self.begun: set[tuple[int, int]] = set()
        """The batches, with their campaigns, whose beginning this process has written."""

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Wait until nobody is between a line and its commit, and let nobody begin while the block lasts."""
        with Held(self, alone=True):
            yield

    def position(self) -> Position:
        """Where it ends now."""
        return self._position(self.path.stat().st_size if self.path.exists() else 0)

    def continues(self, position: Position) -> bool:
        """True when this is the journal that once ended there, and nothing before that has changed."""
        return self.path.exists() and self._position(position.octets) == position

    def read(self, since: int = 0) -> Iterator[Entry | None]:
        """The entries from that octet on; None for a line that cannot be read: cut short by a crash, or damaged."""
        if self.path.exists():
            with self.path.open("rb") as file:
                file.seek(since)
                yield from (read_line(line.decode(errors="replace")) for line in file if line.strip())

    def owe(self, entries: Iterable[Entry]) -> None:
        """Write these lines before the next one: now they cannot be."""
        with self.guard:
            self._owed += [line_of(entry) for entry in entries]

    @contextlib.contextmanager
    def settled(self) -> Iterator[list[str]]:
        """The lines that are owed; once the block has written them they no longer are."""
        yield self._owed
        self._owed = []

    def _position(self, octets: int) -> Position:
        """The digest of so many octets, or of as many as there are."""
        digest, left = hashlib.sha256(), octets
        if self.path.exists():
            with self.path.open("rb") as file:
                while stretch := file.read(min(left, _STRETCH)):
                    digest.update(stretch)
                    left -= len(stretch)
        return Position(octets - left, digest.hexdigest())


class Held:
    """The journal opened and locked: shared between those who write, or by one who wants nobody to."""

    def __init__(self, journal: Journal, *, alone: bool = False) -> None:
        self._journal = journal
        self._file: int | None = None
        folder = journal.path.parent
        folder.mkdir(parents=True, exist_ok=True)
        is_new = not journal.path.exists()
        self._file = os.open(journal.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        if is_new:
            sync_folder(folder)
        fcntl.flock(self._file, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()

    def write(self, entries: Sequence[Entry]) -> None:
        """Add these lines, after those that are owed, and wait for the disk. Raises OSError when it will not."""
        if self._file is None:
            raise OSError("the journal is closed")
        with self._journal.guard, self._journal.settled() as owed:
            lines = _after_a_torn_line(self._file) + "".join([*owed, *map(line_of, entries)]).encode()
            if os.write(self._file, lines) < len(lines):
                raise OSError("the journal could not be written to its end")
            os.fsync(self._file)
        self._journal.begun.update((one.campaign, one.batch) for one in entries if isinstance(one, Begun))

    def close(self) -> None:
        """Let the others go on."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)


def _after_a_torn_line(file: int) -> bytes:
    """A crash may have left half a line: what follows begins on one of its own."""
    size = os.fstat(file).st_size
    return b"" if not size or os.pread(file, 1, size - 1) == b"\n" else b"\n"


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def journal() -> Journal:
    """The journal of the running application."""
    found = current_app.extensions["outreach.journal"]
    if not isinstance(found, Journal):
        raise TypeError("the application was made without its journal")
    return found
