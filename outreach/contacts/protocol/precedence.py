"""In what quality somebody is written to: of all their offices, the first in the order of protocol on that day."""

from collections.abc import Collection
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from outreach.contacts.kinds import Kind
from outreach.contacts.protocol.offices import Standing, read_office, row_of
from outreach.contacts.protocol.table import FORMS


class Held(NamedTuple):
    """An office held from a day to a day, each None where it is not known."""

    kind: Kind
    since: date | None
    until: date | None
    office: str = ""
    """The row of the table; "" for the one that the kind has by itself."""
    position: int | None = None
    honorary: bool = False
    constituency: str = ""
    id: int = 0


class Quality(NamedTuple):
    """In what quality somebody is written to."""

    kind: Kind
    row: str = ""
    """Of the forms of address; "" for somebody without an office: a person, or a desk."""
    standing: Standing = Standing.HELD
    position: int | None = None
    place: str = ""
    """The constituency; of a mayor, the commune."""
    mandate_id: int = 0
    """The mandate that gives it; 0 where the contact's own kind does."""
    since: date | None = None


def quality(own: Kind, role: str, mandates: Collection[Held], day: date) -> Quality:
    """The quality in which a contact of this kind and role is written to on a day.

    Offices in hand come first, in the order of the table; then honorary ones; then those whose title stays once they
    are over. Among equals, the first deputy mayor before the second, and who was elected earlier. A kind whose mandates
    are all over no longer counts: a former mayor is written to as anybody is.
    """
    if not mandates:
        return _own(own, role)
    found = [counted for one in mandates if (counted := _of_mandate(one, own, role, day))]
    if all(one.kind is not own for one in mandates):
        found.append(_own(own, role))
    return found[0] if len(found) == 1 else min(found, key=_order, default=Quality(Kind.INDIVIDUAL))


def qualities(own: Kind, role: str, mandates: Collection[Held], day: date) -> list[Quality]:
    """Every quality that counts that day, in order: the first is the one that letters name."""
    found = [_of_mandate(one, own, role, day) for one in mandates]
    return sorted((one for one in found if one), key=_order)


def holds(one: Held, day: date) -> bool:
    """Whether a mandate has begun and is not over on a day."""
    return (one.since is None or one.since <= day) and (one.until is None or one.until >= day)


@lru_cache(maxsize=4096)
def _own(own: Kind, role: str) -> Quality:
    """What the contact's record says without mandates: « Maire honoraire » and « Ancien ministre » among the roles."""
    said = read_office(role)
    if said.standing is Standing.HELD:
        return Quality(own, row_of(own, role), position=said.position)
    row = said.row or (own.value if own.value in FORMS else "")
    if not row or (said.standing is Standing.FORMER and not FORMS[row].kept_after):
        return Quality(Kind.INDIVIDUAL if said.standing is Standing.FORMER else own)
    return Quality(own, row, said.standing)


def _of_mandate(one: Held, own: Kind, role: str, day: date) -> Quality | None:
    row = one.office if one.office in FORMS else row_of(one.kind, role if one.kind is own else "")
    if one.honorary:
        standing = Standing.HONORARY if one.since is None or one.since <= day else None
    elif holds(one, day):
        standing = Standing.HELD
    else:
        over = one.until is not None and one.until < day
        standing = Standing.FORMER if over and row and FORMS[row].kept_after else None
    if standing is None:
        return None
    return Quality(one.kind, row, standing, one.position, one.constituency, one.id, one.since)


_STANDINGS = tuple(Standing)


def _order(one: Quality) -> tuple[int, int, int, date]:
    if not one.row:
        return len(_STANDINGS), 0, 0, date.max
    return _STANDINGS.index(one.standing), FORMS[one.row].rank, one.position or 99, one.since or date.max
