"""The command that measures how fast messages leave."""

from collections.abc import Mapping
from typing import Any

import click

from outreach.console import json_option, refuse, report
from outreach.database import Unavailable
from outreach.delivery.bench.beside import measure as measure_beside
from outreach.delivery.bench.comparison import compare, grow
from outreach.delivery.bench.cost import measure as measure_cost
from outreach.delivery.bench.planning import measure as measure_planning
from outreach.delivery.bench.stopping import measure as measure_stopping
from outreach.delivery.bench.workers import measure as measure_workers
from outreach.errors import Refusal


@click.command("send")
@click.option("--messages", type=click.IntRange(min=1), default=20_000, show_default=True, help="How many.")
@click.option("--connections", type=click.IntRange(1, 200), default=20, show_default=True, help="To the relay.")
@click.option("--database", metavar="URL", default="", help="An empty database, instead of a temporary SQLite file.")
@json_option
def send(messages: int, connections: int, database: str, as_json: bool) -> None:
    """Send campaigns of personal messages of 25 kB to Postfix's smtp-sink, from queued to recorded.

    Five times by turns with Postfix's smtp-source, which sends as many of that size to the same sink; the median of the
    five ratios is printed, with the rates of Flask-Mail's own loop and of smtplib. Postfix's programs come with
    Debian's package postfix; no relay is used and nothing leaves this machine.

    \b
    Example:
      outreach bench send --messages 2000
    JSON: {"messages", "per_second", "ratio_to_smtp_source", "cpu_us" (for one message), "peak_mb", "connections",
           "database", "ratios" (of each pair), "smtp_source_per_second", "flask_mail_per_second", "smtplib_per_second"}
    """
    try:
        found = compare(messages, connections, database).as_dict()
    except Refusal as refusal:
        refuse(str(refusal))
    report(found, as_json, _told(found))


def _told(found: Mapping[str, Any]) -> str:
    lines = [
        f"{found['messages']} messages over {found['connections']} connections, {found['database']}:",
        f"  {found['per_second']:.0f} a second, {found['cpu_us']:.0f} us of processor each",
        f"  {found['peak_mb']:.0f} MB of memory at most",
        f"  Flask-Mail's own loop: {found['flask_mail_per_second']:.0f} a second",
        f"  smtplib's loop: {found['smtplib_per_second']:.0f} a second",
    ]
    if found["ratio_to_smtp_source"] is None:
        return "\n".join([*lines, "  smtp-source is not installed"])
    pairs = ", ".join(f"{ratio:.2f}" for ratio in found["ratios"])
    source = f"{found['smtp_source_per_second']:.0f} a second; ratio {found['ratio_to_smtp_source']:.2f} of {pairs}"
    return "\n".join([*lines, f"  smtp-source: {source}"])


@click.command("connections")
@click.option("--numbers", metavar="NUMBERS", default="5,10,20,40,80", show_default=True, help="How many, run by run.")
@click.option("--delay", type=click.IntRange(0, 10_000), default=100, show_default=True, help="Milliseconds a command.")
@click.option("--database", metavar="URL", default="", help="An empty database, instead of a temporary SQLite file.")
@json_option
def connections(numbers: str, delay: int, database: str, as_json: bool) -> None:
    """Send over few connections, then over more, to a relay on loopback that waits before each reply.

    As one far away does. What counts is that throughput grows as the connections do, until the processor is busy.

    \b
    Example:
      outreach bench connections --numbers 10,20,40
    JSON: [{"connections", "per_second", "growth" (over the first run), "cpu_us" (for one message)}]
    """
    try:
        chosen = [int(number) for number in numbers.split(",")]
    except ValueError as error:
        raise click.BadParameter("numbers with commas between them", param_hint="--numbers") from error
    try:
        runs = [run.as_dict() for run in grow(chosen, delay / 1000, database)]
    except Refusal as refusal:
        refuse(str(refusal))
    lines = [f"{run['connections']} connections: {run['per_second']} a second, {run['growth']} times" for run in runs]
    report(runs, as_json, "\n".join(lines))


@click.command("workers")
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
    except Unavailable as fault:
        refuse(f"The database cannot be used: {str(fault).splitlines()[0]}")
    except Refusal as refusal:
        refuse(str(refusal))
    lines = [f"{one.workers} workers: {one.per_second:.0f} messages a second ({one.growth:.2f} times)" for one in runs]
    report([one.as_dict() for one in runs], as_json, "\n".join(lines))


@click.command("stop")
@click.option("--messages", type=click.IntRange(min=100), default=10_000, show_default=True, help="In the campaign.")
@click.option("--connections", type=click.IntRange(1, 200), default=20, show_default=True, help="Of all senders.")
@click.option("--database", metavar="URL", default="", help="An empty PostgreSQL database, for two workers as well.")
@json_option
def stop(messages: int, connections: int, database: str, as_json: bool) -> None:
    """Stop everything while a campaign leaves at full speed, and look for the last message that a relay still takes.

    From the commit of the stop to that message, and how many there were after it: at most one for each connection.

    \b
    Example:
      outreach bench stop --database postgresql+psycopg://outreach@localhost/bench
    JSON: [{"database", "workers" (0: the engine sends), "connections", "per_second", "pressed_ms" (until its
           commit), "last_ms" (from there to the last message), "after" (messages accepted after it)}]
    """
    try:
        stops = [one.as_dict() for one in measure_stopping(messages, connections, database)]
    except Refusal as refusal:
        refuse(str(refusal))
    lines = [
        f"{one['database']}, {one['workers'] or 'no'} workers, {one['per_second']:.0f} a second: committed after "
        f"{one['pressed_ms']:.0f} ms; {one['after']} of {one['connections']} connections took one more, "
        f"the last {one['last_ms']:.0f} ms later"
        for one in stops
    ]
    report(stops, as_json, "\n".join(lines))


