"""The command `outreach rights`: what is held on somebody, corrected, erased; and what was kept for long enough."""

import json
from collections.abc import Sequence
from typing import Final

import click

from outreach.console import json_option, report, with_app
from outreach.contacts.models import Contact
from outreach.database import now, transaction
from outreach.errors import Refusal
from outreach.rights import correcting, erasing, held, sweeping
from outreach.rights.person import Person, contacts_at, neighbours

FIELDS: Final = (
    *("given_name", "family_name", "role_label", "salutation", "street", "postal_code", "locality"),
    *("phone", "website", "notes", "language", "email"),
)


@click.group()
def rights() -> None:
    """What people may ask of us about themselves: to see, to correct, to erase."""


@rights.command("show")
@click.argument("address")
@json_option
@with_app
def show(address: str, as_json: bool) -> None:
    """Print everything that is held on an address: the persons who have it, and what is kept of nobody else.

    \b
    With --json: {"persons": [{"made_at", "controller", "addresses", "tables": {table: [{column: value}]},
                  "organisation", "files", "log", "displays"}]}

    \b
    Example:
      outreach rights show ada@association.example --json > copy.json
    """
    at, found = now(), _persons(address)
    copies = [json.loads(held.copy(person, at, confided=True)) for person in found]
    report({"persons": copies}, as_json, "\n\n".join(map(_in_words, found)) or "Nothing is held on this address.")


@rights.command("correct")
@click.argument("address")
@click.option("--set", "changes", multiple=True, metavar="FIELD=VALUE", help=f"One of {', '.join(FIELDS)}.")
@click.option("--contact", type=int, help="Which contact, where several have this address.")
@json_option
@with_app
def correct(address: str, changes: Sequence[str], contact: int | None, as_json: bool) -> None:
    """Correct what is held on the person at an address; what it was is kept in the contact's history.

    Setting `email` puts another address in place of ADDRESS.

    \b
    With --json: {"contact": number, "changed": [field]}

    \b
    Example:
      outreach rights correct ada@association.example --set family_name=Lovelace --set email=ada@lovelace.example
    """
    given = dict(_pair(one) for one in changes)
    with transaction():
        one = _one(address, contact)
        changed = correcting.correct(one, address, given, now())
    report({"contact": one.id, "changed": changed}, as_json, f"Changed: {', '.join(changed) or 'nothing'}.")


@rights.command("erase")
@click.argument("address")
@click.option("--contact", type=int, help="Only this contact, where several have this address.")
@click.option("--everybody", is_flag=True, help="Everybody who has this address.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@json_option
@with_app
def erase(address: str, contact: int | None, everybody: bool, yes: bool, as_json: bool) -> None:
    """Erase the person at an address: empties every column about them in every table, and keeps the rows.

    A keyed hash of the address stays, so that no import brings it back. Where others have the same address, say whom
    to erase: they stay, and so does their mailbox.

    \b
    With --json: {"erased": [contact], "stay": [contact]}

    \b
    Example:
      outreach rights erase ada@association.example --yes
    """
    people = list(contacts_at(address)) if everybody else [one for one in [_found(address, contact)] if one]
    if not yes:
        click.confirm(
            f"Erase {len(people)} contact(s) and all that is held on {address}? Nobody can undo it", abort=True
        )
    numbers = [one.id for one in people]
    looked = erasing.look_through(numbers, address)  # what was read for the question is let go with it
    with transaction():
        gone, stay = erasing.erase_several(numbers, address, now(), looked=looked)
    erasing.settle()
    words = f"Erased: {len(gone)}." + (f" Others keep this address: {len(stay)}." if stay else "")
    report({"erased": gone, "stay": stay}, as_json, words)


@rights.command("sweep")
@click.option("--dry-run", is_flag=True, help="Say what has passed its date, change nothing.")
@json_option
@with_app
def sweep(dry_run: bool, as_json: bool) -> None:
    """Empty what was kept for long enough: contacts, addresses, files received, details of past events, the log.

    The clock does it every day for what has been listed for thirty days; this command does it at once.

    \b
    With --json: {"contacts", "addresses", "files", "events", "log", "requests"}, numbers of each

    \b
    Example:
      outreach rights sweep --dry-run
    """
    due = sweeping.due(now()) if dry_run else _swept()
    told = "Has passed its date" if dry_run else "Emptied"
    lines = [f"{name:<10}{number:>9,}" for name, number in due.counts().items()]
    report(due.counts(), as_json, "\n".join([f"{told}:", *lines]))


def _swept() -> sweeping.Due:
    done = sweeping.Due()
    while True:
        with transaction():
            some = sweeping.sweep(now())
        done.add(some)
        if not some.more:
            erasing.settle()
            return done


def _persons(address: str) -> list[Person]:
    people = [Person.of_contact(one) for one in contacts_at(address)]
    return people or [one for one in [Person.of_address(address)] if held.sections(one)]


def _found(address: str, number: int | None) -> Contact | None:
    """The one contact meant; None where nobody in the directory has the address. Raises Refusal for several."""
    people = [one for one in contacts_at(address) if number in (None, one.id)]
    if len(people) > 1:
        names = ", ".join(f"{one.id} ({one.name})" for one in people)
        raise Refusal("Several have this address: %(names)s. Say which one.", names=names)
    if not people and number is not None:
        raise Refusal("Contact %(number)d does not have this address.", number=number)
    return people[0] if people else None


def _one(address: str, number: int | None) -> Contact:
    found = _found(address, number)
    if found is None:
        raise Refusal("Nobody in the directory has this address.")
    return found


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or name.strip() not in FIELDS:
        raise Refusal("Write FIELD=VALUE, with one of these fields: %(fields)s.", fields=", ".join(FIELDS))
    return name.strip(), value.strip()


def _in_words(person: Person) -> str:
    lines: list[str] = []
    for section in held.sections(person, confided=True):
        lines.append(f"{section.label} ({len(section.rows)})")
        lines += ("  " + "; ".join(f"{label}: {text}" for label, text in row) for row in section.shown)
    shared = neighbours(person.contacts, person.digests)
    lines += [f"The address {one.email} is also that of contact {one.contact_id}." for one in shared]
    return "\n".join(lines)
