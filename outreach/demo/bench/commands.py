"""The command that measures the pages of recipients and their answers."""

from collections.abc import Mapping
from typing import Any

import click

from outreach.console import json_option, refuse, report
from outreach.demo.bench.web import measure
from outreach.errors import Refusal


@click.command("web")
@click.option("--connections", type=click.IntRange(1, 500), default=32, show_default=True, help="At the same time.")
@click.option(
    "--seconds", type=click.FloatRange(0.2, 600), default=3.0, show_default=True, help="Of each page, a round."
)
@click.option("--answers", type=click.IntRange(100, 100_000), default=3_000, show_default=True, help="First answers.")
@click.option(
    "--rate", type=click.FloatRange(1, 10_000), default=300.0, show_default=True, help="Of answers, a second."
)
@click.option(
    "--workers", type=click.IntRange(1, 16), default=1, show_default=True, help="Processes of the web server."
)
@json_option
def web(connections: int, seconds: float, answers: int, rate: float, workers: int, as_json: bool) -> None:
    """Ask for pages of recipients and for the image of a message, then answer, on SQLite.

    In each of five rounds, beside them: a view of the same application that only says hello, and a bare Flask that does
    the same on the same server. Ratios are medians over the rounds. Answers are sent at a steady rate, whatever the
    replies take; their milliseconds count from when each was due.

    \b
    Example:
      outreach bench web --seconds 1
    JSON: {"connections", "hello_per_second", "bare_per_second",
           "pages": {PAGE: {"per_second", "ratio" (to the view that says hello), "ratio_to_bare", "p99_ms",
                            "octets" (of the largest reply)}},
           "answers": {"replies", "errors", "seconds", "per_second", "p50_ms", "p99_ms", "slowest_ms", "octets"}}
    """
    try:
        found = measure(connections, seconds, answers, rate, workers).as_dict()
    except Refusal as refusal:
        refuse(str(refusal))
    report(found, as_json, _told(found))


def _told(found: Mapping[str, Any]) -> str:
    page = "  {}: {per_second:.0f} a second, {ratio:.2f} of hello, {ratio_to_bare:.2f} of a bare Flask"
    answers = "answers: {per_second:.0f} a second, {errors} errors of {replies}; half within {p50_ms:.0f} ms"
    hello = "{connections} connections: hello {hello_per_second:.0f} a second, a bare Flask {bare_per_second:.0f}"
    return "\n".join(
        [
            hello.format(**found),
            *(page.format(name, **figures) for name, figures in found["pages"].items()),
            f"{answers}, 99 of 100 within {{p99_ms:.0f}}".format(**found["answers"]),
        ]
    )
