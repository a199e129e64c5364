"""Where a page of messages begins: in the order of an index, so that a page costs its own rows and no others."""

from datetime import UTC, datetime
from typing import Any

from outreach.contacts.searching.filters import Cursor
from outreach.delivery.models import Message
from outreach.delivery.pacing.families import Family
from outreach.delivery.states import MessageState

Place = tuple[Any, ...]


def order(state: MessageState | None) -> Place:
    """The columns by which the messages of a campaign are listed: lane by lane in one state, else as they were made."""
    return (Message.invitation_id,) if state is None else (Message.lane, Message.due_at, Message.id)


def cursor_of(message: Message, state: MessageState | None) -> Cursor:
    """The place of a message in that order."""
    if state is None:
        return Cursor("", message.invitation_id)
    return Cursor(f"{message.lane} {message.due_at.isoformat()}", message.id)


def place_of(cursor: Cursor | None, state: MessageState | None) -> Place | None:
    """The values that a cursor names; None without one, and for one that is of another order or was cut."""
    if cursor is None:
        return None
    lane, _space, hour = cursor.name.partition(" ")
    if state is None:
        return (cursor.id,) if not lane else None
    try:
        return Family(lane), datetime.fromisoformat(hour).astimezone(UTC), cursor.id
    except (ValueError, OverflowError):
        return None
