"""Reads contacts: one of them, where they may be written to, how they are addressed."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, exists, literal, or_, select
from sqlalchemy.orm import aliased, selectinload

from outreach.accounts.models import User
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Address, Contact, ContactChange, Mandate, Suppression, SuppressionReason
from outreach.contacts.protocol import addressing
from outreach.contacts.protocol.addressing import FormOfAddress, Person
from outreach.contacts.protocol.precedence import Held, Quality, qualities, quality
from outreach.database import BigId, db, now
from outreach.errors import NotFound


def get_contact(contact_id: int) -> Contact:
    """A contact with its organisation, addresses, mandates and tags. Raises NotFound, also for an erased one."""
    contact = db.session.scalars(
        select(Contact)
        .options(
            selectinload(Contact.organisation),
            selectinload(Contact.addresses),
            selectinload(Contact.mandates),
            selectinload(Contact.tags),
        )
        .where(Contact.id == contact_id, Contact.erased_at.is_(None))
    ).one_or_none()
    if contact is None:
        raise NotFound("This contact is not in the directory.")
    return contact


def get_address(contact_id: int, address_id: int) -> Address:
    """One of a contact's addresses. Raises NotFound, also for one that was emptied."""
    address = db.session.get(Address, address_id)
    if address is None or address.contact_id != contact_id or not address.digest:
        raise NotFound("This contact does not have this address.")
    return address


def suppressed(event_id: int | ColumnElement[int] | None = None) -> ColumnElement[bool]:
    """The condition on Address that it must not be written to: for everything, or for this event."""
    for_everything = _suppression(Suppression.event_id.is_(None))
    if event_id is None:
        return for_everything
    return or_(for_everything, _suppression(Suppression.event_id == event_id))


def _suppression(scope: ColumnElement[bool]) -> ColumnElement[bool]:
    found = and_(Suppression.digest == Address.digest, scope, Suppression.lifted_at.is_(None))
    return exists(select(literal(1)).select_from(Suppression).where(found).correlate(Address))


def of_past_office(on: date) -> ColumnElement[bool]:
    """The condition on Address that it belongs to an office that is over."""
    over = exists().where(Mandate.id == Address.mandate_id, Mandate.until < on).correlate(Address)
    return and_(Address.mandate_id.is_not(None), over)


def in_use(on: date) -> ColumnElement[bool]:
    """The condition on Address that its contact is written to there on a day: neither retired, nor of a past office.

    Whoever is written to at several goes by FIRST.
    """
    return and_(Address.retired_at.is_(None), ~of_past_office(on))


FIRST: Final = (Address.preferred.desc(), Address.id)
"""In what order the addresses of one contact are written to."""


def in_office(on: date, kinds: Collection[Kind] = (), who: type[Contact] = Contact) -> ColumnElement[bool]:
    """The condition on a contact that they hold an office on a day, one of these kinds where some are named.

    It has begun and is not over, as `precedence.holds` says of one; an honour is none.
    """
    begun = or_(Mandate.since.is_(None), Mandate.since <= on)
    still = or_(Mandate.until.is_(None), Mandate.until >= on)
    wanted = [Mandate.kind.in_(kinds)] if kinds else []
    return exists().where(Mandate.contact_id == who.id, *wanted, begun, still, Mandate.honorary.is_(False))


def usable_address(contact_id: int) -> Address | None:
    """Where a contact may be written to; None when there is nowhere.

    The preferred address first. One that bounced is passed over for the next; but somebody who asked not to be written
    to, at any of their addresses, is not written to at another.
    """
    return db.session.scalars(_usable(), {"contact": contact_id, "today": now().date()}).one_or_none()


def usable_email(contact_id: int) -> str | None:
    """The same as its text alone, for whoever needs no more of it."""
    return db.session.connection().scalar(_usable_email(), {"contact": contact_id, "today": now().date()})


@cache
def _usable_email() -> Select[str]:
    return _usable().with_only_columns(Address.email)


@cache
def _usable() -> Select[Address]:
    """Built once: every answer asks for it."""
    contact_id, today = bindparam("contact", type_=BigId), cast("Any", bindparam("today", type_=Date()))
    other = aliased(Address)
    refused = (
        select(literal(1))
        .select_from(Suppression)
        .join(other, other.digest == Suppression.digest)
        .where(
            other.contact_id == contact_id,
            Suppression.event_id.is_(None),
            Suppression.lifted_at.is_(None),
            Suppression.reason != SuppressionReason.BOUNCE,
        )
    )
    return (
        select(Address)
        .where(
            Address.contact_id == contact_id,
            in_use(today),
            ~suppressed(),
            ~refused.exists(),
        )
        .order_by(*FIRST)
        .limit(1)
    )


def form_for(contact: Contact, language: str, on: date | None = None) -> FormOfAddress:
    """How a contact is written to: their own form first, else their highest mandate of that day, else their kind."""
    own, masculine = contact.salutation, contact.masculine_title
    person = Person(contact.gender, contact.family_name, contact.given_name, own, masculine)
    return addressing.form_for(quality_of(contact, on), person, language)


def quality_of(contact: Contact, on: date | None = None) -> Quality:
    """The quality in which a contact is written to on a day (today): see `quality`."""
    return quality(contact.kind, contact.role_label, [held(one) for one in contact.mandates], on or now().date())


def quality_of_mandate(one: Mandate, contact: Contact, on: date) -> Quality | None:
    """The quality that one mandate gives on a day; None when it counts for nothing then."""
    return next(iter(qualities(contact.kind, contact.role_label, [held(one)], on)), None)


def held(one: Mandate) -> Held:
    """A mandate as the order of protocol looks at it."""
    told = (one.kind, one.since, one.until, one.office or "", one.position, one.honorary, one.constituency, one.id)
    return Held(*told)


def suppressions_of(contact: Contact) -> Sequence[Suppression]:
    """What keeps the addresses of a contact from being written to, newest first, lifted ones included."""
    digests = [address.digest for address in contact.addresses]
    return db.session.scalars(
        select(Suppression)
        .where(Suppression.digest.in_(digests))
        .order_by(Suppression.at.desc(), Suppression.id.desc())
    ).all()


def changes_of(contact_id: int, most: int = 200) -> list[tuple[datetime, str, list[ContactChange]]]:
    """What was changed on a contact, newest first: when, by whom ("" for a file), and the fields changed together."""
    rows = db.session.execute(
        select(ContactChange, User.name)
        .outerjoin(User, User.id == ContactChange.user_id)
        .where(ContactChange.contact_id == contact_id)
        .order_by(ContactChange.at.desc(), ContactChange.id)
        .limit(most)
    )
    together: dict[tuple[datetime, str], list[ContactChange]] = {}
    for change, name in rows:
        together.setdefault((change.at, "" if change.import_id else name or ""), []).append(change)
    return [(at, name, changes) for (at, name), changes in together.items()]
