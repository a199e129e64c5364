"""Runs `outreach` and notes, after each commit, how far the journal of SQLite reached: everything before is synced.

A commit returns once the frames of the write-ahead log are synced (synchronous=FULL), so the end that the index of the
log names then is one that a power cut leaves whole. One line each: monotonic seconds, end in octets.
"""

import os
import struct
import sys
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.orm import Session

from outreach.cli import main
from outreach.database import db

HEADER = 32
FRAME = 24
"""Octets before the pages of a log, and before each page (https://sqlite.org/fileformat2.html#walformat)."""


@dataclass(frozen=True, slots=True)
class Synced:
    """From this instant on, so many octets of the log are on the disk."""

    at: float
    end: int


@cache
def _index_of_log(database: Path) -> int:
    """The index of the log, opened once: closing a file lets go every lock that SQLite has on it in this process."""
    return os.open(database.with_name(f"{database.name}-shm"), os.O_RDONLY)


def end_of_log(database: Path) -> int:
    """Where the last committed frame ends, as the index of the log says."""
    size, frames = struct.unpack("=HI", os.pread(_index_of_log(database), 6, 14))
    return HEADER + int(frames) * (FRAME + int(size))


def read(notes: Path) -> list[Synced]:
    """What was noted, in order."""
    lines = [line.split() for line in notes.read_text().splitlines()]
    return sorted((Synced(float(at), int(end)) for at, end in lines), key=lambda note: note.at)


def note(database: Path, notes: Path) -> None:
    """Add a line: first the end, then the instant, so that the one holds at the other."""
    end = end_of_log(database)
    line = f"{time.monotonic()} {end}\n".encode()
    file = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(file, line)
    os.close(file)


if __name__ == "__main__":
    _database, _notes = Path(sys.argv.pop(1)), Path(sys.argv.pop(1))

    @event.listens_for(db.session, "after_commit")
    def _committed(_session: Session) -> None:
        note(_database, _notes)

    main()
