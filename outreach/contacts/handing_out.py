"""Keeps in the audit log that lists of people leave as files. Whoever calls commits."""

from outreach.accounts.actions import record


def note_export(count: int, user_id: int | None, audience_id: int | None = None) -> None:
    """A list of so many contacts, or an audience, is taken as a file; what was searched for may name somebody."""
    if audience_id is None:
        record("contacts.exported", None, None, user_id, count=count)
    else:
        record("audience.exported", "audience", audience_id, user_id, count=count)
