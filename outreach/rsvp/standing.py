"""Decides what the page of an invitation can offer: a form, an answer to look at, or the reason there is neither."""

import enum
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from outreach.events.kinds import EventState
from outreach.invitations.models import InvitationState

LINKS_LIVE = timedelta(days=7)
"""How long after its last day the links of an event still open."""


class Standing(enum.StrEnum):
    """Where an invitation stands."""

    OPEN = "open"
    """No answer yet, and there is time."""
    ANSWERED = "answered"
    """There is an answer, and it may still be changed."""
    CLOSED = "closed"
    """No answer, and the closing date has passed."""
    SETTLED = "settled"
    """There is an answer, and the closing date has passed."""
    CANCELLED = "cancelled"
    OVER = "over"
    WITHDRAWN = "withdrawn"
    PENDING = "pending"
    MERGED = "merged"
    ERASED = "erased"


FINAL = frozenset(
    {Standing.CANCELLED, Standing.OVER, Standing.WITHDRAWN, Standing.PENDING, Standing.MERGED, Standing.ERASED}
)
"""Where nobody records an answer any more, not even the office."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the standing depends on."""

    state: InvitationState
    answered: bool
    erased: bool
    event_state: EventState
    answer_by: datetime
    ends_on: date


_BY_STATE = {
    InvitationState.WITHDRAWN: Standing.WITHDRAWN,
    InvitationState.MERGED: Standing.MERGED,
    InvitationState.PENDING: Standing.PENDING,
}


def standing(facts: Facts, at: datetime) -> Standing:
    """The person first, then the invitation, then the event, then the calendar."""
    if facts.erased:
        return Standing.ERASED
    if facts.state in _BY_STATE:
        return _BY_STATE[facts.state]
    if facts.event_state is EventState.CANCELLED:
        return Standing.CANCELLED
    if at.date() > facts.ends_on + LINKS_LIVE:
        return Standing.OVER
    if at > facts.answer_by:
        return Standing.SETTLED if facts.answered else Standing.CLOSED
    return Standing.ANSWERED if facts.answered else Standing.OPEN
