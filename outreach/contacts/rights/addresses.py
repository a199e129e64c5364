"""Corrects where one address comes from, why it is kept and until when. Whoever calls commits."""

from datetime import date, datetime

from sqlalchemy import select

from outreach.accounts.actions import record
from outreach.contacts.holding import stay
from outreach.contacts.models import Address, Contact, ContactChange
from outreach.contacts.retention import months_after
from outreach.contacts.rights.origins import LONGEST, Basis
from outreach.contacts.rights.rules import remember
from outreach.database import db
from outreach.errors import NotFound, Refusal


def get_terms(address_id: int) -> Address:
    """An address of a contact that is not erased; a swept one is none any more. Raises NotFound."""
    found = db.session.scalars(
        select(Address)
        .join(Contact, Contact.id == Address.contact_id)
        .where(Address.id == address_id, Address.digest != "", Contact.erased_at.is_(None))
    ).one_or_none()
    if found is None:
        raise NotFound("This contact does not have this address.")
    return found


def change_terms(
    address: Address, source: str, basis: Basis, collected_on: date, until: date, at: datetime, user_id: int | None
) -> None:
    """Keep what differs, and what it was. Raises Refusal for a day to come, or a date beyond what has a ground.

    And where the contact has left meanwhile, or the address was swept.
    """
    stay(db.session.get_one(Contact, address.contact_id))
    if not address.digest:
        raise NotFound("This contact does not have this address.")
    source = " ".join(source.split())[:200]
    if not source:
        raise Refusal("Say where this address comes from: its owner is told.", field="source")
    if collected_on > at.date():
        raise Refusal("This day is still to come.", field="collected_on")
    if until > months_after(at.date(), LONGEST):
        raise Refusal("At most %(longest)d months from today.", field="retain_until", longest=LONGEST)
    wanted = {"source": source, "legal_basis": basis.value, "collected_on": collected_on, "retain_until": until}
    changed = [name for name, value in wanted.items() if getattr(address, name) != value]
    for name in changed:
        told = {"before": str(getattr(address, name) or ""), "after": str(wanted[name])}
        db.session.add(ContactChange(contact_id=address.contact_id, at=at, user_id=user_id, field=name, **told))
        setattr(address, name, wanted[name])
    remember(source)
    if changed:
        record("contact.edited", "contact", address.contact_id, user_id, fields=changed)
