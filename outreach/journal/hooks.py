"""Writes entries down together with the transaction that they are about: on the disk before its commit, or after it."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import event
from sqlalchemy.orm import Session

from outreach.database import db
from outreach.errors import N_
from outreach.journal.entries import Entry
from outreach.journal.files import Held, Unwritable, journal
from outreach.logs import log

CANNOT: Final = N_("The journal %(path)s cannot be written: nothing leaves until it can.")
_PENDING: Final = "outreach.journal.pending"
_HELD: Final = "outreach.journal.held"
_SILENT: Final = "outreach.journal.silent"


def enter(entry: Entry) -> None:
    """Keep this outside the database too, if this transaction is committed."""
    session = db.session()
    if not session.info.get(_SILENT):
        session.info.setdefault(_PENDING, []).append(entry)


@contextlib.contextmanager
def silently() -> Iterator[None]:
    """Enter nothing: what is done inside comes from the journal."""
    info = db.session().info
    info[_SILENT] = True
    try:
        yield
    finally:
        del info[_SILENT]


@event.listens_for(db.session, "before_commit")
def _before_commit(session: Session) -> None:
    """Flush first, so that after the lines only the commit itself can fail."""
    if not session.info.get(_PENDING) or session.in_nested_transaction():
        return
    session.flush()
    entries: list[Entry] = session.info.pop(_PENDING)
    if (held := _hold(entries)) is not None:
        session.info[_HELD] = held, [entry for entry in entries if not entry.ahead]
        _write(held, [entry for entry in entries if entry.ahead])


@event.listens_for(db.session, "after_commit")
def _after_commit(session: Session) -> None:
    held, entries = session.info.pop(_HELD, (None, ()))
    if held is not None:
        with held:
            _write(held, entries)


@event.listens_for(db.session, "after_rollback")
def _after_rollback(session: Session) -> None:
    """What a savepoint takes back is rare and small: its lines stay, rather than take those of all the rest along."""
    if session.in_nested_transaction():
        return
    session.info.pop(_PENDING, None)
    held, _entries = session.info.pop(_HELD, (None, ()))
    if held is not None:
        held.close()


def _hold(entries: Sequence[Entry]) -> Held | None:
    try:
        return Held(journal())
    except OSError as error:
        _complain(entries, error)
        return None


def _write(held: Held, entries: Sequence[Entry]) -> None:
    try:
        if entries:
            held.write(entries)
    except OSError as error:
        _complain(entries, error)


def _complain(entries: Sequence[Entry], error: OSError) -> None:
    """Somebody's wish is honoured all the same, and its line is owed; what must be written down first is refused."""
    log.error("the journal cannot be written", path=str(journal().path), reason=error.strerror or str(error))
    journal().owe(entry for entry in entries if not entry.needed)
    if any(entry.needed for entry in entries):
        raise Unwritable(CANNOT, path=journal().path) from error
