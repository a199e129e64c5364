"""What is merged into each recipient's copy: read once for a whole lease, frozen in the row at the intent."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Self

from sqlalchemy import Row, select
from sqlalchemy.orm import selectinload

from outreach.contacts.models import Address, Contact, Suppression, SuppressionReason
from outreach.contacts.queries import form_for
from outreach.database import db
from outreach.delivery.models import Message
from outreach.delivery.outbox import Lease
from outreach.invitations.models import Invitation


@dataclass(frozen=True, slots=True)
class Copy:
    """One recipient's copy of a letter, as its row remembers it."""

    to: str
    language: str | None
    counted: bool
    date: datetime
    values: Mapping[str, str] = field(default_factory=dict)

    def stored(self) -> dict[str, Any]:
        """As it is kept in the row."""
        return {
            "to": self.to,
            "language": self.language,
            "counted": self.counted,
            "date": self.date.isoformat(),
            "values": dict(self.values),
        }

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """From the row of an earlier attempt: the retry has the same bytes."""
        return cls(
            stored["to"],
            stored["language"],
            stored["counted"],
            datetime.fromisoformat(stored["date"]),
            stored["values"],
        )


@dataclass(frozen=True, slots=True)
class Departure:
    """A leased message with everything that its bytes are made from; no address where the contact has none."""

    lease: Lease
    message_id: str
    key: str
    email: str | None
    copy: Copy
    tries: int
    first_tried_at: datetime | None


LanguagesOf = Callable[[str | None], Sequence[str]]
"""In which languages the letter is written for somebody who reads this one."""


def departures(leases: Sequence[Lease], languages_of: LanguagesOf, at: datetime) -> list[Departure]:
    """Read what these leases of one campaign need, in a handful of queries however many they are."""
    by_id = {lease.id: lease for lease in leases}
    rows = db.session.execute(
        select(*_COLUMNS)
        .join_from(Message, Invitation, Invitation.id == Message.invitation_id)
        .where(Message.id.in_(by_id))
        .order_by(Message.id)
    ).all()
    contacts = _contacts([row.contact_id for row in rows if row.contact_id is not None])
    kept_out = _kept_out([address.digest for contact in contacts.values() for address in contact.addresses])
    return [
        _departure(by_id[row.id], row, contacts.get(row.contact_id or 0), kept_out, languages_of, at) for row in rows
    ]


_COLUMNS: Final = (
    Message.id,
    Message.message_id,
    Message.email,
    Message.merged,
    Message.tries,
    Message.first_tried_at,
    Invitation.key,
    Invitation.contact_id,
    Invitation.event_id,
    Invitation.language,
)


def _contacts(ids: Sequence[int]) -> dict[int, Contact]:
    found = db.session.scalars(
        select(Contact)
        .where(Contact.id.in_(ids))
        .options(selectinload(Contact.addresses), selectinload(Contact.mandates), selectinload(Contact.organisation))
    )
    return {contact.id: contact for contact in found}


KeptOut = Mapping[str, Sequence[Suppression]]
"""Digest of an address -> what keeps it from being written to, for everything or for some event."""


def _kept_out(digests: Sequence[str]) -> KeptOut:
    found: dict[str, list[Suppression]] = {}
    known = select(Suppression).where(Suppression.digest.in_(digests), Suppression.lifted_at.is_(None))
    for one in db.session.scalars(known):
        found.setdefault(one.digest, []).append(one)
    return found


def _departure(
    lease: Lease,
    row: Row[Any],
    contact: Contact | None,
    kept_out: KeptOut,
    languages_of: LanguagesOf,
    at: datetime,
) -> Departure:
    address = _address(contact, row.event_id, kept_out)
    email = address.email if address else None
    if row.merged is not None and row.email is not None:
        email, copy = row.email, Copy.read(row.merged)
    else:
        language = row.language or (contact.language if contact else None)
        copy = copy_for(contact, address, language, languages_of(language), at)
    return Departure(lease, row.message_id, row.key, email, copy, row.tries, row.first_tried_at)


def _address(contact: Contact | None, event_id: int, kept_out: KeptOut) -> Address | None:
    """The preferred address in use, passing over one that bounced where there is another.

    Somebody who asked not to be written to, at any of their addresses, is not written to at another: theirs is that
    one then, for the intent to hold back.
    """
    reasons = {
        one.id: [why.reason for why in kept_out.get(one.digest, ()) if why.event_id in {None, event_id}]
        for one in (contact.addresses if contact else ())
    }
    known = sorted(contact.addresses if contact else (), key=lambda one: (bool(reasons[one.id]), not one.preferred))
    refused = [one for one in known if set(reasons[one.id]) - {SuppressionReason.BOUNCE}]
    return next(iter(refused or [one for one in known if one.retired_at is None]), None)


def copy_for(
    contact: Contact | None, address: Address | None, language: str | None, languages: Sequence[str], at: datetime
) -> Copy:
    """What a letter written in these languages says to that contact, who reads `language`."""
    if contact is None:
        return Copy("", None, counted=False, date=at)
    values: dict[str, str] = {}
    for one in languages:
        form = form_for(contact, one, at.date())
        values |= {
            f"salutation_{one}": form.salutation,
            f"form_of_address_{one}": form.address,
            f"closing_{one}": form.closing,
            f"first_name_{one}": contact.given_name,
            f"last_name_{one}": contact.family_name,
            f"organisation_{one}": contact.organisation.name if contact.organisation else "",
            f"source_{one}": address.source if address else "",
        }
    return Copy(contact.name, language, not contact.not_measured, at, values)
