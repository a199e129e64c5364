"""Draws what is printed or pictured of a share link: the poster, the card; each once, then kept on disk."""

import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Final, Literal

import segno
import typst

from outreach.errors import TooMany

Drawing = Literal["poster", "card"]
SOURCES: Final = Path(__file__).parents[1] / "templates" / "forwarding"
FORMATS: Final[Mapping[Drawing, Literal["pdf", "png"]]] = {"poster": "pdf", "card": "png"}
VERSION: Final = version("typst").encode()
KEPT: Final = timedelta(days=30)
"""How long a drawing stays after it was last asked for."""
MOST: Final = 500
"""So many drawings are kept, about 100 kB each; beyond them, those that nobody has asked for longest go first."""
PATIENCE: Final = 2.0
"""Seconds that a request waits for its turn to draw: one drawing at a time in the whole installation."""


def shelf(data_dir: Path) -> Path:
    """The folder of an installation where drawings are kept. Nothing there names a person."""
    return data_dir / "drawings"


def drawn(kind: Drawing, words: Mapping[str, str], folder: Path) -> bytes:
    """That drawing with these words: a PDF for a poster, a PNG of 1200 x 630 pixels for a card.

    The same words are drawn once, whoever asks. `words` are plain texts, which are never read as markup; the one named
    `link`, when there is one, becomes the QR code. Raises TooMany when others are being drawn for longer than one can
    wait.
    """
    source = (SOURCES / f"{kind}.typ").read_bytes()
    said = json.dumps(dict(words), sort_keys=True).encode()
    digest = hashlib.sha256(b"\0".join((VERSION, source, said))).hexdigest()
    path = folder / f"{digest}.{FORMATS[kind]}"
    if (known := _read(path)) is not None:
        return known
    with _turn(folder):
        if (known := _read(path)) is not None:
            return known
        _make_room(folder)
        return _keep(path, _draw(kind, source, words))


def sweep(folder: Path, at: datetime) -> int:
    """Delete the drawings that nobody has asked for in a month; returns how many."""
    if not folder.is_dir():
        return 0
    old = [one for asked, one in _kept(folder) if asked < (at - KEPT).timestamp()]
    for one in old:
        one.unlink(missing_ok=True)
    return len(old)


def _kept(folder: Path) -> list[tuple[float, Path]]:
    """The drawings on the shelf and when each was last asked for, the oldest first."""
    found = []
    for one in folder.glob("*.p*"):
        with suppress(FileNotFoundError):  # another process may have dropped it meanwhile
            found.append((one.stat().st_mtime, one))
    return sorted(found)


def _make_room(folder: Path) -> None:
    """For one more; whoever calls has the turn to draw."""
    kept = _kept(folder)
    for _asked, one in kept[: max(len(kept) - MOST + 1, 0)]:
        one.unlink(missing_ok=True)


def qr(link: str) -> segno.QRCode:
    """A code that a telephone still reads from a crumpled sheet."""
    return segno.make(link, error="m", micro=False)


def _draw(kind: Drawing, source: bytes, words: Mapping[str, str]) -> bytes:
    values = dict(words)
    if link := values.pop("link", ""):
        values["code"] = qr(link).svg_inline(border=0, dark="#1d2330")
    drawing = typst.compile(
        source,
        format=FORMATS[kind],
        ppi=72,
        ignore_system_fonts=True,
        sys_inputs={"words": json.dumps(values)},
    )
    if not isinstance(drawing, bytes):
        raise TypeError("a drawing has one page")
    return drawing


def _read(path: Path) -> bytes | None:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    with suppress(FileNotFoundError):  # dropped between the two: what was read is whole
        os.utime(path)
    return content


def _keep(path: Path, content: bytes) -> bytes:
    """Whole or not at all: whoever reads at the same time finds no half of it."""
    partial = path.with_suffix(".new")
    partial.write_bytes(content)
    partial.replace(path)
    return content


@contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """One draws at a time; the system frees the turn of a process that dies."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "turn").open("a") as lock:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > end:
                    raise TooMany("Many drawings are being made. Try again in a minute.") from None
                time.sleep(0.02)
        yield
