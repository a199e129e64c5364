"""Corrects what is held on somebody, from the command. Whoever calls commits."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from outreach.accounts.actions import record
from outreach.contacts.actions import edit_contact
from outreach.contacts.imports.mailboxes import read_mailboxes
from outreach.contacts.models import Contact
from outreach.errors import Refusal

SOURCE = "corrected at their own request"


def correct(
    contact: Contact, address: str, changes: Mapping[str, str], at: datetime, user_id: int | None = None
) -> list[str]:
    """Change these fields of a contact; `email` takes the place of `address`. Returns the names of what changed."""
    told: dict[str, Any] = dict(changes)
    email = told.pop("email", None)
    emails = _replaced(contact, address, email) if email is not None else None
    for name in ("salutation", "language"):
        if name in told:
            told[name] = told[name] or None
    changed = edit_contact(contact, at=at, user_id=user_id, source=SOURCE, emails=emails, **told)
    if changed:
        record("contact.corrected", "contact", contact.id, user_id, fields=sorted(changed))
    return changed


def _replaced(contact: Contact, address: str, email: str) -> list[str]:
    read = read_mailboxes(email, reserved=True)
    if len(read.addresses) != 1:
        raise read.refusal or Refusal("Type one e-mail address.", field="email")
    present = [one.email for one in contact.in_use]
    return [read.addresses[0] if one.casefold() == address.strip().casefold() else one for one in present]