@click.command("plan")
@click.option("--messages", type=click.IntRange(min=1), default=100_000, show_default=True, help="How many.")
@click.option("--batch-size", type=click.IntRange(1, 1_000_000), default=200, show_default=True, help="Of each batch.")
@click.option("--database", metavar="URL", default="", help="An empty database, instead of a temporary SQLite file.")
@json_option
def plan(messages: int, batch_size: int, database: str, as_json: bool) -> None:
    """Sign off and launch a campaign to invented people, from its audience to a row for each message.

    Beside it, what a plain INSERT ... SELECT of the rows it made takes, into tables with the same keys and indexes.

    \b
    Example:
      outreach bench plan --messages 1000000
    JSON: {"messages", "batches", "database", "read_seconds" (the list of recipients), "sign_off_seconds",
           "launch_seconds", "bare_copy_seconds" (without keys and indexes), "plain_copy_seconds",
           "ratio_to_plain_copy" (of the first three), "filled_mb" (before), "peak_mb"}
    """
    try:
        found = measure_planning(messages, batch_size, database).as_dict()
    except Refusal as refusal:
        refuse(str(refusal))
    lines = [
        f"{found['messages']} messages in {found['batches']} batches, {found['database']}:",
        f"  {found['read_seconds']:.1f} s to read the list, {found['sign_off_seconds']:.1f} s to sign off",
        f"  {found['launch_seconds']:.1f} s to launch; {found['ratio_to_plain_copy']:.1f} times a plain copy in all",
        f"  a plain copy: {found['plain_copy_seconds']:.1f} s; bare of indexes {found['bare_copy_seconds']:.1f} s",
        f"  {found['peak_mb']:.0f} MB of memory at most, {found['filled_mb']:.0f} before",
    ]
    report(found, as_json, "\n".join(lines))


@click.command("beside")
@click.option("--messages", type=click.IntRange(min=1), default=20_000, show_default=True, help="Of the campaign.")
@click.option("--readers", type=click.IntRange(1, 100), default=6, show_default=True, help="At the same time.")
@click.option("--pause", type=click.IntRange(0, 60_000), default=20, show_default=True, help="Milliseconds of each.")
@click.option("--seconds", type=click.IntRange(1, 600), default=8, show_default=True, help="Of reading, before.")
@click.option("--connections", type=click.IntRange(1, 200), default=20, show_default=True, help="To the relay.")
@json_option
def beside(messages: int, readers: int, pause: int, seconds: int, connections: int, as_json: bool) -> None:
    """Read pages of invitations from `outreach serve` while nothing is sent, then while a campaign leaves.

    The web server, the engine, SQLite and Postfix's smtp-sink are all on this machine, and so are the readers: each
    reads a page, pauses, and reads the next one.

    \b
    Example:
      outreach bench beside --readers 8
    JSON: {"readers", "idle" and "sending": {"pages", "per_second", "p50_ms", "p99_ms", "slowest_ms"}, "p99_ratio",
           "sent_per_second"}
    """
    try:
        found = measure_beside(messages, readers, pause / 1000, seconds, connections).as_dict()
    except Refusal as refusal:
        refuse(str(refusal))
    told = "{}: {per_second:.0f} pages a second, half within {p50_ms:.1f} ms, 99 of 100 within {p99_ms:.1f} ms"
    lines = [
        told.format("nothing is sent", **found["idle"]),
        told.format(f"{found['sent_per_second']:.0f} messages a second leave", **found["sending"]),
        f"p99: {found['p99_ratio']:.2f} times",
    ]
    report(found, as_json, "\n".join(lines))


@click.command("cost")
@click.option("--messages", type=click.IntRange(min=1), default=10_000, show_default=True, help="How many.")
@click.option("--connections", type=click.IntRange(1, 200), default=20, show_default=True, help="To the relay.")
@click.option("--database", metavar="URL", default="", help="An empty database, instead of a temporary SQLite file.")
@json_option
def cost(messages: int, connections: int, database: str, as_json: bool) -> None:
    """Weigh what a message costs the database: octets of its rows, octets of the write-ahead log, commits.

    \b
    Example:
      outreach bench cost --database postgresql+psycopg://outreach@localhost/bench
    JSON: {"messages", "database", "connections", "planned_rows", "planned_log", "sent_rows" (beyond the planned),
           "sent_log" (octets for each message), "commits_per_thousand" (messages, while they are sent)}
    """
    try:
        found = measure_cost(messages, connections, database).as_dict()
    except Refusal as refusal:
        refuse(str(refusal))
    lines = [
        f"{found['messages']} messages over {found['connections']} connections, {found['database']}; for each of them:",
        f"  planned: {found['planned_rows']:.0f} octets of rows and indexes, {found['planned_log']:.0f} of log",
        f"  sent: {found['sent_rows']:.0f} more of rows, {found['sent_log']:.0f} of log",
        f"  {found['commits_per_thousand']:.0f} commits for a thousand of them",
    ]
    report(found, as_json, "\n".join(lines))
