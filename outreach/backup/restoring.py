"""Puts a backup back: checked whole before anything changes, and changed in one stroke."""

import contextlib
import fcntl
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from outreach import schema
from outreach.accounts.actions import record
from outreach.backup import aftermath, postgresql, replaying, revisions, sqlite
from outreach.backup.aftermath import Aftermath
from outreach.backup.archive import FromLater, Manifest, Reading
from outreach.backup.replaying import Replayed
from outreach.backup.taking import LIKENESS, Bar
from outreach.database import db, now, transaction
from outreach.errors import N_, BadLink, Refusal
from outreach.journal.entries import Restored, Standing, standing
from outreach.journal.files import Journal, Position, journal
from outreach.journal.hooks import enter
from outreach.links import Purpose, links
from outreach.presence import only_engine, place_of

WORKSPACE: Final = ".restoring-"
BUSY: Final = N_("Something is sending, or waits to: stop every engine, clock and worker first.")
At = Callable[[str], AbstractContextManager[object]]
"""Given the URL of another database, opens a block in which the application works on that one."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a restore came to."""

    manifest: Manifest
    whole_journal: bool
    """The journal goes on from where it was when the backup was taken: it is known what began since."""
    unread: int
    same_links: bool
    """Links in messages that were sent still open."""
    aftermath: Aftermath
    replayed: Replayed


class Elsewhere:
    """Journals of other machines, to be read besides our own."""

    def __init__(self, paths: tuple[Path, ...] = ()) -> None:
        self._others = [Journal(path) for path in paths]

    def read(self, manifest: Manifest) -> tuple[Standing, bool, int]:
        """What happened since the backup, whether all of it is known, and where our own journal ended.

        Only our own journal can be known to be whole. Of another, or of one that is not the same any more, everything
        is read: what the backup knows already changes nothing.
        """
        own = journal()
        whole = own.continues(Position(manifest.journal_octets, manifest.journal_digest)) and not self._others
        end = own.position().octets
        entries = [*own.read(manifest.journal_octets if whole else 0)]
        for other in self._others:
            entries += other.read()
        return standing(entries), whole, end


def check_fit(manifest: Manifest) -> None:
    """Refuse a backup of another kind of database, of a later version, or of another suppression key."""
    if manifest.database != db.engine.dialect.name:
        raise Refusal(
            "This backup is of %(theirs)s, and OUTREACH_DATABASE_URL names %(ours)s.",
            theirs=manifest.database,
            ours=db.engine.dialect.name,
        )
    if manifest.revision not in revisions.known():
        raise FromLater("This backup was made by a later version of Outreach: restore it with that.")
    if manifest.suppression != links().digest(LIKENESS):
        raise Refusal(
            "This backup was made under another OUTREACH_SUPPRESSION_KEY: with this one nobody who opted out, or was "
            "erased, would be known again. Set the key of that time."
        )


def is_empty() -> bool:
    """True when the database holds nothing that would be lost."""
    if db.engine.dialect.name == "sqlite" and not Path(db.engine.url.database or "").exists():
        return True
    try:
        with db.engine.connect() as connection:
            found = [name for name in postgresql.tables(connection) if name != "presence"]
            return not any(connection.scalar(text(f'SELECT EXISTS (SELECT 1 FROM "{name}")')) for name in found)
    except SQLAlchemyError:
        if db.engine.dialect.name == "sqlite":
            return False  # there is something, and it cannot be read
        raise


@contextlib.contextmanager
def nobody_sends(data_dir: Path) -> Iterator[None]:
    """Refuse while somebody sends, or might begin to; keeps this machine's engine out as long as the block lasts."""
    with only_engine(place_of(db.engine, data_dir)):
        if db.engine.dialect.name == "postgresql":
            with db.engine.connect() as connection:
                _check_locks(connection)
        else:
            _check_files(data_dir)
        yield


def _check_locks(connection: Connection) -> None:
    """Nobody sends from this PostgreSQL, on whatever machine."""
    held = text(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = "
        "(SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    if connection.scalar(held):
        raise Refusal(BUSY)


def _check_files(data_dir: Path) -> None:
    """Nobody sends from this SQLite database."""
    if any(_is_locked(path) for path in (place_of(db.engine, data_dir) / "senders").glob("*")):
        raise Refusal(BUSY)


def restore_sqlite(archive: Reading, others: Elsewhere, folder: Path, at: At, bar: Bar) -> Report:
    """Prepare the database apart, with all that has to change in it, then put it in place."""
    for left in folder.glob(f"{WORKSPACE}*"):
        shutil.rmtree(left)
    octets = archive.manifest.parts[sqlite.PART].octets
    told = bar(octets)
    with tempfile.TemporaryDirectory(dir=folder, prefix=WORKSPACE) as workspace:
        copied = Path(workspace) / sqlite.PART
        sqlite.extract(archive, copied)
        schema.migrate(f"sqlite:///{copied}")
        with at(f"sqlite:///{copied}"):
            report, end = _change(archive.manifest, others)
            db.session.remove()
            db.engine.dispose()
        db.session.remove()
        db.engine.dispose()
        _check_files(folder)  # somebody may have begun meanwhile, and has leased what is about to be replaced
        sqlite.put_back(copied, Path(db.engine.url.database or ""), told)
    with transaction():
        replaying.replay(standing(journal().read(end)), now())  # whatever was wished while this went on
        enter(Restored(now(), archive.manifest.name))
    return report


def restore_postgresql(archive: Reading, others: Elsewhere, bar: Bar) -> Report:
    """Empty the tables, fill them and change what has to change, in one transaction."""
    told = bar(sum(part.octets for part in archive.manifest.parts.values()))
    with transaction() as session:
        connection = session.connection()
        if inspect(connection).has_table(postgresql.REVISION):
            postgresql.clear(connection)
        revisions.bring(connection, archive.manifest.revision)
        postgresql.copy_back(connection, archive, told)
        revisions.bring(connection, revisions.known()[-1])
        report, _end = _change(archive.manifest, others, session_is_ours=True)
        enter(Restored(now(), archive.manifest.name))
        _check_locks(connection)  # whoever begins after this waits for our tables, and finds what was put back
    schema.migrate(db.engine.url.render_as_string(hide_password=False))  # the tables of the task engine, if need be
    return report


def _change(manifest: Manifest, others: Elsewhere, *, session_is_ours: bool = False) -> tuple[Report, int]:
    """What a database that was put back may no longer believe, changed in it."""
    found, whole, end = others.read(manifest)
    with contextlib.nullcontext() if session_is_ours else transaction():
        done = aftermath.apply(found, now(), whole=whole)
        replayed = replaying.replay(found, now())
        record("backup.restored")
    return Report(manifest, whole, found.unread, _opens(manifest), done, replayed), end


def _opens(manifest: Manifest) -> bool:
    try:
        return links().read(Purpose.STOP, manifest.link) == manifest.name
    except BadLink:
        return False


def _is_locked(path: Path) -> bool:
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
