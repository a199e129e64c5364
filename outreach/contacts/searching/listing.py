"""Pages of the list of contacts by keyset, both ways, and all of it for an export."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, func, select, tuple_
from sqlalchemy.orm import selectinload

from outreach.contacts.kinds import Gender, Kind
from outreach.contacts.models import Address, Contact
from outreach.contacts.queries import suppressed
from outreach.contacts.searching.filters import Cursor, Filters, Order
from outreach.contacts.searching.ranking import ranked
from outreach.contacts.searching.search import Conditions, conditions
from outreach.contacts.searching.typos import Meant, meant
from outreach.database import db

PAGE = 50
COUNTED = 10_000
"""More than this many are not counted one by one."""
EXAMINED = 50_000
"""Nor are more than this many looked at for the sake of a count."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A contact as a row of the list and of its exports."""

    id: int
    kind: Kind
    gender: Gender
    name: str
    given_name: str
    family_name: str
    organisation: str
    role_label: str
    email: str
    suppressed: bool
    phone: str
    website: str
    street: str
    postal_code: str
    locality: str
    department: str
    country: str
    language: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Some contacts in order, and the places where the pages beside this one begin."""

    contacts: list[Listed]
    following: Cursor | None
    preceding: Cursor | None
    count: int
    """How many the whole list holds."""
    more: bool
    """There are more than were counted."""
    meant: Meant | None = None
    """Nobody was found for what was typed: this was looked for instead."""


def page(filters: Filters, size: int = PAGE) -> Page:
    """One page: the beginning of the list, or what comes after or before a contact."""
    if filters.ranks:
        return _best(filters, size)
    met = conditions(filters)
    backwards = filters.before is not None and filters.after is None
    found = db.session.execute(_walk(filters, met, size + 1)).all()
    count, uncounted = _count(met)
    more, places = len(found) > size, [Cursor(name, number) for number, name in found[:size]]
    if backwards:
        places.reverse()
    further = more if not backwards else True
    earlier = more if backwards else filters.after is not None
    return Page(
        contacts=listed([place.id for place in places]),
        following=places[-1] if places and further else None,
        preceding=places[0] if places and earlier else None,
        count=count,
        more=uncounted,
    )


def _best(filters: Filters, size: int) -> Page:
    """One page of what fits the words best; places are counted from the first."""
    found = ranked(filters)
    other = None if found.numbers else meant(filters)
    if other is not None:
        found = ranked(other.filters)
    if filters.before is not None and filters.after is None:
        first = max(0, filters.before.id - size)
    else:
        first = filters.after.id if filters.after else 0
    last = first + size
    return Page(
        contacts=listed(found.numbers[first:last]),
        following=Cursor("", last) if last < len(found.numbers) else None,
        preceding=Cursor("", first) if first else None,
        count=len(found.numbers),
        more=found.more,
        meant=other,
    )


def everyone(filters: Filters, size: int = 1000) -> Iterator[Listed]:
    """The whole list, read a thousand at a time; each thousand as it is when it is read."""
    return in_turn(numbers(filters), size)


def in_turn(found: Sequence[int], size: int = 1000) -> Iterator[Listed]:
    """These contacts as rows, read a thousand at a time, however many there are."""
    for first in range(0, len(found), size):
        yield from listed(found[first : first + size])


def numbers(filters: Filters) -> "array[int]":
    """The numbers of all contacts of the list, in its order: eight bytes for each, however many."""
    asked = filters.everything()
    statement = _walk(asked, conditions(asked), None)
    found = array("q")
    for rows in db.session.execute(statement, execution_options={"yield_per": 10_000}).partitions():
        found.extend(row[0] for row in rows)
    return found


def _walk(filters: Filters, met: Conditions, most: int | None) -> Select[int, str]:
    """The numbers and sort names of the contacts on a page, in the direction of the walk."""
    by_name = filters.order is not Order.ADDED
    columns = (Contact.sort_name, Contact.id) if by_name else (Contact.id,)
    backwards = filters.before is not None and filters.after is None
    downwards = filters.descending is not backwards
    statement = select(Contact.id, Contact.sort_name).where(*met.all)
    if place := filters.after or filters.before:
        key = tuple_(*columns)
        border = (place.name, place.id) if by_name else (place.id,)
        statement = statement.where(key < border if downwards else key > border)
    return statement.order_by(*(column.desc() if downwards else column.asc() for column in columns)).limit(most)


def _count(met: Conditions) -> tuple[int, bool]:
    """How many there are, and whether there may be more: counted to COUNTED, among the first EXAMINED."""
    if met.narrow or not met.asked:
        few = select(Contact.id).where(*met.all).limit(COUNTED + 1).subquery()
        count = db.session.scalar(select(func.count()).select_from(few)) or 0
        return min(count, COUNTED), count > COUNTED
    first = select(and_(*met.asked).label("hit")).where(*met.found).limit(EXAMINED).subquery()
    few = select(first.c.hit).where(first.c.hit).limit(COUNTED + 1).subquery()
    count = db.session.scalar(select(func.count()).select_from(few)) or 0
    beyond = select(Contact.id).where(*met.found).limit(1).offset(EXAMINED)
    return min(count, COUNTED), count > COUNTED or db.session.scalar(beyond) is not None


def listed(ids: Sequence[int]) -> list[Listed]:
    """These contacts as rows, in this order; a few statements whatever their number."""
    contacts = {
        contact.id: contact
        for contact in db.session.scalars(
            select(Contact)
            .options(selectinload(Contact.organisation), selectinload(Contact.addresses), selectinload(Contact.tags))
            .where(Contact.id.in_(list(ids)))
        )
    }
    silenced = set(db.session.scalars(select(Address.id).where(Address.contact_id.in_(list(ids)), suppressed())))
    return [_listed(contacts[number], silenced) for number in ids if number in contacts]


def _listed(contact: Contact, silenced: set[int]) -> Listed:
    in_use = contact.in_use
    return Listed(
        id=contact.id,
        kind=contact.kind,
        gender=contact.gender,
        name=contact.name,
        given_name=contact.given_name,
        family_name=contact.family_name,
        organisation=contact.organisation.name if contact.organisation else "",
        role_label=contact.role_label,
        email=in_use[0].email if in_use else "",
        suppressed=bool(in_use) and in_use[0].id in silenced,
        phone=contact.phone,
        website=contact.website,
        street=contact.street,
        postal_code=contact.postal_code,
        locality=contact.locality,
        department=contact.department or "",
        country=contact.country,
        language=contact.language or "",
        tags=tuple(one.tag for one in contact.tags),
    )
