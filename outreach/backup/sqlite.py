"""A SQLite database into a backup while others write to it, and back in one stroke."""

import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from outreach.backup.archive import STRETCH, Reading, Told, Writing
from outreach.errors import Refusal
from outreach.journal.files import Journal, Position

PART: Final = "outreach.db"
PATIENCE: Final = 60.0
"""Seconds to wait for whoever writes."""
_PAGES: Final = 2048


@contextlib.contextmanager
def snapshot(path: Path, journal: Journal) -> Iterator[tuple[sqlite3.Connection, Position]]:
    """The database as it is at one instant, and how far the journal was then; others go on writing."""
    if not path.exists():
        raise Refusal("There is no database at %(path)s.", path=path)
    with contextlib.closing(_connect(path)) as source:
        with journal.alone():
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()  # here it begins
            position = journal.position()
        yield source, position


def copy_out(source: sqlite3.Connection, folder: Path, archive: Writing, told: Told) -> str:
    """Write the snapshot into the archive, by way of a file in that folder; returns the revision of its tables."""
    copied = folder / PART
    copied.touch(mode=0o600)
    with contextlib.closing(sqlite3.connect(copied, isolation_level=None)) as copy:
        source.backup(copy, pages=_PAGES, progress=_progress(source, told))
        check(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        revision = str(copy.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    with copied.open("rb") as file, archive.part(PART, told) as write:
        while stretch := file.read(STRETCH):
            write(stretch)
    return revision


def weight(path: Path) -> int:
    """About how many octets `copy_out` tells of."""
    return 2 * path.stat().st_size if path.exists() else 0


def extract(archive: Reading, path: Path) -> None:
    """Write the database of a backup to a new file, for its owner alone."""
    path.touch(mode=0o600, exist_ok=False)
    with archive.part(PART) as part, path.open("wb") as file:
        while stretch := part.read(STRETCH):
            file.write(stretch)
    with contextlib.closing(_connect(path)) as copy:
        check(copy)


def put_back(copied: Path, path: Path, told: Told) -> None:
    """Make the database at `path` that other one: one transaction, so that a crash leaves the one or the other.

    Whoever has it open sees the change like any other. A file that is no database any more is moved aside.
    """
    _move_wreck(path)
    with contextlib.closing(_connect(copied)) as source, contextlib.closing(sqlite3.connect(path)) as live:
        live.execute("PRAGMA journal_mode=WAL")
        live.execute("PRAGMA synchronous=FULL")
        source.backup(live, pages=_PAGES, progress=_progress(source, told), sleep=0.05)


def check(connection: sqlite3.Connection) -> None:
    """Raises Refusal when the database is not sound."""
    with contextlib.closing(connection.execute("PRAGMA quick_check(1)")) as answer:
        said = str(answer.fetchone()[0])
    if said != "ok":
        raise Refusal("The database is damaged (%(said)s).", said=said.splitlines()[0])


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=PATIENCE)


def _progress(source: sqlite3.Connection, told: Told) -> Callable[[int, int, int], None]:
    """Tells of what is done; gives up when nothing moves for long, because somebody else holds the database."""
    size = int(source.execute("PRAGMA page_size").fetchone()[0])
    last, since = -1, time.monotonic()

    def progress(_status: int, remaining: int, total: int) -> None:
        nonlocal last, since
        if remaining != last:
            told(min(_PAGES, total) * size)
            last, since = remaining, time.monotonic()
        elif time.monotonic() - since > PATIENCE:
            raise sqlite3.OperationalError("database is locked")

    return progress


def _move_wreck(path: Path) -> None:
    if not path.exists():
        path.touch(mode=0o600)
        return
    try:
        with contextlib.closing(_connect(path)) as live:
            live.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        for suffix in ("", "-wal", "-shm"):
            wreck = path.with_name(path.name + suffix)
            if wreck.exists():
                wreck.rename(path.with_name(f"{path.name}.damaged{suffix}"))
        path.touch(mode=0o600)
