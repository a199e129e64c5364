"""The command `outreach contacts duplicates`: compares whoever waits for it, and says what was found."""

import click

from outreach.console import json_option, report, with_app
from outreach.contacts.commands import contacts
from outreach.contacts.duplicates import queries
from outreach.contacts.duplicates.finding import look_through, start_over
from outreach.contacts.duplicates.queries import PairFilters
from outreach.database import db, transaction

SHOWN = 20


@contacts.command("duplicates")
@click.option("--all", "everybody", is_flag=True, help="Compare everybody again, not only who is new or has changed.")
@json_option
@with_app
def duplicates(everybody: bool, as_json: bool) -> None:
    """Look for contacts that are in the directory twice. Nothing is merged; the engine does the same by itself.

    \b
    Example:
      outreach contacts duplicates --all
    JSON: {"checked", "found" (new pairs), "open": {"exact", "almost_sure", "likely"},
           "pairs": [{"first", "second" (numbers of contacts), "score", "reasons": {sign: weight}}]}  the 20 most alike
    """
    if everybody:
        with transaction():
            start_over()
    done = look_through()
    counts, page = queries.counts(), queries.page(PairFilters(), SHOWN)
    pairs = [
        {"first": one.first_id, "second": one.second_id, "score": one.score / 100, "reasons": one.reasons}
        for one in page.pairs
    ]
    lines = [
        f"{done.checked:,} compared, {done.found:,} new pairs",
        *(f"{level:<12}{n:>8,}" for level, n in counts.items()),
    ]
    lines += [
        f"  {one.score / 100:.2f}  {one.first.name} ({one.first_id}) | {one.second.name} ({one.second_id})"
        for one in page.pairs
    ]
    db.session.rollback()
    told = {"checked": done.checked, "found": done.found, "open": {level.value: n for level, n in counts.items()}}
    report({**told, "pairs": pairs}, as_json, "\n".join(lines))
