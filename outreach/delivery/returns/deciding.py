"""Decides what a report changes: the state of its message, the address, the wish of its reader."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from outreach.delivery.returns.outcomes import FINAL, Kind, Outcome
from outreach.delivery.states import MessageState


class Effect(StrEnum):
    """What came of reading a report, as a person is told."""

    RETURNED = "returned"  # its message counts as returned from now on
    STOPPED = "stopped"  # nothing is written to its reader any more
    NOTED = "noted"  # kept beside its message, whose state stays
    WAITING = "waiting"  # a sender has its message in hand: what follows is done as soon as that is written
    KNOWN = "already known"  # it was read before
    FOREIGN = "not about us"  # no message of ours is named, or its seal is not ours


@dataclass(frozen=True, slots=True)
class Turn:
    """What follows from a report about a message in a state."""

    state: MessageState | None = None
    """The new state; None leaves it."""
    later: bool = False
    """A sender has the message in hand: decide about its state again once that is written."""
    ends_address: bool = False
    suspects_address: bool = False
    stops: bool = False
    """Its reader wants no more."""


_ACCEPTED: Final = frozenset({Kind.DELAY, Kind.AUTO_REPLY, Kind.COMPLAINT})
"""Kinds that only exist because the relay had taken the message."""
_OPEN_AFTER_TRY: Final = frozenset({MessageState.IN_DOUBT, MessageState.RETRY})


def turn(state: MessageState, outcome: Outcome) -> Turn:
    """What a report makes of its message.

    A final report after acceptance flips `sent`, and settles a doubt: what came back had been accepted. A message that
    waits for another try is kept from it by proof that the relay has it, but a passing failure proves too little there.
    Ended states other than `sent` stay as they are. Whatever the state, the address and the reader's wish count.
    """
    return Turn(
        state=_state(state, outcome),
        later=state is MessageState.LEASED,
        ends_address=outcome.ends_address,
        suspects_address=outcome.suspect,
        stops=outcome.kind in {Kind.COMPLAINT, Kind.STOP},
    )


def _state(state: MessageState, outcome: Outcome) -> MessageState | None:
    if outcome.kind is Kind.BOUNCE:
        if state in {MessageState.SENT, MessageState.IN_DOUBT}:
            return MessageState.BOUNCED
        return MessageState.BOUNCED if state is MessageState.RETRY and outcome.cause in FINAL else None
    if outcome.kind in _ACCEPTED and state in _OPEN_AFTER_TRY:
        return MessageState.SENT
    return None


def chosen(outcomes: Iterable[Outcome], email: str) -> Outcome:
    """Of what a report says of several recipients, what it says of ours: of that very address, or the gravest.

    One message goes to one address, so several recipients mean that it was passed on there. Then our address exists.
    """
    known = list(outcomes)
    same = [one for one in known if one.recipient.casefold() == email.casefold()]
    return min(same or known, key=lambda one: _GRAVITY.index(one.kind))


_GRAVITY: Final = (Kind.STOP, Kind.COMPLAINT, Kind.BOUNCE, Kind.DELAY, Kind.AUTO_REPLY, Kind.OTHER)
