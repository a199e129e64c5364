"""Lists of people leave as files, and the audit log keeps that they did. Called by edges: it commits."""

from array import array
from collections.abc import Callable

from outreach.accounts.actions import record
from outreach.database import beforehand, transaction


def hand_out(read: Callable[[], "array[int]"], user_id: int | None, audience_id: int | None = None) -> "array[int]":
    """The contacts of a list, or of an audience, that is about to leave; what was searched for may name somebody.

    The list is read before the transaction that notes it: on SQLite whoever wants to write would wait for both.
    """
    numbers = beforehand(read)
    with transaction():
        if audience_id is None:
            record("contacts.exported", None, None, user_id, count=len(numbers))
        else:
            record("audience.exported", "audience", audience_id, user_id, count=len(numbers))
    return numbers
