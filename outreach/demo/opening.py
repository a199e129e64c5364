"""Decides what the demonstration says when it opens, and where it listens."""

from typing import Final

from outreach.demo.inbox import Entry
from outreach.demo.place import ACCOUNTS, HOST, Account, Kept, Place
from outreach.errors import Refusal
from outreach.serving import port_is_free

FIRST_PORT: Final = 8000


def free_port(wanted: int | None, first: int = FIRST_PORT) -> int:
    """The wanted port, which must be free; without a wish the first free one from `first` on. Raises Refusal."""
    if wanted is not None:
        if not port_is_free(HOST, wanted):
            raise Refusal(
                "Port %(port)d is taken on this machine: stop what listens there, or start with --port. "
                "Links in messages that were already sent lead to the port of then.",
                port=wanted,
            )
        return wanted
    found = next((port for port in range(first, first + 200) if port_is_free(HOST, port)), None)
    if found is None:
        raise Refusal("No port is free from %(first)d on.", first=first)
    return found


def welcome(kept: Kept, place: Place, simulation: bool) -> str:
    """Where everything is and how to sign in."""
    url = f"http://{HOST}:{kept.port}"
    accounts = [f"  {one.email:<30}  {kept.passwords[one.email]:<14}  {_may(one)}" for one in ACCOUNTS]
    lively = "Recipients tagged “simulation” read, answer and pass on by themselves; the others are yours to play."
    still = "Nobody answers by itself: open messages in the inbox and answer as their recipients."
    return "\n".join(
        [
            "",
            "The demonstration is open. Nothing leaves this machine.",
            "",
            f"  Dashboard, campaigns, contacts   {url}/admin/",
            f"  Every message that left          {url}/demo/inbox/",
            f"  What everybody sees              {url}/",
            "",
            "Sign in with one of these; the first one may do everything:",
            "",
            *accounts,
            "",
            lively if simulation else still,
            f"Commands beside it:  . {place.settings}  then  outreach campaign status 1",
            f"What the processes write is in {place.logs}. Ctrl-C stops.",
            "",
        ]
    )


def first_batch(kept: Kept, entry: Entry) -> str:
    """The first message is there: look at it."""
    return f"The first message has arrived, for {entry.to}:  http://{HOST}:{kept.port}/demo/inbox/{entry.number}"


def _may(account: Account) -> str:
    """What an account may do, and the language of its pages when that is not French."""
    return ", ".join(account.roles) + (" (pages in English)" if account.language == "en" else "")
