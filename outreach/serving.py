"""The service as one command: a small supervisor over the web server and the engine, and the engine by itself."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click
from flask import Flask

from outreach import clock, worker
from outreach.console import refuse, with_app
from outreach.dashboard.health_queries import readiness
from outreach.database import db
from outreach.engine import Queue, task_engine
from outreach.errors import Refusal
from outreach.logs import log
from outreach.presence import only_engine, place_of

THREADS: Final = 6
"""Of one web process; each may hold two connections to the database."""
STEADY: Final = 60.0
"""Seconds after which a process that dies is started again at once."""
LONGEST_BACK_OFF: Final = 30.0
START_OF_A_DATABASE: Final = 30.0
"""Seconds for which we await a database that starts beside us, as after a power cut."""
PATIENCE: Final = 150.0
"""Seconds that a process has to finish what it has in hand; a sender awaits the relay for `Timeouts.leaving` of them.

Less than systemd gives us (TimeoutStopSec in deploy/outreach.service).
"""
_GLANCE: Final = 0.2
_DIE_WITH_PARENT: Final = 1


@dataclass(frozen=True, slots=True)
class Program:
    """A process that should always be there. `environment` is all it sees; None: what we see. `log`: what it says."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] | None = None
    log: Path | None = None


class Kept:
    """One program kept running, in a process group of its own so that nothing of it stays behind."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        self._deaths = 0
        self._started = 0.0
        self._not_before = 0.0

    def look(self, at: float) -> None:
        """Start it when it is not there and its back-off is over."""
        if self._process is None:
            if at >= self._not_before:
                self._start(at)
        elif (status := self._process.poll()) is not None:
            self._signal(signal.SIGKILL)  # what it may have left of its group
            self._process = None
            self._deaths = 0 if at - self._started >= STEADY else self._deaths + 1
            pause = min(2.0 ** (self._deaths - 1), LONGEST_BACK_OFF) if self._deaths else 0.0
            self._not_before = at + pause
            log.error("a process died", process=self._program.name, status=status, again_in=pause)

    def ask_to_stop(self) -> None:
        """Tell the whole group to finish."""
        self._signal(signal.SIGTERM)

    def await_stop(self, until: float) -> None:
        """Wait for its end, and make it the end when it takes too long."""
        if self._process is None:
            return
        try:
            self._process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.error("a process did not stop", process=self._program.name)
        self._signal(signal.SIGKILL)
        self._process.wait()
        self._process = None

    def _start(self, at: float) -> None:
        self._started = at
        with contextlib.ExitStack() as opened:
            output = opened.enter_context(self._program.log.open("ab")) if self._program.log else None
            self._process = subprocess.Popen(  # noqa: S603 - commands of our own
                list(self._program.command),
                env=self._program.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - before any thread
            )

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)


def _die_with_parent() -> None:
    """Ask Linux to end this process when the supervisor is killed without having had time to say so."""
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGTERM)


def supervise(programs: Sequence[Program], over: threading.Event, looks: Callable[[], None] = lambda: None) -> None:
    """Keep these programs running until `over` is set, then stop them all. `looks` is called at every look."""
    kept = [Kept(program) for program in programs]
    try:
        while not over.wait(_GLANCE):
            for one in kept:
                one.look(time.monotonic())
            looks()
    finally:
        for one in kept:
            one.ask_to_stop()
        until = time.monotonic() + PATIENCE
        for one in kept:
            one.await_stop(until)


def web_server(
    host: str, port: int, workers: int, target: str = "wsgi:app", environment: Mapping[str, str] | None = None
) -> Program:
    """The web server of the application that `target` names."""
    listen = ["--host", host, "--port", str(port), "--workers", str(workers)]
    ways = ["--interface", "wsgi", "--blocking-threads", str(THREADS), "--respawn-failed-workers"]
    quiet = ["--log-level", "error", "--workers-kill-timeout", "10"]
    return Program("web", [sys.executable, "-m", "granian", *ways, *listen, *quiet, target], environment)


def our_command(name: str, *arguments: str, environment: Mapping[str, str] | None = None) -> Program:
    """A command of ours in a process of its own."""
    return Program(name, [sys.executable, "-m", "outreach.cli", *arguments], environment)


def check_place(host: str, port: int, folder: Path) -> None:
    """Refuse to start where something else listens, or beside another engine."""
    with only_engine(folder):
        pass
    check_port(host, port)


def check_port(host: str, port: int) -> None:
    """Refuse to start where something else listens."""
    if not port_is_free(host, port):
        raise Refusal(
            "Something else already listens on %(host)s, port %(port)d: stop it, or choose another port.",
            host=host,
            port=port,
        )


def port_is_free(host: str, port: int) -> bool:
    """True when a server could listen there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def check_database(over: threading.Event) -> None:
    """Await a database that is starting; raise Refusal for one that does not, or is not at our revision."""
    end = time.monotonic() + START_OF_A_DATABASE
    database, revision = readiness()
    if database != "ok":
        log.warning("the database does not answer yet", seconds=START_OF_A_DATABASE)
    while database != "ok" and time.monotonic() < end and not over.wait(_GLANCE):
        database, revision = readiness()
    db.session.remove()  # a read left open would keep SQLite from tidying its journal
    if database != "ok":
        raise Refusal("The database cannot be reached.")
    if revision != "ok":
        raise Refusal("The database is not at the version of this program: run outreach db upgrade.")


