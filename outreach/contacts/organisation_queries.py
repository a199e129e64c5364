"""Reads organisations: who belongs to one, its desks, where it is written to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, not_, select
from sqlalchemy.orm import selectinload

from outreach.contacts.models import Address, Contact, Organisation
from outreach.contacts.protocol.addressees import IS_DESK
from outreach.database import db
from outreach.errors import NotFound

MOST = 200


@dataclass(frozen=True, slots=True)
class House:
    """An organisation with its desks and the first of its people by name."""

    organisation: Organisation
    desks: Sequence[Contact]
    people: Sequence[Contact]
    count: int
    """Of its people, shown or not."""


def get_organisation(organisation_id: int) -> Organisation:
    """The organisation of that number. Raises NotFound."""
    found = db.session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound("This organisation is not in the directory.")
    return found


def house(organisation_id: int) -> House:
    """An organisation and who belongs to it, however many they are. Raises NotFound."""
    organisation = get_organisation(organisation_id)
    people = and_(*_here(organisation_id), not_(and_(*IS_DESK[:2])))
    count = db.session.scalar(select(func.count()).select_from(Contact).where(people)) or 0
    return House(
        organisation,
        desks=db.session.scalars(_listed(*_here(organisation_id), *IS_DESK)).all(),
        people=db.session.scalars(_listed(people)).all(),
        count=count,
    )


def desk_addresses(organisation_id: int | None) -> Sequence[Address]:
    """The mailboxes of an organisation that are in use, those of its desks, the preferred ones first; of None, none."""
    if organisation_id is None:
        return []
    found = select(Address).join(Contact, Contact.id == Address.contact_id)
    found = found.where(Contact.organisation_id == organisation_id, *IS_DESK, Address.retired_at.is_(None))
    return db.session.scalars(found.order_by(Address.preferred.desc(), Address.id).limit(MOST)).all()


def _here(organisation_id: int) -> tuple[Any, ...]:
    return Contact.organisation_id == organisation_id, Contact.erased_at.is_(None)


def _listed(*conditions: Any) -> Select[Contact]:
    options = (selectinload(Contact.addresses), selectinload(Contact.mandates))
    return select(Contact).options(*options).where(*conditions).order_by(Contact.sort_name, Contact.id).limit(MOST)
