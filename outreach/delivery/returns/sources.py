"""Where reports lie in files: one mail each, an mbox, a Maildir, a folder of any of these; or standard input."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from outreach.delivery.returns.parts import READ

_MBOX: Final = re.compile(rb"From \S+ +\S+ +\S+ +\d+ +\d+:\d\d")
"""The line before each mail of an mbox: who sent it, and when."""
_QUOTED: Final = re.compile(rb">+From ")
_CHUNK: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Found:
    """One mail, at most its first `READ` octets, and where it lay."""

    place: str
    raw: bytes


def in_files(paths: Iterable[Path]) -> Iterator[Found]:
    """Every mail in these files and folders, one after the other, in the order of their names.

    What a Maildir is still writing (`tmp`), and what is hidden, is left alone. Raises OSError for a file that cannot be
    read.
    """
    for path in paths:
        if path.is_dir():
            yield from in_files(sorted(one for one in path.iterdir() if not _passed_over(one)))
        else:
            with path.open("rb") as octets:
                yield from _in_file(str(path), octets)


def in_pipe(octets: BinaryIO) -> Found:
    """The one mail that comes through a pipe; all of it is taken, so that the mail server can let go of it."""
    raw = octets.read(READ)
    while octets.read(_CHUNK):
        continue
    return Found("-", raw)


def _passed_over(path: Path) -> bool:
    is_unfinished = path.name == "tmp" and (path.parent / "cur").is_dir()
    return path.name.startswith(".") or is_unfinished


def _in_file(place: str, octets: BinaryIO) -> Iterator[Found]:
    if not _MBOX.match(octets.readline(_CHUNK)):
        octets.seek(0)
        yield Found(place, octets.read(READ))
        return
    lines: list[bytes] = []
    size, count, follows_empty = 0, 1, False
    while line := octets.readline(_CHUNK):
        if follows_empty and _MBOX.match(line):
            yield Found(_numbered(place, count), b"".join(lines))
            lines, size, count = [], 0, count + 1
        elif size < READ:
            lines.append(line[1:] if _QUOTED.match(line) else line)
            size += len(line)
        follows_empty = not line.strip()
    yield Found(_numbered(place, count), b"".join(lines))


def _numbered(place: str, count: int) -> str:
    return place if count == 1 else f"{place}#{count}"
