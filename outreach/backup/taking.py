"""Takes a backup: one instant of the database, while others go on writing."""

import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from outreach.backup import postgresql, sqlite
from outreach.backup.archive import Manifest, Told, Writing
from outreach.database import db
from outreach.journal.files import Position, journal
from outreach.links import Purpose, links, new_key

LIKENESS = "the same key"
"""What is hashed to tell later whether a key is the same."""
Bar = Callable[[int], Told]
"""Given about how many octets there will be, gives what to call with those that are done."""


def take(path: Path, at: datetime, bar: Bar) -> Manifest:
    """Write all of the database to a new file at `path`, and return what it says of itself.

    It holds personal data, and none of the keys. Raises Refusal; OSError, and leaves no file, when the disk is full.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if db.engine.dialect.name == "postgresql":
        return _take_postgresql(path, at, bar)
    return _take_sqlite(path, at, bar)


def _take_sqlite(path: Path, at: datetime, bar: Bar) -> Manifest:
    live = Path(db.engine.url.database or "")
    with Writing(path) as archive, tempfile.TemporaryDirectory(dir=path.parent, prefix=".copying-") as folder:
        with sqlite.snapshot(live, journal()) as (source, position):
            manifest = _manifest(at, "sqlite", position)
            manifest.revision = sqlite.copy_out(source, Path(folder), archive, bar(sqlite.weight(live)))
        archive.seal(manifest)
    return manifest


def _take_postgresql(path: Path, at: datetime, bar: Bar) -> Manifest:
    with Writing(path) as archive, postgresql.snapshot(db.engine, journal()) as (connection, position):
        manifest = _manifest(at, "postgresql", position)
        postgresql.copy_out(connection, archive, manifest, bar(postgresql.weight(connection)))
        archive.seal(manifest)
    return manifest


def _manifest(at: datetime, database: str, position: Position) -> Manifest:
    name = new_key()
    return Manifest(
        name=name,
        taken_at=at.isoformat(),
        database=database,
        revision="",
        journal_octets=position.octets,
        journal_digest=position.digest,
        suppression=links().digest(LIKENESS),
        link=links().sign(Purpose.STOP, name),
    )
