"""Decides what a person may do about a message, and says what would follow, before they choose."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from outreach.delivery.states import MessageState
from outreach.errors import N_


class Decision(StrEnum):
    """What somebody decides who has looked in the relay's log, or knows better than the plan of tries."""

    SENT = "sent"
    AGAIN = "again"
    FAILED = "failed"
    NOW = "now"
    HOLD = "hold"


ABOUT: Final[Mapping[Decision, tuple[MessageState, ...]]] = {
    Decision.SENT: (MessageState.IN_DOUBT,),
    Decision.AGAIN: (MessageState.IN_DOUBT,),
    Decision.NOW: (MessageState.RETRY,),
    Decision.HOLD: (MessageState.RETRY,),
    Decision.FAILED: (MessageState.IN_DOUBT, MessageState.RETRY),
}
"""The states in which each may be decided, in the order in which they are offered."""
SENDS: Final = frozenset({Decision.AGAIN, Decision.NOW})
"""Those after which a letter leaves: not of a campaign that is over."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A button, and what it does, said of one message and of several."""

    decision: Decision
    label: str
    consequence: str
    consequence_of_several: str


_CHOICES: Final[Mapping[Decision, Choice]] = {
    Decision.SENT: Choice(
        Decision.SENT,
        N_("Record as accepted"),
        N_(
            "Choose this when the relay’s log has the number of the message. It counts as accepted, and nothing leaves."
        ),
        N_("Choose this when the relay’s log has their numbers. They count as accepted, and nothing leaves."),
    ),
    Decision.AGAIN: Choice(
        Decision.AGAIN,
        N_("Send once more"),
        N_(
            "The same letter leaves again under the same number. If the relay had taken it after all, its reader may "
            "find it twice; most mailboxes show one."
        ),
        N_(
            "The same letters leave again under the same numbers. Where the relay had taken one after all, its reader "
            "may find it twice; most mailboxes show one."
        ),
    ),
    Decision.NOW: Choice(
        Decision.NOW,
        N_("Try now"),
        N_("The next try is made at once instead of at its hour. The relay may well refuse again."),
        N_("The next tries are made at once instead of at their hours. The relay may well refuse again."),
    ),
    Decision.HOLD: Choice(
        Decision.HOLD,
        N_("Hold"),
        N_("No further try is made until somebody decides. The campaign does not finish meanwhile."),
        N_("No further tries are made until somebody decides. Their campaigns do not finish meanwhile."),
    ),
    Decision.FAILED: Choice(
        Decision.FAILED,
        N_("Give up"),
        N_("It counts as not sent, and nothing more leaves for this person. This cannot be undone."),
        N_("They count as not sent, and nothing more leaves for these people. This cannot be undone."),
    ),
}


def choice(decision: Decision) -> Choice:
    """The words of one decision."""
    return _CHOICES[decision]


def choices(state: MessageState, *, is_held: bool = False, may_leave: bool = True) -> list[Choice]:
    """What may be decided about a message in that state; what is held is not held twice, what is over sends nothing.

    Every page offers the same, under the same names.
    """
    found = [decision for decision, states in ABOUT.items() if state in states]
    kept = [one for one in found if (may_leave or one not in SENDS) and not (is_held and one is Decision.HOLD)]
    return [_CHOICES[one] for one in kept]