@click.command("serve")
@with_app
def serve() -> None:
    """Run the service: the web server and the engine, until Ctrl-C or SIGTERM.

    Each is started again when it dies. Settings come from the environment; the README lists them. With
    OUTREACH_ENGINE=procrastinate it runs the web server alone: `outreach worker` sends, `outreach clock` calls.

    \b
    Example:
      outreach serve
    """
    app = click.get_current_context().obj()
    config = app.extensions["outreach.config"]
    over = threading.Event()
    clock.stop_on_signals(over)
    check_database(over)
    programs = [web_server(config.host, config.port, config.web_workers)]
    if task_engine().calls_workers:
        check_port(config.host, config.port)
    else:
        check_place(config.host, config.port, place_of(db.engine, config.data_dir))
        programs.append(our_command("engine", "clock"))
    click.echo(f"Serving {config.base_url} on {config.host}, port {config.port}. Ctrl-C stops.")
    supervise(programs, over)
    click.echo("Stopped.")


@click.command("clock")
def clock_() -> None:
    """Run the engine alone: the clock and the sender, until Ctrl-C or SIGTERM.

    For those who run the web server by themselves. One engine for each installation: a second one is refused. On
    PostgreSQL there is one for the database: others stand by, on any machine, and one takes over when it dies. With
    OUTREACH_ENGINE=procrastinate it sends nothing itself: it calls the workers.

    \b
    Example:
      outreach clock
    """
    _run_until_told(clock.run)


@click.command("worker")
@click.option(
    "--concurrency", type=click.IntRange(1, 10), default=1, show_default=True, help="Senders in this process."
)
@click.option("--queues", metavar="NAMES", default="", help="Do only these jobs: notices, messages, or both.")
def worker_(concurrency: int, queues: str) -> None:
    """Send what the queues call for, beside any number of other workers, until Ctrl-C or SIGTERM.

    For OUTREACH_ENGINE=procrastinate. All senders together open up to OUTREACH_CONNECTIONS connections to the relay,
    each an equal part. A process uses one core, so start one for each core rather than raise --concurrency, which is
    for relays that answer slowly. Stopping it awaits what is on the wire and gives back the rest. Comes back by itself
    when PostgreSQL was restarted.

    \b
    Examples:
      outreach worker
      outreach worker --queues notices
    """
    chosen = _queues(queues)
    _run_until_told(lambda app, over: worker.run(app, chosen, concurrency, over))


def _queues(names: str) -> list[Queue]:
    try:
        return [Queue(name.strip()) for name in names.split(",") if name.strip()]
    except ValueError:
        raise click.BadParameter(f"there are only these: {', '.join(Queue)}.", param_hint="--queues") from None


def _run_until_told(work: Callable[[Flask, threading.Event], None]) -> None:
    """Work on a database of this version until a signal says that it is over."""
    app: Flask = click.get_current_context().obj()
    over = threading.Event()
    clock.stop_on_signals(over)
    try:
        with app.app_context():
            check_database(over)
        work(app, over)
    except Refusal as refusal:
        refuse(str(refusal))
