"""Changes to the offices that a person holds: taken up, corrected, ended. Whoever calls commits."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, update

from outreach.accounts.actions import record
from outreach.contacts.holding import stay
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Address, Contact, ContactChange, Mandate
from outreach.contacts.protocol.table import FORMS
from outreach.contacts.rights.rules import terms_for
from outreach.contacts.searching.indexing import reindex
from outreach.database import db
from outreach.errors import NotFound
from outreach.links import links


@dataclass(frozen=True, slots=True)
class Tenure:
    """An office as it is held: of what, from when to when, and where its holder is written to."""

    office: str
    """A row of the forms of address."""
    constituency: str = ""
    since: date | None = None
    until: date | None = None
    position: int | None = None
    honorary: bool = False
    email: str = ""
    """Its own address; "" when it has none."""

    def kind(self, own: Kind) -> Kind:
        """What the directory calls its holder; the contact's own kind for a function in any organisation."""
        return FORMS[self.office].kind or own

    def __str__(self) -> str:
        """As the history of a contact keeps it: the office's name in the table, then what is known of it."""
        days = f"{self.since or ''}–{self.until or ''}" if self.since or self.until else ""
        position = str(self.position or "")
        return ", ".join(filter(None, [self.office, position, "honorary" * self.honorary, self.constituency, days]))


def tenure_of(mandate: Mandate, addresses: list[Address]) -> Tenure:
    """A mandate as it is kept, with its own address."""
    own = next((one.email for one in addresses if one.mandate_id == mandate.id and one.retired_at is None), "")
    office = mandate.office or (mandate.kind.value if mandate.kind.value in FORMS else "")
    return Tenure(office, mandate.constituency, mandate.since, mandate.until, mandate.position, mandate.honorary, own)


def get_mandate(contact: Contact, mandate_id: int) -> Mandate:
    """One of a contact's mandates. Raises NotFound."""
    found = next((one for one in contact.mandates if one.id == mandate_id), None)
    if found is None:
        raise NotFound("This contact does not have this mandate.")
    return found


def take_up(contact: Contact, tenure: Tenure, at: datetime, source: str, user_id: int | None = None) -> Mandate:
    """Keep an office that somebody holds; its address becomes one of theirs. Raises Refusal when they have left."""
    stay(contact)
    mandate = Mandate(contact_id=contact.id, kind=tenure.kind(contact.kind))
    _fill(mandate, tenure)
    contact.mandates.append(mandate)
    db.session.flush()
    _set_address(contact, mandate, tenure.email, source, at)
    _retire_if_over(contact, mandate, at)
    _told(contact, "", _words(tenure), at, user_id)
    return mandate


def correct(
    contact: Contact, mandate: Mandate, tenure: Tenure, at: datetime, source: str, user_id: int | None = None
) -> bool:
    """Change what differs, and say whether anything did. An office that is over retires its address.

    Raises Refusal when its holder has left the directory, and NotFound when it was taken back meanwhile.
    """
    stay(contact)
    mandate = get_mandate(contact, mandate.id)
    before = tenure_of(mandate, contact.addresses)
    if before == tenure:
        return False
    mandate.kind = tenure.kind(contact.kind)
    _fill(mandate, tenure)
    _set_address(contact, mandate, tenure.email, source, at)
    _retire_if_over(contact, mandate, at)
    _told(contact, _words(before), _words(tenure), at, user_id)
    return True


def take_back(contact: Contact, mandate: Mandate, at: datetime, user_id: int | None = None) -> None:
    """Forget an office that was entered by mistake; its address stays one of the contact's.

    Raises Refusal when its holder has left the directory.
    """
    stay(contact)
    before = _words(tenure_of(mandate, contact.addresses))
    db.session.execute(update(Address).where(Address.mandate_id == mandate.id).values(mandate_id=None))
    db.session.execute(delete(Mandate).where(Mandate.id == mandate.id))
    _told(contact, before, "", at, user_id)


def _fill(mandate: Mandate, tenure: Tenure) -> None:
    mandate.office = tenure.office if tenure.office != mandate.kind.value else None
    mandate.constituency, mandate.position = tenure.constituency, tenure.position
    mandate.since, mandate.until, mandate.honorary = tenure.since, tenure.until, tenure.honorary


def _set_address(contact: Contact, mandate: Mandate, email: str, source: str, at: datetime) -> None:
    """Make this the office's own address; one that is the contact's already becomes it."""
    for one in contact.addresses:
        if one.mandate_id == mandate.id and one.email.casefold() != email.casefold():
            one.retired_at, one.preferred = one.retired_at or at, False
    if not email:
        _prefer_another(contact)
        return
    known = next((one for one in contact.addresses if one.email.casefold() == email.casefold()), None)
    if known is None:
        on = at.date()
        known = Address(email=email, digest=links().digest(email), source=source, collected_on=on, preferred=False)
        known.legal_basis, known.retain_until = terms_for(source, on)
        contact.addresses.append(known)
    known.mandate_id, known.retired_at = mandate.id, None
    _prefer_another(contact)


def _retire_if_over(contact: Contact, mandate: Mandate, at: datetime) -> None:
    """Its own address is written to no more from the day after the last."""
    if mandate.until is None or mandate.until >= at.date():
        return
    for one in contact.addresses:
        if one.mandate_id == mandate.id and one.retired_at is None:
            one.retired_at, one.preferred = at, False
    _prefer_another(contact)


def _prefer_another(contact: Contact) -> None:
    """One of the addresses in use is always the preferred one."""
    in_use = contact.in_use
    if in_use and not in_use[0].preferred:
        in_use[0].preferred = True


def _words(tenure: Tenure) -> str:
    return ", ".join(filter(None, [str(tenure), tenure.email]))


def _told(contact: Contact, before: str, after: str, at: datetime, user_id: int | None) -> None:
    contact.changed_at = at
    told = {"field": "mandate", "before": before, "after": after}
    db.session.add(ContactChange(contact_id=contact.id, at=at, user_id=user_id, **told))
    db.session.flush()
    reindex([contact.id])  # it is found by the addresses in use
    if user_id is not None:
        record("contact.edited", "contact", contact.id, user_id, fields=["mandate"])
