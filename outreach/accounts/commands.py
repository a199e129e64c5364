"""Commands about accounts."""

import sys
from collections.abc import Sequence

import click

from outreach.accounts import actions, passwords
from outreach.accounts.models import Role
from outreach.console import json_option, report, with_app
from outreach.database import now, transaction


@click.group()
def user() -> None:
    """The accounts of staff."""


@user.command("add")
@click.argument("address")
@click.option("--name", required=True, help="Given name and family name.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([role.value for role in Role]),
    help="What the person may do; repeat it for several roles.",
)
@click.option("--language", type=click.Choice(["fr", "en"]), default="fr", show_default=True, help="Of their pages.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input (its first line).")
@json_option
@with_app
def add(address: str, name: str, roles: Sequence[str], language: str, password_stdin: bool, as_json: bool) -> None:
    """Open an account for a member of staff.

    Without --password-stdin a password is made and printed once; it has to be changed at the first sign-in.

    \b
    Roles: prepare (contacts, letters, audiences), sign (approve and launch),
           read (see answers), administer (accounts, settings, audit log).
    \b
    Examples:
      outreach user add c.martin@ville.example --name "Camille Martin" --role administer --role sign
      printf '%s' "$PASSWORD" | outreach user add a@ville.example --name "A. Leroy" --role read --password-stdin
    \b
    With --json: {"user": id, "email": address, "roles": [...], "password": made or null}
    """
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else passwords.make_password()
    kept = passwords.accept(password, address, name if password_stdin else "")
    with transaction():
        made = actions.add_user(
            address,
            name,
            [Role(role) for role in roles],
            kept,
            now(),
            language=language,
            temporary=not password_stdin,
        )
    shown = None if password_stdin else password
    values = {"user": made.id, "email": made.email, "roles": made.roles, "password": shown}
    said = f"{made.email} may sign in."
    report(values, as_json, said if shown is None else f"{said} Password, to be changed at once: {shown}")
