"""The command that measures how reports are understood."""

from pathlib import Path

import click

from outreach.console import json_option, refuse, report
from outreach.delivery.bench.bounces import Found, measure
from outreach.errors import Refusal


@click.command("bounces")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@json_option
def bounces(folder: Path, as_json: bool) -> None:
    """Read a FOLDER of reports that were labelled by hand, and say how many are understood as labelled.

    The folder holds one table, *expected.csv, with the columns file, recipient_no, reason and hard_bounce (1 or 0), and
    the reports beside it or one folder further down. The reasons feedback, vacation and delivered are no bounces.
    Nothing is kept.

    \b
    Example:
      outreach bench bounces labelled/
    JSON: {"detected", "hard_found", "soft_called_hard", "others_flagged" (rates from 0 to 1), the same with "_of" (of
    how many), "ms_each", "wrong": [{"file", "label", "kind", "cause"}]}
    """
    try:
        found = measure(folder)
    except Refusal as refusal:
        refuse(str(refusal))
    report(found.as_dict(), as_json, _in_words(found))


def _in_words(found: Found) -> str:
    lines = [
        ("bounces detected", found.detected),
        ("hard ones found", found.hard_found),
        ("soft ones called hard", found.soft_called_hard),
        ("others taken for bounces", found.others_flagged),
    ]
    said = [f"{name}: {some} of {of} ({some / of:.1%})" for name, (some, of) in lines if of]
    return "\n".join([*said, f"{found.ms:.1f} ms for a report"])
