"""What in a report names the message it is about: our signed addresses, and the Message-ID that comes back with it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Final

from outreach.delivery.returns.reports import Report
from outreach.delivery.returns.verp import Door, Forged, ReturnAddresses

_TO: Final = (
    *("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To", "X-RCPT-To", "Apparently-To"),
    *("X-Apparently-To", "Original-Recipient", "Resent-To", "To", "Cc", "Received"),
)
"""Where a mail says to whom it came; in `Received`, after `for`."""
_ABOUT: Final = ("Return-Path", "X-Envelope-From", "Errors-To", "Sender", "List-Unsubscribe")
"""Where a returned message shows addresses of ours."""
_ADDRESS: Final = re.compile(r"\b([bu]\+[a-z2-7]{17,62}@[a-z0-9.-]{1,255})", re.IGNORECASE)
_MESSAGE_ID: Final = re.compile(r"<?([^\s<>@]{1,200}@[^\s<>@]{1,100})>?")
_MOST: Final = 20
"""Addresses whose seal is looked at, in one report."""


@dataclass(frozen=True, slots=True)
class Clues:
    """What was found, each address with a seal that only we can make; free text is never asked."""

    returned_to: str = ""
    """The key of the message to whose return address the report came, or which it brings back."""
    stop: str = ""
    """The key of the invitation whose address for stopping it came to."""
    invitation: str = ""
    """The key of the invitation that a returned message shows in its own headers."""
    message_ids: tuple[str, ...] = ()
    """As ours are written, with angle brackets; no proof by themselves."""


def clues(report: Report, returns: ReturnAddresses) -> Clues:
    """What names the message. Forged addresses are passed over as if they were not there."""
    came_to = list(_genuine(_values([report.headers], _TO), returns))
    shown = [*report.envelopes, *_values(report.returned, _ABOUT)]
    carried = list(_genuine(shown, returns))
    every = [*came_to, *carried]
    return Clues(
        returned_to=next((key for door, key in every if door is Door.BOUNCE), ""),
        stop=next((key for door, key in came_to if door is Door.STOP), ""),
        invitation=next((key for door, key in carried if door is Door.STOP), ""),
        message_ids=tuple(dict.fromkeys(_message_ids([*report.envelopes, *_values(report.returned, ["Message-ID"])]))),
    )


def _genuine(values: Iterable[str], returns: ReturnAddresses) -> Iterator[tuple[Door, str]]:
    found = [address for value in values for address in _ADDRESS.findall(value[:4000])]
    for address in list(dict.fromkeys(found))[:_MOST]:
        try:
            read = returns.read(address.rstrip("."))
        except Forged:
            continue
        yield read.door, read.key


def _values(messages: Iterable[Message], names: Iterable[str]) -> list[str]:
    return [str(value) for name in names for message in messages for value in message.get_all(name, [])]


def _message_ids(values: Iterable[str]) -> Iterator[str]:
    for value in values:
        if found := _MESSAGE_ID.fullmatch(value.strip()):
            yield f"<{found[1]}>"
