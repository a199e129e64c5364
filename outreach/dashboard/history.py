"""Decides how the history of a contact reads: one timeline of what was received, answered, passed on and changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from outreach.delivery.states import OPEN, MessageState
from outreach.errors import N_

MESSAGE = N_("Message of the campaign “%(campaign)s”")
NOTICE = N_("Notice: %(purpose)s")
INVITED = N_("Invited to %(event)s")
INVITED_THROUGH = N_("Invited to %(event)s, through %(relay)s")
ANSWERED = N_("Answered: %(reply)s")
TAKEN_BACK = N_("An earlier answer: %(reply)s")
BROUGHT = N_("%(name)s came through this contact’s share link")
CAME_AGAIN = N_("%(name)s, already invited, came through this contact’s share link")
CHANGED = N_("Changed: %(fields)s")
IMPORTED = N_("Changed by a file: %(fields)s")
CAME_BACK = N_("Came back: %(returned)s")
SUPPRESSED = N_("Not to be written to: %(reason)s")
LIFTED = N_("May be written to again")


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened: a sentence with slots, and what fills them."""

    at: datetime
    title: str
    values: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    by: str = ""
    tone: str = ""
    contact_id: int | None = None
    """Whom it leads to."""
    message_id: int | None = None
    notice_id: int | None = None
    report_id: int | None = None
    """What it leads to."""


def tone_of(state: MessageState) -> str:
    """How a message's state looks on the line: good, bad, or to be looked at."""
    if state is MessageState.SENT:
        return "good"
    if state is MessageState.IN_DOUBT or state is MessageState.RETRY:
        return "warn"
    return "" if state in OPEN or state is MessageState.CANCELLED else "bad"


def timeline(*sources: Iterable[Entry], most: int = 200) -> list[Entry]:
    """Everything together, newest first, as far back as one reads."""
    return sorted((entry for source in sources for entry in source), key=lambda one: one.at, reverse=True)[:most]
