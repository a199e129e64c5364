"""Reads the recipients of a campaign whom nobody knows how to address: each is put right before it leaves."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import and_, or_

from outreach.campaigns.audience_queries import Scope, chosen
from outreach.contacts.kinds import Gender, Kind
from outreach.contacts.models import Contact
from outreach.contacts.protocol.addressees import addressees
from outreach.contacts.protocol.offices import row_of
from outreach.contacts.protocol.precedence import Quality
from outreach.contacts.protocol.resolving import Doubt, doubt
from outreach.database import db

_READ_AT_ONCE: Final = 2_000

ASKED: Final[tuple[Any, ...]] = (
    Contact.kind,
    Contact.gender,
    Contact.role_label,
    Contact.salutation,
    Contact.family_name,
)
"""What a first look needs, in the order in which `is_doubtful` takes it."""


@dataclass(frozen=True, slots=True)
class Unaddressed:
    """A recipient, and why nobody knows how to address them."""

    contact_id: int
    name: str
    role: str
    doubt: Doubt


def unaddressed(scope: Scope) -> Sequence[Unaddressed]:
    """Whoever among the recipients of this scope cannot be addressed, in the order of sending."""
    worth_a_look = or_(
        Contact.kind == Kind.AUTHORITY,
        Contact.salutation.is_not(None),
        and_(Contact.gender == Gender.MASCULINE, Contact.role_label != ""),
    )
    told: Any = chosen(scope).add_columns(*ASKED).where(worth_a_look)
    found: list[Unaddressed] = []
    for rows in db.session.execute(told, execution_options={"yield_per": _READ_AT_ONCE}).partitions():
        found += among([number for number, *asked in rows if is_doubtful(*asked)], scope.on)
    return found


def is_doubtful(kind: Kind, gender: Gender, role: str, own_form: str | None, family_name: str) -> bool:
    """Whether somebody deserves a closer look: a mandate may still say how they are addressed."""
    one = Quality(kind, row_of(kind, role) if kind is Kind.AUTHORITY else "")
    return doubt(one, gender=gender, role=role, own_form=own_form, named=bool(family_name)) is not None


def among(numbers: Collection[int], on: date) -> Sequence[Unaddressed]:
    """Those of these contacts who cannot be addressed on a day, their mandates looked at."""
    if not numbers:
        return []
    readers = addressees(numbers, on)
    return [
        Unaddressed(one.id, one.name, one.role_label, why)
        for one in (readers[number] for number in numbers)
        if (
            why := doubt(
                one.quality,
                gender=one.gender,
                role=one.role_label,
                own_form=one.salutation,
                named=bool(one.family_name),
            )
        )
    ]
