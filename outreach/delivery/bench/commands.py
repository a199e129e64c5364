"""The command that measures how fast messages leave."""

import click

from outreach.console import json_option, refuse, report
from outreach.delivery.bench.campaign import measure
from outreach.delivery.bench.workers import measure as measure_workers
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


@bench.command("workers")
@click.option("--database", metavar="URL", required=True, help="An empty PostgreSQL database.")
@click.option("--workers", metavar="NUMBERS", default="1,2,4", show_default=True, help="How many, run by run.")
@click.option("--messages", type=click.IntRange(min=1), default=6_000, show_default=True, help="In each run.")
@click.option("--connections", type=click.IntRange(1, 200), default=40, show_default=True, help="Of each worker.")
@click.option("--delay", type=click.IntRange(0, 10_000), default=100, show_default=True, help="Milliseconds a command.")
@json_option
def workers(database: str, workers: str, messages: int, connections: int, delay: int, as_json: bool) -> None:
    """Send a campaign with one worker, with two, with four, to a relay on loopback that answers slowly.

    The relay waits before each reply, as one far away does. What counts is how throughput grows.

    \b
    Example:
      outreach bench workers --database postgresql+psycopg://outreach@localhost/bench
    JSON: [{"workers", "seconds", "per_second", "growth" (over the first run)}]
    """
    try:
        numbers = [int(number) for number in workers.split(",")]
        runs = measure_workers(numbers, messages, connections, delay / 1000, database)
    except ValueError:
        raise click.BadParameter("write numbers, separated by commas.", param_hint="--workers") from None
    except Refusal as refusal:
        refuse(str(refusal))
    lines = [f"{one.workers} workers: {one.per_second:.0f} messages a second ({one.growth:.2f} times)" for one in runs]
    report([one.as_dict() for one in runs], as_json, "\n".join(lines))
