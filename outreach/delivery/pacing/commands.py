"""The command that shows and sets the lanes."""

import click

from outreach.console import json_option, report, with_app
from outreach.database import transaction
from outreach.delivery.pacing import lanes as pacing
from outreach.delivery.pacing.families import Family
from outreach.delivery.pacing.throttle import read_per_hour


@click.command("lanes")
@click.option("--set", "limits", multiple=True, metavar="FAMILY=N", help="Messages an hour; none lifts the limit.")
@json_option
@with_app
def lanes(limits: tuple[str, ...], as_json: bool) -> None:
    """Show how many messages an hour each family of destinations is given, or change that.

    The families are orange (and Wanadoo), laposte, free, sfr, gmail, microsoft, yahoo and others. A new limit holds at
    once, for all senders together; notices are not held back.

    \b
    Example:
      outreach lanes --set orange=1000 --set gmail=none
    JSON: {"lanes": [{"family", "per_hour": n, or null without limit}]}
    """
    wanted = dict(map(_read, limits))
    with transaction():
        pacing.set_limits(wanted)
        now_set = pacing.limits()
    lines = [f"{family.value:<10} {now_set.get(family) or 'as many as the relay takes'}" for family in Family]
    values = [{"family": family.value, "per_hour": now_set.get(family)} for family in Family]
    report({"lanes": values}, as_json, "\n".join(lines))


def _read(text: str) -> tuple[Family, int | None]:
    name, equals, count = text.partition("=")
    if not equals or name.strip().lower() not in list(Family):
        raise click.BadParameter(f"{text}: write it as orange=1000; the families are {', '.join(Family)}.")
    family = Family(name.strip().lower())
    return family, read_per_hour(count, family.value)
