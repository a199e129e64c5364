"""The commands that send: the turns of a campaign, what is due, and the brake."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from outreach.accounts.models import Role, User
from outreach.accounts.queries import find_user
from outreach.campaigns import actions as campaigns
from outreach.campaigns.commands import campaign
from outreach.campaigns.models import Campaign
from outreach.campaigns.queries import get_campaign
from outreach.console import json_option, report, spoken, with_app, written
from outreach.database import db, now, transaction
from outreach.delivery import brake, launching, queries, waiting
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState
from outreach.errors import Refusal

CAMPAIGN = click.argument("campaign_id", metavar="ID", type=int)


@campaign.command()
@CAMPAIGN
@click.option("--as", "address", required=True, metavar="ADDRESS", help="Who signs: the account of somebody who may.")
@json_option
@with_app
def approve(campaign_id: int, address: str, as_json: bool) -> None:
    """Sign a campaign off: its letters, its recipients and its calendar, as they are now.

    The list of its messages is made then, batch by batch. Any later change ends the signature. Exit status 1, with the
    reason, when something is missing.

    \b
    Example:
      outreach campaign approve 1 --as c.martin@ville.example
    JSON: {"campaign", "messages"}
    """
    recipients = launching.listed(campaign_id, now())
    with transaction():
        user = _signatory(address)
        total = launching.approve(get_campaign(campaign_id), user.id, now(), recipients)
    values = {"campaign": campaign_id, "messages": total}
    report(values, as_json, f"Campaign {campaign_id} is signed off: {total} messages are ready.")


@campaign.command()
@CAMPAIGN
@json_option
@with_app
def launch(campaign_id: int, as_json: bool) -> None:
    """Let a campaign that was signed off leave, each batch at its hour.

    \b
    Example:
      outreach campaign launch 1
    JSON: as of `outreach campaign status`
    """
    _turn(campaign_id, as_json, "is launched", lambda found: launching.launch(found, now()))


@campaign.command()
@CAMPAIGN
@json_option
@with_app
def pause(campaign_id: int, as_json: bool) -> None:
    """Hold everything that has not left; acts within seconds.

    \b
    Example:
      outreach campaign pause 1
    JSON: as of `outreach campaign status`
    """
    _turn(campaign_id, as_json, "is paused", lambda found: campaigns.pause(found, now()))


@campaign.command()
@CAMPAIGN
@json_option
@with_app
def resume(campaign_id: int, as_json: bool) -> None:
    """Let a paused campaign go on; batches whose hour has passed leave one after the other from now.

    \b
    Example:
      outreach campaign resume 1
    JSON: as of `outreach campaign status`
    """
    _turn(campaign_id, as_json, "goes on", lambda found: launching.resume(found, now()))


@campaign.command()
@CAMPAIGN
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@with_app
def stop(campaign_id: int, yes: bool, as_json: bool) -> None:
    """End a campaign: what has not left never will.

    \b
    Example:
      outreach campaign stop 1 --yes
    JSON: as of `outreach campaign status`
    """
    if not yes:
        click.confirm(f"Stop campaign {campaign_id} for good?", abort=True, err=True)
    _turn(campaign_id, as_json, "is stopped", lambda found: launching.stop(found, now()))


@campaign.command()
@CAMPAIGN
@json_option
@with_app
def status(campaign_id: int, as_json: bool) -> None:
    """Say how far a campaign is.

    \b
    Example:
      outreach campaign status 1 --json
    JSON: {"state", "total", "messages": {"queued": n, "sent": n, "in_doubt": n, ...}, "next_batch", "expected_end"}
    Instants are on the clock of the service, with their offset from UTC; they are null once nothing more is planned.
    """
    found = get_campaign(campaign_id)
    report(_status(found), as_json, _in_words(found))


@click.command("send")
@click.option("--due", is_flag=True, required=True, help="Send what is due, and return.")
@json_option
@with_app
def send(due: bool, as_json: bool) -> None:
    """Send everything that is due now, and return when nothing is; for those who prefer cron to the engine.

    It may run beside an engine: no message leaves twice. Campaigns that are due for too long are paused instead, and a
    person decides.

    \b
    Example:
      outreach send --due
    JSON: {"settled": messages that left or ended, "due": those that could not leave now}
    """
    with transaction():
        held = launching.hold_late(now())
    with _bar(as_json) as told, sender() as post:
        settled = post.send_due(told)
    left = queries.count_due(now())
    words = [f"{settled} messages left or ended."]
    if held:
        words.append(f"{held} campaigns were paused: they were due too long ago. Resume them, or stop them.")
    if left:
        words.append(f"{left} are still due: {_why()}")
    report({"settled": settled, "due": left}, as_json, " ".join(words))


@click.command("stop-everything")
@click.option("--reason", default="", help="Why, for whoever lets it go.")
@with_app
def stop_everything(reason: str) -> None:
    """Stop everything, on every machine, within seconds; nothing leaves until `outreach let-go`.

    \b
    Example:
      outreach stop-everything --reason "wrong date in the letter"
    """
    brake.stop_everything(reason)
    click.echo("Everything is stopped.")


@click.command("let-go")
@with_app
def let_go() -> None:
    """Let messages leave again after everything was stopped.

    \b
    Example:
      outreach let-go
    """
    with transaction():
        brake.let_go()
    click.echo("Messages leave again.")


def _signatory(address: str) -> User:
    user = find_user(address)
    if user is None or user.closed_at is not None:
        raise Refusal("There is no account %(address)s.", address=address)
    if not user.can(Role.SIGN):
        raise Refusal("%(address)s may not sign campaigns off.", address=address)
    return user


def _turn(campaign_id: int, as_json: bool, said: str, turn: Callable[[Campaign], object]) -> None:
    with transaction():
        turn(get_campaign(campaign_id))
    found = get_campaign(campaign_id)
    report(_status(found), as_json, f"Campaign {campaign_id} {said}. {_in_words(found)}")


def _status(found: Campaign) -> dict[str, Any]:
    standing = queries.standing(found, now())
    return {
        "state": found.state.value,
        "total": standing.total,
        "messages": {state.value: standing.messages.get(state, 0) for state in MessageState},
        "next_batch": written(standing.next_batch),
        "expected_end": written(standing.expected_end),
    }


def _in_words(found: Campaign) -> str:
    standing = queries.standing(found, now())
    counts = ", ".join(f"{count} {state.value.replace('_', ' ')}" for state, count in standing.messages.items())
    words = [f"{found.name}: {found.state.value}, {standing.total} messages{f' ({counts})' if counts else ''}."]
    if found.pause_reason:
        words.append(found.pause_reason)
    if standing.next_batch:
        words.append(f"Next batch: {spoken(standing.next_batch)}.")
    if standing.expected_end:
        words.append(f"Expected end: {spoken(standing.expected_end)}.")
    return " ".join(words)


def _why() -> str:
    if brake.state() is not None:
        return "everything is stopped; `outreach let-go` lets them leave."
    db.session.rollback()
    with transaction():
        if not waiting.open_queues(now()):
            return "their sending rates are used up or their hours over for now; `outreach lanes` shows the rates."
    return "the relay cannot take them now; try again in a minute."


@contextmanager
def _bar(as_json: bool) -> Iterator[Callable[[int], object] | None]:
    """A progress bar on a terminal; silence elsewhere."""
    count = queries.count_due(now())
    db.session.rollback()
    if as_json or not count or not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=count, label="Sending", file=sys.stderr) as bar:
        yield bar.update
