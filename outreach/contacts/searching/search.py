"""The conditions behind the list of contacts, so written that a million of them are never all looked at.

A page is walked in the order of the list and stops when it is full. That is quick while what is asked for is frequent.
What is rare is looked up first instead, and the few that it gives are sorted: so each condition that has an index of
its own (a word, a tag, a suppression, a kind with a département) is counted up to a limit, and the rarest below it
leads. Lists that are not much longer are read and met with it, which takes a fraction of asking each contact.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    any_,
    func,
    intersect,
    literal,
    literal_column,
    select,
)

from outreach.contacts.models import Address, Contact, ContactTag, Suppression
from outreach.contacts.searching.filters import Filters, Order, Reach
from outreach.contacts.searching.fragments import follows, leading, meeting
from outreach.database import db

NARROW = 10_000
"""Up to this many contacts are looked up and sorted; more are met soon enough on the way through the list."""
WORTH_COUNTING = 1_000
"""So few are looked up without asking whether something else would lead to fewer."""
WORTH_READING = 4
"""A list that is so many times as long as the shortest is not read whole: those of the shortest are asked instead."""

_EMPTY: ColumnElement[Any] = literal_column("''")
Columns = list[tuple[ColumnElement[Any], str]]


@dataclass(frozen=True, slots=True)
class Lookup:
    """A condition with an index of its own: the numbers of the contacts that meet it."""

    ids: Select[int]
    count: int
    """Up to one more than are looked up."""
    met: ColumnElement[bool] | None
    """The same, asked of each contact that was met; None where that is asked anyway."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a contact must meet to be listed."""

    found: list[ColumnElement[bool]]
    """What leads to contacts: an index of theirs, or the lookup that leads."""
    asked: list[ColumnElement[bool]]
    """What is then asked of each contact met."""
    narrow: bool
    """A lookup leads, so there are few."""

    @property
    def all(self) -> list[ColumnElement[bool]]:
        """All of them."""
        return [*self.found, *self.asked]


def conditions(filters: Filters, most: int | None = None) -> Conditions:
    """What a contact must meet to be listed; up to `most` are looked up, NARROW unless it is said."""
    most = NARROW if most is None else most
    lookups = sorted(_lookups(filters, most), key=lambda lookup: lookup.count)
    columns = _columns(filters)
    if lookups and lookups[0].count > WORTH_COUNTING and _by_index(columns):
        lookups = sorted([*lookups, _of_columns(columns, most)], key=lambda lookup: lookup.count)
    narrow = bool(lookups) and lookups[0].count <= most
    found = [_not_erased(narrow or filters.order is Order.ADDED)]
    found += [_equals(column, value, narrow) for column, value in columns]
    read = min(most, WORTH_READING * lookups[0].count) if narrow else -1
    found += _looked_up([lookup.ids for lookup in lookups if lookup.count <= read])
    asked = [lookup.met for lookup in lookups if lookup.count > read and lookup.met is not None]
    long = leading(filters.words)
    asked += [follows(word, filters.words) for word in filters.words if word not in long]
    if filters.language == "none":
        asked.append(Contact.language.is_(None))
    if filters.reach in {Reach.WITH, Reach.WITHOUT}:
        in_use = select(literal(1)).where(Address.contact_id == Contact.id, Address.retired_at.is_(None)).exists()
        asked.append(in_use if filters.reach is Reach.WITH else ~in_use)
    return Conditions(found, asked, narrow)


def tags() -> Sequence[str]:
    """Every tag there is, read by leaping through the index from one to the next."""
    first = select(func.min(ContactTag.tag).label("tag")).cte("known", recursive=True)
    following = select(func.min(ContactTag.tag)).where(ContactTag.tag > first.c.tag).correlate(first).scalar_subquery()
    known = first.union_all(select(following).where(first.c.tag.is_not(None)))
    return db.session.scalars(select(known.c.tag).where(known.c.tag.is_not(None))).all()


def _lookups(filters: Filters, most: int) -> Iterator[Lookup]:
    for word in leading(filters.words):
        yield _counted(meeting(word), follows(word), most)
    if filters.tag:
        yield _asked(select(ContactTag.contact_id).where(ContactTag.tag == filters.tag), most)
    if filters.reach is Reach.SUPPRESSED:
        listed = select(Suppression.digest).where(Suppression.event_id.is_(None), Suppression.lifted_at.is_(None))
        yield _asked(select(Address.contact_id).where(Address.digest.in_(listed), Address.retired_at.is_(None)), most)


def _asked(ids: Select[int], most: int) -> Lookup:
    """A lookup that asks each contact by the same index."""
    column: ColumnElement[Any] = ids.selected_columns[0]
    return _counted(ids, ids.where(column == Contact.id).correlate(Contact).exists(), most)


def _counted(ids: Select[int], met: ColumnElement[bool] | None, most: int) -> Lookup:
    few = ids.limit(most + 1).subquery()
    return Lookup(ids, db.session.scalar(select(func.count()).select_from(few)) or 0, met)


def _looked_up(ids: Sequence[Select[int]]) -> list[ColumnElement[bool]]:
    """The contacts that each of these gives, looked up by their numbers."""
    if not ids or db.engine.dialect.name == "sqlite":
        return [Contact.id.in_(one) for one in ids]
    # As an array they are found first, and then each of them: a join may be planned by reading every contact.
    together = intersect(*ids) if len(ids) > 1 else ids[0]
    return [Contact.id == any_(func.array(together.scalar_subquery(), type_=ARRAY(BigInteger)))]


def _by_index(columns: Columns) -> bool:
    """True when an index holds all these columns, so that no row is read for counting."""
    return len(columns) == 1 or {column.key for column, _value in columns} == {"kind", "department"}


def _of_columns(columns: Columns, most: int) -> Lookup:
    """The contacts with these values, read from an index."""
    met = [_not_erased(False), *(_equals(column, value, False) for column, value in columns)]
    return _counted(select(Contact.id).where(*met), None, most)


def _columns(filters: Filters) -> Columns:
    asked: list[tuple[Any, str]] = [
        (Contact.kind, filters.kind or ""),
        (Contact.department, filters.department),
        (Contact.country, filters.country),
        (Contact.language, "" if filters.language == "none" else filters.language),
    ]
    return [(column, value) for column, value in asked if value]


def _equals(column: ColumnElement[Any], value: str, narrow: bool) -> ColumnElement[bool]:
    """Equal; when a lookup leads, written so that SQLite does not prefer this column's index to it."""
    return func.coalesce(column, _EMPTY) == value if narrow else column == value


def _not_erased(otherwise_sorted: bool) -> ColumnElement[bool]:
    """An erased contact has no sort name."""
    return func.coalesce(Contact.sort_name, _EMPTY) != "" if otherwise_sorted else Contact.sort_name > ""
