"""Stops that were ordered while somebody kept SQLite's lock for writing: files beside the database, which wait for it.

On PostgreSQL nobody waits for another's transaction there, so the row of the brake is enough.
"""

import json
import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from outreach.database import now
from outreach.links import new_key
from outreach.presence import place_of

FOLDER: Final = "stop"
"""Beside the database; one file for each order that is not in it yet."""
_SUFFIX: Final = ".json"


@dataclass(frozen=True, slots=True)
class Order:
    """Stop everything: since when, why, and who said so (None: a command)."""

    at: datetime
    reason: str
    user_id: int | None
    file: Path


def leave(engine: Engine, at: datetime, reason: str, user_id: int | None) -> Order | None:
    """Write an order down, on the disk when this returns; None where the database alone is asked.

    Raises OSError where there is no room for it.
    """
    folder = _folder(engine)
    if folder is None:
        return None
    folder.mkdir(exist_ok=True)
    order = Order(at, reason, user_id, folder / f"{new_key()}{_SUFFIX}")
    draft = order.file.with_suffix(".part")
    opened = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        os.write(opened, json.dumps({"at": at.isoformat(), "reason": reason, "user_id": user_id}).encode())
        os.fsync(opened)
    finally:
        os.close(opened)
    draft.rename(order.file)
    for place in (folder, folder.parent):
        _keep(place)
    return order


def pending(engine: Engine) -> Iterator[Order]:
    """The orders that may not be in the database yet. One that cannot be read stops everything all the same."""
    folder = _folder(engine)
    if folder is None:
        return
    with suppress(FileNotFoundError):
        for file in sorted(folder.iterdir()):
            if file.suffix == _SUFFIX:
                yield _read(file)


def remove(orders: Collection[Order]) -> None:
    """Forget these: the database has them, or somebody let go."""
    for order in orders:
        order.file.unlink(missing_ok=True)


def _folder(engine: Engine) -> Path | None:
    file = engine.url.database if engine.dialect.name == "sqlite" else None
    return place_of(engine, Path(file).parent) / FOLDER if file and file != ":memory:" else None


def _read(file: Path) -> Order:
    try:
        told = json.loads(file.read_bytes())
        return Order(datetime.fromisoformat(told["at"]), str(told["reason"]), told["user_id"], file)
    except (OSError, ValueError, LookupError, TypeError):
        return Order(now(), "", None, file)


def _keep(folder: Path) -> None:
    """Have the disk keep the names in a folder."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
