"""The commands that keep the data: one into a file, one back from it."""

import contextlib
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

import click
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from outreach.accounts.actions import record
from outreach.app import create_app
from outreach.backup import restoring, taking
from outreach.backup.archive import Reading, Told
from outreach.backup.restoring import Elsewhere, Report
from outreach.backup.taking import Bar
from outreach.console import json_option, refuse, report, spoken, with_app
from outreach.database import now, transaction

FILE: Final = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=FILE, required=False)
@json_option
@with_app
def backup(file: Path | None, as_json: bool) -> None:
    """Write all of the data to one FILE, while everything goes on.

    The file holds PERSONAL DATA: every name, address and answer. Only its owner can read it; keep it so, on another
    machine, and no longer than the data itself. It holds no key: keep OUTREACH_SECRET_KEYS and OUTREACH_SUPPRESSION_KEY
    apart, and the journal too (OUTREACH_JOURNAL): it grows by what happens after the backup.

    Without FILE it is named after the instant, in the folder `backups` of OUTREACH_DATA_DIR.

    \b
    Examples:
      outreach backup
      outreach backup /mnt/elsewhere/outreach-monday.zip --json
    JSON: {"file", "octets", "taken_at", "database", "revision"}
    """
    at = now()
    config = current_app.extensions["outreach.config"]
    path = file or config.data_dir / "backups" / f"outreach-{at:%Y%m%dT%H%M%SZ}.zip"
    with _faults(), _bar("Copying", as_json) as bar:
        manifest = taking.take(path, at, bar)
        with transaction():
            record("backup.taken")
    size = path.stat().st_size
    told = {"taken_at": manifest.taken_at, "database": manifest.database, "revision": manifest.revision}
    values = {"file": str(path), "octets": size, **told}
    report(values, as_json, f"{path} holds everything ({size / 1e6:.1f} MB), personal data included.")


@click.command()
@click.argument("file", type=FILE)
@click.option(
    "--replace", "--yes", "replacing", is_flag=True, help="Put it in the place of what the database holds now."
)
@click.option(
    "--journal", "journals", type=FILE, multiple=True, help="The journal of another machine; may be repeated."
)
@json_option
@with_app
def restore(file: Path, replacing: bool, journals: tuple[Path, ...], as_json: bool) -> None:
    """Put a backup back, and write to nobody twice.

    Nothing changes unless the whole file is sound and nobody sends. Then every running campaign is paused. What had not
    ended of the batches that had begun, then or since, is in doubt: a person decides. Opt-outs, complaints and erasures
    made since the backup are done again from the journal, and staff sign in anew. Batches that never began stay queued.

    Where the journal is lost, or messages left from several machines, every batch that was due by now is in doubt.

    \b
    Examples:
      outreach restore var/backups/outreach-20270111T060000Z.zip
      outreach restore monday.zip --replace --journal worker-2/journal.jsonl
    JSON: {"taken_at", "revision", "journal": "whole|not known to be whole", "unread", "same_links", "paused", "ended",
    "in_doubt", "signed_out", "suppressed", "lifted", "counted", "erased"}
    """
    config = current_app.extensions["outreach.config"]
    with _faults(), Reading(file) as archive:
        restoring.check_fit(archive.manifest)
        if not replacing and not restoring.is_empty():
            refuse("The database is not empty: take a backup of it, then say --replace to put this one in its place.")
        with restoring.nobody_sends(config.data_dir), _bar("Putting back", as_json) as bar:
            done = _put_back(archive, Elsewhere(journals), config, bar)
    report(_values(done), as_json, "\n".join(_sentences(done)))


def _put_back(archive: Reading, others: Elsewhere, config: Any, bar: Bar) -> Report:
    if archive.manifest.database == "postgresql":
        return restoring.restore_postgresql(archive, others, bar)

    @contextlib.contextmanager
    def at(url: str) -> Iterator[None]:
        elsewhere = create_app(replace(config, database_url=url, journal=str(config.journal_file)))
        with elsewhere.app_context():
            yield

    return restoring.restore_sqlite(archive, others, config.data_dir, at, bar)


def _values(done: Report) -> dict[str, Any]:
    return {
        "taken_at": done.manifest.taken_at,
        "revision": done.manifest.revision,
        "journal": "whole" if done.whole_journal else "not known to be whole",
        "unread": done.unread,
        "same_links": done.same_links,
        **asdict(done.aftermath),
        **asdict(done.replayed),
    }


def _sentences(done: Report) -> Iterator[str]:
    after, again = done.aftermath, done.replayed
    yield f"The database is that of {spoken(done.manifest.at)}."
    yield f"Campaigns paused: {after.paused}; messages and notices in doubt: {after.in_doubt}. Decide, then resume."
    if after.ended:
        yield f"{after.ended} drafts were ended: they began to leave after the backup, to people it does not know."
    yield f"From the journal: {again.suppressed} wishes not to be written to, {again.lifted} taken back."
    yield f"Contacts erased since, and erased again: {again.erased}."
    yield f"Sessions of staff ended: {after.signed_out}. Accounts are as they were then: look them through."
    if not done.whole_journal:
        yield "The journal is not known to be whole: batches that were due by now are in doubt, wishes may be missing."
    if done.unread:
        yield f"{done.unread} lines of the journal could not be read."
    if not done.same_links:
        yield "Links in messages sent before do not open: add the key of that time to OUTREACH_SECRET_KEYS."


@contextlib.contextmanager
def _faults() -> Iterator[None]:
    """What a disk or a database says, as a sentence."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        refuse(f"It could not be done, and nothing was changed: {getattr(error, 'strerror', None) or error}.")
    except SQLAlchemyError as error:
        refuse(f"The database cannot be used: {str(getattr(error, 'orig', error)).splitlines()[0]}.")


@contextlib.contextmanager
def _bar(label: str, as_json: bool) -> Iterator[Bar]:
    """Progress on a terminal; silence elsewhere."""
    with contextlib.ExitStack() as shown:

        def bar(octets: int) -> Told:
            if as_json or not sys.stderr.isatty():
                return lambda _octets: None
            drawn = shown.enter_context(click.progressbar(length=octets, label=label, file=sys.stderr))
            update: Callable[[int], object] = drawn.update
            return update

        yield bar
