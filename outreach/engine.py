"""The one engine of an installation: the lock that refuses a second one, and the pulse that tells it is at work."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from outreach.errors import Refusal

LOCK: Final = "engine.lock"
"""File in DATA_DIR that the engine holds locked while it lives; the system frees it however the engine dies."""
PULSE: Final = "engine.pulse"
"""File in DATA_DIR with the instant at which the engine was last seen at work."""
STALE: Final = timedelta(seconds=60)
"""An engine that holds its lock and has not ticked for so long is stuck."""
_PATIENCE: Final = 1.0
_GLANCE: Final = 0.05


class SecondEngine(Refusal):
    """Another engine works for this installation."""


class EngineState(StrEnum):
    """What can be told of the engine from outside."""

    RUNNING = "running"
    STUCK = "stuck"
    STOPPED = "stopped"
    UNKNOWN = "unknown"
    """None ever ran on this machine."""


@contextlib.contextmanager
def only_engine(folder: Path) -> Iterator[None]:
    """Be the engine of the installation whose DATA_DIR this is, for as long as the block lasts.

    Raises SecondEngine while another process is. A process that was killed leaves nothing behind.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        _lock(file, folder)
        os.truncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(file)


def _lock(file: int, folder: Path) -> None:
    """Take the lock; whoever only looks holds it for an instant, so a refusal is believed after a second."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() < end:
                time.sleep(_GLANCE)
                continue
            raise SecondEngine(
                "An engine already works for %(folder)s (process %(number)s): a second one would send beside it. "
                "Stop that one first.",
                folder=folder,
                number=os.pread(file, 20, 0).decode().strip() or "?",
            ) from None
        else:
            return


def beat(folder: Path, at: datetime) -> None:
    """Write down that the engine was at work at that instant."""
    fresh = folder / f"{PULSE}.new"
    fresh.write_text(at.astimezone(UTC).isoformat(), encoding="ascii")
    fresh.replace(folder / PULSE)


def last_beat(folder: Path) -> datetime | None:
    """When the engine was last seen at work; None when it never was."""
    try:
        return datetime.fromisoformat((folder / PULSE).read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return None


def engine_state(folder: Path, at: datetime) -> EngineState:
    """Whether an engine works for this installation on this machine."""
    try:
        with (folder / LOCK).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return EngineState.UNKNOWN
    except BlockingIOError:
        seen = last_beat(folder)
        return EngineState.STUCK if seen is not None and at - seen > STALE else EngineState.RUNNING
    return EngineState.STOPPED
