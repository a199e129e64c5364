"""The command `outreach demo`: everything on this machine, with invented people."""

import contextlib
import http.client
import threading
from dataclasses import replace
from pathlib import Path

import click
from flask import Flask

from config import Config
from outreach import clock
from outreach.accounts.passwords import digest
from outreach.accounts.queries import find_user
from outreach.app import create_app
from outreach.campaigns import actions as campaigns
from outreach.campaigns import queries
from outreach.campaigns.commands import create_from_file
from outreach.campaigns.models import CampaignState
from outreach.console import refuse
from outreach.database import db, now, transaction
from outreach.delivery import launching
from outreach.demo.actions import CONGRESS, bring_in, furnish
from outreach.demo.catcher import catching
from outreach.demo.directory import files
from outreach.demo.inbox import Inbox
from outreach.demo.opening import first_batch, free_port, welcome
from outreach.demo.place import FOLDER, HOST, SIGNER, Kept, Place
from outreach.demo.simulation import Simulation, simulated, simulating
from outreach.errors import Refusal
from outreach.presence import only_engine
from outreach.schema import migrate
from outreach.serving import Program, check_place, our_command, supervise, web_server


@click.group(invoke_without_command=True)
@click.option("--no-simulation", is_flag=True, help="Let nobody answer by itself: all the answers are yours.")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Of the web server. By default 8000, or the one used before."
)
@click.option("--reset", is_flag=True, help="Forget what was done in the demonstration, and start afresh.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=FOLDER,
    show_default=True,
    help="Where the demonstration is kept.",
)
@click.pass_context
def demo(context: click.Context, no_simulation: bool, port: int | None, reset: bool, folder: Path) -> None:
    """Try everything on this machine, with invented people; Ctrl-C stops it.

    A SQLite database, the web server, the engine, a mail catcher and its web inbox: nothing leaves this machine.
    Some recipients are simulated: they read, answer and pass on by themselves (tag "simulation"). What was done is
    kept for the next start.

    \b
    Example:
      outreach demo --no-simulation
    """
    if context.invoked_subcommand is not None:
        return
    try:
        _start(Place(folder.resolve()), port, reset, not no_simulation)
    except Refusal as refusal:
        refuse(str(refusal))


def _start(place: Place, port: int | None, reset: bool, simulation: bool) -> None:
    with only_engine(place.folder):
        if reset:
            place.empty()
    known = place.kept()
    kept = place.keep(free_port(port or (known.port if known else None)))
    check_place(HOST, kept.port, place.folder)
    smtp_port = free_port(None, first=1025)
    config = place.config(kept, smtp_port)
    _prepare(place, kept, config)
    place.logs.mkdir(exist_ok=True)
    over = threading.Event()
    clock.stop_on_signals(over)
    click.echo("Starting the web server and the engine.")
    supervise(_programs(place, config, smtp_port, simulation), over, _Herald(place, kept, simulation).look)
    click.echo("Stopped. What was done is kept for the next start.")


def _prepare(place: Place, kept: Kept, config: Config) -> None:
    """A database at the newest version, filled once; a campaign that was leaving goes on from now."""
    is_loaded = place.folder / "loaded"
    if not is_loaded.exists():
        click.echo("Preparing the demonstration: an invented city, its directory, its congress.")
        for left in place.folder.glob("outreach.db*"):
            left.unlink()
    migrate(config.database)
    app = create_app(replace(config))
    with app.app_context():
        if is_loaded.exists():
            go_on()
        else:
            number = load(kept)
            click.echo(f"{number} invented contacts are in the directory; the campaign is signed off and launched.")
            is_loaded.touch()
        db.session.remove()
        db.engine.dispose()


def load(kept: Kept) -> int:
    """Fill an empty database and launch the campaign; returns how many contacts there are."""
    digests = {email: digest(password) for email, password in kept.passwords.items()}
    with transaction():
        furnish(digests, now())
    number = 0
    for file in files():
        with transaction():
            number += bring_in(file, now())
    made = create_from_file(CONGRESS / "campaign.toml")
    db.session.rollback()
    with transaction():
        draft = queries.get_campaign(made.id)
        signer = find_user(SIGNER.email)
        if signer is None:
            raise LookupError("the signer has no account")
        at = now()
        calendar = queries.calendar_of(draft, at)
        if calendar is not None:
            campaigns.set_calendar(draft, calendar, at, signer.id)
        launching.approve(draft, signer.id, at)
        launching.launch(draft, at, signer.id)
    return number


def go_on() -> None:
    """Batches that were due while the demonstration was stopped leave one after the other from now."""
    with transaction():
        for campaign in queries.campaigns():
            if campaign.state is CampaignState.RUNNING:
                campaigns.pause(campaign, now(), reason="The demonstration was stopped.")
                launching.resume(campaign, now())


def _programs(place: Place, config: Config, smtp_port: int, simulation: bool) -> list[Program]:
    environment = config.environment()
    web = web_server(HOST, config.port, 1, "outreach.demo.web:make_app", environment)
    arguments = ["demo", "engine", "--smtp-port", str(smtp_port), *(["--simulation"] if simulation else [])]
    engine = our_command("engine", *arguments, environment=environment)
    logs = {program.name: place.logs / f"{program.name}.log" for program in (web, engine)}
    for log in logs.values():
        log.write_bytes(b"")
    return [
        replace(web, command=[*web.command, "--factory"], log=logs["web"]),
        replace(engine, log=logs["engine"]),
    ]


class _Herald:
    """Says where everything is once the server answers, and when the first message has arrived."""

    def __init__(self, place: Place, kept: Kept, simulation: bool) -> None:
        self._place = place
        self._kept = kept
        self._simulation = simulation
        self._welcomed = self._done = False

    def look(self) -> None:
        """Called several times a second."""
        if not self._welcomed:
            if _answers(self._kept.port):
                self._welcomed = True
                click.echo(welcome(self._kept, self._place, self._simulation))
        elif not self._done and (entries := Inbox(self._place.inbox).entries()):
            self._done = True
            click.echo(first_batch(self._kept, entries[0]))


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=1)
    try:
        connection.request("GET", "/health/live")
        connection.getresponse().read()
    except OSError:
        return False
    else:
        return True
    finally:
        connection.close()


@demo.command("engine", hidden=True)
@click.option("--smtp-port", type=int, required=True)
@click.option("--simulation", is_flag=True)
def engine(smtp_port: int, simulation: bool) -> None:
    """The engine of the demonstration: the clock and the sender, the mail catcher, the simulated recipients."""
    config = Config.from_env()
    app: Flask = create_app(config)
    place = Place(config.data_dir)
    inbox = Inbox(place.inbox)
    over = threading.Event()
    clock.stop_on_signals(over)
    with contextlib.ExitStack() as opened:
        opened.enter_context(catching(inbox, smtp_port))
        if simulation:
            people = Simulation(inbox, config.base_url, config.data_dir / "simulation.json", simulated())
            opened.enter_context(simulating(people))
        try:
            clock.run(app, over)
        except Refusal as refusal:
            refuse(str(refusal))
