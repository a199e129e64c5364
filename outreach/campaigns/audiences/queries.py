"""Reads saved audiences: whom each finds, about how many, why somebody is in or out, and who uses it."""

from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from outreach.campaigns.audiences.compiling import compiled
from outreach.campaigns.audiences.models import Audience
from outreach.campaigns.audiences.rules import Condition, Group, Node, read_tree
from outreach.campaigns.models import Campaign
from outreach.contacts.models import Contact
from outreach.contacts.searching.listing import Listed, listed
from outreach.database import db
from outreach.errors import NotFound

FEW: Final = 20_000
"""So many contacts are counted one by one at any time; of more a part is looked at first."""
SLICES: Final = 40
BREADTH: Final = 500
"""Contacts of one slice; the slices lie evenly among all."""
ENOUGH: Final = 100
"""So many of those looked at tell how many there are in all, to a tenth or so; of fewer all are counted."""
SAMPLE: Final = 10


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many contacts a rule finds."""

    count: int
    about: bool = False
    """True when a part was counted and the whole reckoned from it."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One part of a rule, and whether a contact meets it."""

    node: Node
    depth: int
    met: bool


def audiences() -> Sequence[Audience]:
    """Every saved audience, by name."""
    return db.session.scalars(select(Audience).order_by(Audience.name)).all()


def get_audience(audience_id: int) -> Audience:
    """The audience of that number. Raises NotFound."""
    found = db.session.get(Audience, audience_id)
    if found is None:
        raise NotFound("This audience does not exist.")
    return found


def find_audience(name: str) -> Audience | None:
    """The audience of that name."""
    return db.session.scalars(select(Audience).where(Audience.name == name.strip())).one_or_none()


def rule_of(audience_id: int) -> Group:
    """What a saved audience says. Raises NotFound."""
    return read_tree(get_audience(audience_id).tree)


def used_by() -> Mapping[int, Sequence[Campaign]]:
    """The campaigns that write to a saved audience, by audience."""
    found: dict[int, list[Campaign]] = defaultdict(list)
    for campaign in db.session.scalars(select(Campaign).where(Campaign.audience_id.is_not(None)).order_by(Campaign.id)):
        if campaign.audience_id is not None:
            found[campaign.audience_id].append(campaign)
    return found


def instant(on: date) -> datetime:
    """The beginning of a day: conditions reckon in days."""
    return datetime.combine(on, time(), UTC)


def meets(node: Node, at: datetime) -> ColumnElement[bool]:
    """Whether a contact is in the directory and meets the rule."""
    return and_(Contact.erased_at.is_(None), compiled(node, at))


def is_large() -> bool:
    """True when there are more contacts than are counted one by one."""
    return (db.session.scalar(select(func.max(Contact.id))) or 0) > FEW


def estimate(node: Node, at: datetime) -> Estimate:
    """How many contacts a rule finds: exactly, or about where that would take long."""
    if is_large() and (reckoned := _reckoned(node, at)) is not None:
        return Estimate(reckoned, about=True)
    return Estimate(exact(node, at))


def exact(node: Node, at: datetime) -> int:
    """How many contacts a rule finds, counted one by one."""
    return db.session.scalar(select(func.count()).select_from(Contact).where(meets(node, at))) or 0


def _reckoned(node: Node, at: datetime) -> int | None:
    """From slices of the directory; None when too few of those looked at meet the rule."""
    looked, times = slices()
    hits = db.session.scalar(select(func.count()).select_from(Contact).where(looked, meets(node, at))) or 0
    return rounded(hits * times) if hits >= ENOUGH else None


def slices() -> tuple[ColumnElement[bool], float]:
    """A part of a large directory to look at, and how many times as large the whole is."""
    last = db.session.scalar(select(func.max(Contact.id))) or 0
    width = max(last // SLICES, BREADTH)
    looked = or_(*(Contact.id.between(first + 1, first + BREADTH) for first in range(0, last, width)))
    return looked, width / BREADTH


def rounded(count: float) -> int:
    """The number to two figures: 118 432 is about 120 000."""
    step = 10 ** max(0, len(str(int(count))) - 2)
    return int(round(count / step) * step)


def sample(node: Node, at: datetime, size: int = SAMPLE) -> list[Listed]:
    """Some of the contacts that a rule finds."""
    return listed(db.session.scalars(select(Contact.id).where(meets(node, at)).limit(size)).all())


def members(node: Node, at: datetime) -> "array[int]":
    """The numbers of all contacts that a rule finds, in the order of their names."""
    statement: Select[int] = select(Contact.id).where(meets(node, at)).order_by(Contact.sort_name, Contact.id)
    found = array("q")
    for rows in db.session.execute(statement, execution_options={"yield_per": 10_000}).partitions():
        found.extend(row[0] for row in rows)
    return found


def judged(node: Node, contact_id: int, at: datetime) -> list[Judged]:
    """Why a contact is in or out: every part of the rule, the whole first. Raises NotFound."""
    parts = list(_parts(node, 0))
    told = select(*(compiled(part, at).label(f"part_{place}") for place, (part, _depth) in enumerate(parts)))
    row = db.session.execute(told.select_from(Contact).where(Contact.id == contact_id)).one_or_none()
    if row is None:
        raise NotFound("This contact is not in the directory.")
    return [Judged(part, depth, bool(met)) for (part, depth), met in zip(parts, row, strict=True)]


def _parts(node: Node, depth: int) -> Iterator[tuple[Node, int]]:
    yield node, depth
    if not isinstance(node, Condition):
        for part in node.parts:
            yield from _parts(part, depth + 1)
