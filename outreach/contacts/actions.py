"""Changes to contacts, one at a time: added, edited, tagged, kept from being written to. Whoever calls commits."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Unpack

from sqlalchemy import select, update

from outreach.accounts.actions import record
from outreach.contacts.duplicates.aliases import find_by_former_name, found_by, keep_former
from outreach.contacts.holding import stay
from outreach.contacts.models import Address, Contact, ContactChange, ContactTag, Suppression, SuppressionReason
from outreach.contacts.organisations import organisation as find_or_make
from outreach.contacts.particulars import Particulars, completed, sort_name
from outreach.contacts.retention import keep_until
from outreach.contacts.rights.rules import terms_for
from outreach.contacts.searching.indexing import reindex
from outreach.contacts.tagging import read_tag
from outreach.database import COUNTED, affected, db, insertion
from outreach.errors import Refusal
from outreach.journal.entries import Counted, Lifted, Suppressed, Uncounted
from outreach.journal.hooks import enter
from outreach.links import links

WEIGHTS = {
    SuppressionReason.BOUNCE: 0,
    SuppressionReason.STAFF: 1,
    SuppressionReason.OPT_OUT: 2,
    SuppressionReason.COMPLAINT: 2,
    SuppressionReason.ERASURE: 3,
}
"""What an address says itself weighs least, what its owner wishes most."""


def add_contact(
    *,
    at: datetime,
    source: str,
    emails: Sequence[str] = (),
    organisation: str = "",
    user_id: int | None = None,
    **values: Unpack[Particulars],
) -> Contact:
    """Keep a new contact; its first address is the one that is written to. `kind` must be given.

    What a member of staff types (`user_id`) enters the history, so that no import changes it.
    """
    filled = completed(values)
    house = find_or_make(organisation, filled.get("department"), filled["kind"], at)
    contact = Contact(
        **filled,
        organisation=house,
        sort_name="",
        created_at=at,
        changed_at=at,
        retain_until=keep_until(at.date()),
        addresses=[],
        mandates=[],
        tags=[],
    )
    db.session.add(contact)
    _set_addresses(contact, emails, source, at)
    contact.sort_name = _sort_name(contact)
    db.session.flush()
    reindex([contact.id])
    if user_id is not None:
        given = {name: (None, value) for name, value in values.items() if value}
        given |= {"organisation": (None, organisation), "email": (None, ", ".join(emails))}
        _keep_changes(contact, {name: pair for name, pair in given.items() if pair[1]}, at, user_id)
        record("contact.added", "contact", contact.id, user_id)
    return contact


def find_person(email: str, given_name: str, family_name: str) -> Contact | None:
    """The person of that name at that address, whatever accents and capitals: the oldest one if there are several."""
    if not (given_name + family_name).strip():
        return None
    digest, name = links().digest(email), sort_name(given_name, family_name)
    found = db.session.scalars(
        select(Contact)
        .join(Address, Address.contact_id == Contact.id)
        .where(Address.digest == digest, Contact.sort_name == name)
        .order_by(Contact.id)
        .limit(1)
    ).one_or_none()
    if found is None and (survivor := find_by_former_name(digest, name)) is not None:
        return db.session.get_one(Contact, survivor)
    return found


def find_same(values: Mapping[str, Any]) -> Contact | None:
    """The person whom the values of a form speak of, at any of their addresses."""
    people = (find_person(email, values["given_name"], values["family_name"]) for email in values["emails"])
    return next(filter(None, people), None)


def edit_contact(
    contact: Contact,
    *,
    at: datetime,
    user_id: int | None = None,
    source: str = "",
    emails: Sequence[str] | None = None,
    organisation: str | None = None,
    **values: Unpack[Particulars],
) -> list[str]:
    """Change what differs, keep what it was, and return the names of the fields that changed.

    Whoever was found by other words still is, so that no file brings these back. `emails` is the whole list, the one
    to write to first: an address that is not in it any more is retired. Raises Refusal for who has left meanwhile.
    """
    stay(contact)
    before_all = found_by(contact)
    filled = completed(values) if "postal_code" in values else dict(values)
    changed: dict[str, tuple[Any, Any]] = {}
    for name, value in filled.items():
        if (before := getattr(contact, name)) != value:
            changed[name] = (before, value)
            setattr(contact, name, value)
    if organisation is not None:
        changed |= _set_organisation(contact, organisation, at)
    if emails is not None:
        changed |= _set_addresses(contact, emails, source, at)
    if not changed:
        return []
    if "not_measured" in changed:
        enter((Uncounted if contact.not_measured else Counted)(at, contact.id))
    contact.changed_at = at
    contact.sort_name = _sort_name(contact)
    keep_former(contact, before_all)
    _keep_changes(contact, changed, at, user_id)
    db.session.flush()
    reindex([contact.id])
    if user_id is not None:
        record("contact.edited", "contact", contact.id, user_id, fields=sorted(changed))
    return list(changed)


def tag(contact: Contact, word: str, at: datetime, user_id: int | None = None) -> None:
    """Put a word on a contact; twice is once. Raises Refusal when it is empty or too long, or the contact has left."""
    word = read_tag(word)
    stay(contact)
    if word not in {known.tag for known in contact.tags}:
        contact.tags.append(ContactTag(tag=word))
        _keep_changes(contact, {"tag": (None, word)}, at, user_id)


def untag(contact: Contact, word: str, at: datetime, user_id: int | None = None) -> None:
    """Take a word off a contact; nothing happens when it is not there. Raises Refusal when the contact has left."""
    stay(contact)
    for known in [known for known in contact.tags if known.tag == word]:
        contact.tags.remove(known)
        _keep_changes(contact, {"tag": (word, None)}, at, user_id)


def suppress(
    email: str,
    reason: SuppressionReason,
    at: datetime,
    event_id: int | None = None,
    user_id: int | None = None,
    note: str = "",
) -> Suppression:
    """Never write to an address again, for one event or for everything; asking twice changes nothing.

    The strongest reason stays: a wish takes the place of a bounce, so that lifting the bounce does not lift the wish.
    An erasure keeps the keyed hash only, and takes the address out of all that ever kept it.
    """
    return suppress_digest(links().digest(email), reason, at, event_id, user_id, note, email.strip())


def suppress_digest(
    digest: str,
    reason: SuppressionReason,
    at: datetime,
    event_id: int | None = None,
    user_id: int | None = None,
    note: str = "",
    email: str | None = None,
) -> Suppression:
    """The same for an address of which only the keyed hash may be known."""
    erased = reason is SuppressionReason.ERASURE
    values = {
        "digest": digest,
        "email": None if erased else email,
        "event_id": event_id,
        "reason": reason,
        "note": "" if erased else note.strip(),
        "lift_note": "",
        "user_id": user_id,
        "at": at,
    }
    # Two requests at once may both find nothing: the index decides, and the second one is told nothing.
    statement = insertion(Suppression).values(values).on_conflict_do_nothing()
    made = affected(db.session.execute(statement, execution_options=COUNTED))
    known = find_suppressed(digest, event_id)
    if known is None:
        raise LookupError("a suppression that was just kept is gone")
    stronger = WEIGHTS[reason] > WEIGHTS[known.reason]
    if erased:
        known.reason = reason
        emptied = {"email": None, "note": "", "lift_note": ""}
        db.session.execute(update(Suppression).where(Suppression.digest == digest).values(emptied))
    elif stronger:
        known.reason, known.at = reason, at
    if made or erased or stronger:
        enter(Suppressed(at, digest, event_id, reason.value))
    if made and user_id is not None:
        record("suppression.added", "suppression", known.id, user_id, reason=reason.value)
    return known


def lift_suppression(
    email: str, at: datetime, event_id: int | None = None, user_id: int | None = None, note: str = ""
) -> Suppression | None:
    """Let an address be written to again; None when nothing kept it from that. Raises Refusal for an erased one."""
    known = find_suppression(email, event_id)
    return None if known is None else lift(known, at, user_id, note)


def lift(known: Suppression, at: datetime, user_id: int | None = None, note: str = "") -> Suppression:
    """Let the address of this suppression be written to again. Raises Refusal for an erased one."""
    if known.reason is SuppressionReason.ERASURE:
        raise Refusal("Somebody asked to be erased: only they can come back, by registering themselves.")
    known.lifted_at, known.lifted_by_id, known.lift_note = at, user_id, note
    db.session.flush()
    enter(Lifted(at, known.digest, known.event_id, known.at))
    if user_id is not None:
        record("suppression.lifted", "suppression", known.id, user_id, reason=known.reason.value)
    return known


def find_suppression(email: str, event_id: int | None = None) -> Suppression | None:
    """What keeps an address from being written to for everything, or for one event."""
    return find_suppressed(links().digest(email), event_id)


def find_suppressed(digest: str, event_id: int | None = None) -> Suppression | None:
    """The same for the keyed hash of an address."""
    return db.session.scalars(
        select(Suppression).where(
            Suppression.digest == digest,
            Suppression.event_id.is_(None) if event_id is None else Suppression.event_id == event_id,
            Suppression.lifted_at.is_(None),
        )
    ).one_or_none()


def retire_address(address: Address, at: datetime) -> None:
    """Write to an address no more; it stays in the history."""
    address.retired_at, address.preferred = at, False


def _set_organisation(contact: Contact, name: str, at: datetime) -> dict[str, tuple[Any, Any]]:
    before = contact.organisation.name if contact.organisation else ""
    if before == name.strip():
        return {}
    contact.organisation = find_or_make(name, contact.department, contact.kind, at)
    return {"organisation": (before, name.strip())}


def _set_addresses(contact: Contact, emails: Sequence[str], source: str, at: datetime) -> dict[str, tuple[Any, Any]]:
    """Make these the addresses in use, the first one preferred."""
    before = ", ".join(one.email for one in contact.in_use)
    held = {one.email.casefold(): one for one in contact.addresses}
    wanted = {email.casefold(): email for email in emails}
    for address in contact.addresses:
        if address.email.casefold() not in wanted and address.retired_at is None:
            retire_address(address, at)
    for position, (folded, email) in enumerate(wanted.items()):
        address = held.get(folded) or _new_address(contact, email, source, at.date())
        address.preferred, address.retired_at = position == 0, None
    after = ", ".join(one.email for one in contact.in_use)
    return {} if before == after else {"email": (before, after)}


def _new_address(contact: Contact, email: str, source: str, on: date) -> Address:
    basis, until = terms_for(source, on)
    address = Address(email=email, digest=links().digest(email), source=source, collected_on=on)
    address.legal_basis, address.retain_until = basis.value, until
    contact.addresses.append(address)
    return address


def _sort_name(contact: Contact) -> str:
    house = contact.organisation.name if contact.organisation else ""
    emails = [one.email for one in contact.addresses]
    return sort_name(contact.given_name or "", contact.family_name or "", house, contact.locality or "", *emails)


def _keep_changes(contact: Contact, changed: dict[str, tuple[Any, Any]], at: datetime, user_id: int | None) -> None:
    db.session.add_all(
        ContactChange(contact_id=contact.id, at=at, user_id=user_id, field=name, before=_text(old), after=_text(new))
        for name, (old, new) in changed.items()
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)
