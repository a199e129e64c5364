"""The command that reads what came back."""

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import click
from flask import current_app
from sqlalchemy.exc import OperationalError

from outreach.console import refuse, with_app
from outreach.delivery.returns import intake, mailbox, sources
from outreach.delivery.returns.intake import Taken
from outreach.delivery.returns.outcomes import Kind, Outcome
from outreach.delivery.returns.sources import Found
from outreach.logs import log

LATER: Final = 75
"""EX_TEMPFAIL of sysexits: a mail server keeps the report and comes back with it."""
PIPE: Final = "-"


@click.group()
def bounces() -> None:
    """What comes back: bounces, complaints, absences."""


@bounces.command("read")
@click.argument("files", nargs=-1, metavar="[FILE...|-]")
@click.option("--imap", "url", metavar="URL", default="", help="A mailbox, such as imaps://user:password@host/INBOX.")
@click.option("--dry-run", is_flag=True, help="Say what they are; keep nothing and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON for each outcome.")
def read(files: tuple[str, ...], url: str, dry_run: bool, as_json: bool) -> None:
    """Read reports from files, from a mailbox, or one from standard input, and do what follows.

    A FILE is one mail, an mbox, a Maildir or a folder of these. A report names its message by a sealed address, so what
    is forged, or not about us, changes nothing; nor does the same report read twice. A message that was returned is
    marked so, an address that does not exist is written to no more, a complaint stops everything.

    As a pipe of a mail server: exit status 75 whenever the report could not be kept, so that it is tried again.

    \b
    Examples:
      outreach bounces read returned.eml Maildir/ --dry-run
      outreach bounces read --imap imaps://bounces:secret@mail.ville.example/INBOX
      outreach bounces read -
    JSON, one line for each outcome: {"file", "recipient", "kind": "bounce|delay|complaint|auto_reply|other",
    "permanent": true|false, "status": "5.1.1", "reason", "effect": "returned|stopped|noted|waiting|already known|
    not about us", or null with --dry-run and for what could not be read}. A wish to stop sent by mail is a complaint.
    """
    if (PIPE in files and len(files) > 1) or (files and url):
        raise click.UsageError("Give files, or - for standard input, or --imap: one of the three.")
    try:
        _read(files, url, dry_run, as_json)
    except click.exceptions.Exit as ending:
        if ending.exit_code and PIPE in files:
            raise click.exceptions.Exit(LATER) from ending
        raise
    except Exception:
        if PIPE not in files:
            raise
        log.exception("a report could not be taken from a pipe")
        raise click.exceptions.Exit(LATER) from None


@with_app
def _read(files: tuple[str, ...], url: str, dry_run: bool, as_json: bool) -> None:
    teller = Teller(as_json)
    take = intake.look if dry_run else intake.take
    try:
        if files:
            for found in _given(files, teller):
                teller.tell(found, take(found))
        else:
            _from_mailbox(url or current_app.config["BOUNCES_IMAP_URL"], take, teller, dry_run=dry_run)
        if not dry_run:
            intake.follow_up()
    except intake.AWAY as fault:
        click.echo(f"The database cannot be used: {_first_line(fault)}. Nothing is lost: read again later.", err=True)
        raise click.exceptions.Exit(LATER) from fault
    teller.conclude()


def _from_mailbox(url: str, take: Callable[[Found], Taken], teller: "Teller", *, dry_run: bool) -> None:
    if not url:
        raise click.UsageError("Name files, - or --imap URL, or set OUTREACH_BOUNCES_IMAP_URL.")
    place = mailbox.parse_place(url, loopback_only=current_app.config["LOOPBACK_ONLY"])
    try:
        with mailbox.opened(place) as box:
            for letter in box.unread():
                taken = take(letter.found)
                teller.tell(letter.found, taken)
                if not dry_run:
                    box.put_away(letter, sound=taken.sound)
    except mailbox.Unreachable as reason:
        refuse(str(reason))


def _given(files: Iterable[str], teller: "Teller") -> Iterator[Found]:
    if PIPE in files:
        yield sources.in_pipe(sys.stdin.buffer)
        return
    for name in files:
        try:
            yield from sources.in_files([Path(name)])
        except OSError as error:
            teller.miss(f"{name} cannot be read: {error.strerror}.")


class Teller:
    """Says what was read, outcome by outcome; and in the end how many, unless for machines."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._kinds: Counter[str] = Counter()
        self._effects: Counter[str] = Counter()
        self._missed = 0

    def tell(self, found: Found, taken: Taken) -> None:
        """One line for each outcome."""
        for outcome in taken.outcomes:
            values = {**_values(found.place, outcome), "effect": taken.effect}
            self._kinds[values["kind"]] += 1
            click.echo(json.dumps(values, ensure_ascii=False) if self._as_json else _line(values))
        self._effects.update([taken.effect] if taken.effect else [])
        self._missed += not taken.sound

    def miss(self, sentence: str) -> None:
        """A file that is not there, or not for us."""
        click.echo(sentence, err=True)
        self._missed += 1

    def conclude(self) -> None:
        """The counts; status 1 when something could not be read."""
        if not self._as_json:
            click.echo("; ".join(filter(None, map(_counted, (self._kinds, self._effects)))) or "Nothing.")
        if self._missed:
            raise click.exceptions.Exit(1)


def _values(place: str, outcome: Outcome) -> dict[str, Any]:
    kind = Kind.COMPLAINT if outcome.kind is Kind.STOP else outcome.kind
    return {
        "file": os.fsencode(place).decode(errors="replace"),
        "recipient": outcome.recipient,
        "kind": kind.value,
        "permanent": outcome.permanent,
        "status": outcome.status,
        "reason": outcome.reason,
    }


def _line(values: dict[str, Any]) -> str:
    lasting = " (permanent)" if values["permanent"] else ""
    effect = f", {values['effect']}" if values["effect"] else ""
    said = " ".join(filter(None, (values["recipient"], values["status"], values["reason"][:100])))
    return f"{values['file']}: {values['kind']}{lasting}{effect}: {said}"


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))


def _first_line(fault: BaseException) -> str:
    return str(fault.orig if isinstance(fault, OperationalError) else fault).splitlines()[0]
