"""The command that measures how fast messages leave."""

import click

from outreach.console import json_option, refuse, report
from outreach.delivery.bench.campaign import measure
from outreach.errors import Refusal


@click.group()
def bench() -> None:
    """Measure the service on this machine; nothing of the installation is touched."""


@bench.command("send")
@click.option("--messages", type=click.IntRange(min=1), default=20_000, show_default=True, help="How many.")
@click.option("--connections", type=click.IntRange(1, 200), default=20, show_default=True, help="To the relay.")
@click.option("--database", metavar="URL", default="", help="An empty database, instead of a temporary SQLite file.")
@json_option
def send(messages: int, connections: int, database: str, as_json: bool) -> None:
    """Send a campaign of personal messages of 25 kB to Postfix's smtp-sink, from queued to recorded.

    Before and after, Postfix's smtp-source sends messages of that size to the same sink, and the ratio is printed. Both
    programs come with Debian's package postfix; no relay is used and nothing leaves this machine.

    \b
    Example:
      outreach bench send --messages 2000
    JSON: {"messages", "per_second", "ratio_to_smtp_source", "cpu_us" (for one message), "peak_mb"}
    """
    try:
        found = measure(messages, connections, database).as_dict()
    except Refusal as refusal:
        refuse(str(refusal))
    ratio = found["ratio_to_smtp_source"]
    beside = f"{ratio} of smtp-source" if ratio is not None else "smtp-source is not installed"
    words = f"{found['messages']} messages, {found['per_second']} a second ({beside}), "
    report(found, as_json, f"{words}{found['cpu_us']} us of processor each, {found['peak_mb']} MB at most.")
