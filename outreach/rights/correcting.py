"""Corrects what is held on somebody, from the command. Whoever calls commits."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from outreach.accounts.actions import record
from outreach.contacts.actions import edit_contact
from outreach.contacts.forms import LANGUAGES, ContactForm
from outreach.contacts.imports.rows.mailboxes import read_mailboxes
from outreach.contacts.models import Contact
from outreach.errors import Refusal

SOURCE = "corrected at their own request"


def correct(
    contact: Contact, address: str, changes: Mapping[str, str], at: datetime, user_id: int | None = None
) -> list[str]:
    """Change these fields of a contact; `email` takes the place of `address`. Returns the names of what changed.

    They are read as the form of the directory reads them. Raises Refusal.
    """
    email = changes.get("email")
    emails = _replaced(contact, address, email) if email is not None else None
    told = _read(contact, {name: text for name, text in changes.items() if name != "email"})
    changed = edit_contact(contact, at=at, user_id=user_id, source=SOURCE, emails=emails, **told)
    if changed:
        record("contact.corrected", "contact", contact.id, user_id, fields=sorted(changed))
    return changed


def _read(contact: Contact, changes: Mapping[str, str]) -> dict[str, Any]:
    """What these fields come to; what is wrong with the others is nobody's question here. Raises Refusal."""
    if changes.get("language") and changes["language"] not in LANGUAGES:
        raise Refusal("The language is one of these: %(languages)s.", field="language", languages=", ".join(LANGUAGES))
    form = ContactForm.parse({**ContactForm.of(contact).typed, **changes})
    for name, refusal in form.errors.items():
        if name in changes:
            raise refusal
    told = {name: form.values[name] for name in changes}
    return {**told, "country": contact.country} if "postal_code" in told else told


def _replaced(contact: Contact, address: str, email: str) -> list[str]:
    read = read_mailboxes(email, reserved=True)
    if len(read.addresses) != 1:
        raise read.refusal or Refusal("Type one e-mail address.", field="email")
    present = [one.email for one in contact.in_use]
    return [read.addresses[0] if one.casefold() == address.strip().casefold() else one for one in present]
