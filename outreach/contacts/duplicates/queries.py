"""Reads pairs of contacts that look alike: a page of them, one of them, how far looking for them has come."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, func, or_, select, tuple_
from sqlalchemy.orm import selectinload
from sqlalchemy.sql.base import ExecutableOption

from outreach.contacts.duplicates.likeness import ALMOST_SURE
from outreach.contacts.duplicates.models import ContactMerge, DuplicateCheck, DuplicatePair, PairState
from outreach.contacts.folding import fold
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Contact
from outreach.database import db
from outreach.errors import NotFound

PAGE: Final = 50
COUNTED: Final = 10_000


class Level(StrEnum):
    """How sure it is that a pair is one person or organisation."""

    EXACT = "exact"
    ALMOST_SURE = "almost_sure"
    LIKELY = "likely"


_LEVELS: Final[Mapping[Level, tuple[int, int]]] = {
    Level.EXACT: (100, 100),
    Level.ALMOST_SURE: (round(ALMOST_SURE * 100), 99),
    Level.LIKELY: (0, round(ALMOST_SURE * 100) - 1),
}


def level_of(score: int) -> Level:
    """The level that a score, in hundredths, belongs to."""
    return next(level for level, (least, most) in _LEVELS.items() if least <= score <= most)


@dataclass(frozen=True, slots=True)
class PairFilters:
    """What is asked of the list; what is empty or unknown asks for nothing."""

    state: PairState = PairState.OPEN
    level: Level | None = None
    kind: Kind | None = None
    q: str = ""
    after: tuple[int, int] | None = None

    @classmethod
    def parse(cls, args: Mapping[str, str]) -> "PairFilters":
        """Read the query of an address."""
        score, _dash, number = args.get("after", "").partition("-")
        whole = (score + number).isdecimal() and 1 <= len(score) <= 3 and 1 <= len(number) <= 18
        return cls(
            state=next((one for one in PairState if one.value == args.get("state")), PairState.OPEN),
            level=next((one for one in Level if one.value == args.get("level")), None),
            kind=next((one for one in Kind if one.value == args.get("kind")), None),
            q=args.get("q", "").strip()[:200],
            after=(int(score), int(number)) if whole else None,
        )

    @property
    def narrowed(self) -> bool:
        """True when something is asked for."""
        return bool(self.level or self.kind or self.q or self.state is not PairState.OPEN)


@dataclass(frozen=True, slots=True)
class PairPage:
    """Some pairs, the most alike first, and where the next ones begin."""

    pairs: list[DuplicatePair]
    following: str | None
    count: int
    more: bool
    """There are more than were counted."""


def page(filters: PairFilters, size: int = PAGE) -> PairPage:
    """One page of the list."""
    met = _conditions(filters)
    asked = select(DuplicatePair).options(*_whole()).where(*met)
    if filters.after:
        asked = asked.where(tuple_(DuplicatePair.score, DuplicatePair.id) < filters.after)
    order = (DuplicatePair.score.desc(), DuplicatePair.id.desc())
    found = list(db.session.scalars(asked.order_by(*order).limit(size + 1)))
    some = select(DuplicatePair.id).where(*met).limit(COUNTED + 1).subquery()
    count = db.session.scalar(select(func.count()).select_from(some)) or 0
    pairs = found[:size]
    following = f"{pairs[-1].score}-{pairs[-1].id}" if len(found) > size else None
    return PairPage(pairs, following, min(count, COUNTED), count > COUNTED)


def counts() -> dict[Level, int]:
    """How many pairs of each level wait for a decision."""
    scores = select(DuplicatePair.score, func.count()).where(DuplicatePair.state == PairState.OPEN)
    found = dict.fromkeys(Level, 0)
    for score, count in db.session.execute(scores.group_by(DuplicatePair.score)):
        found[level_of(score)] += count
    return found


def check() -> DuplicateCheck | None:
    """How far looking for them has come; None when it never began."""
    return db.session.get(DuplicateCheck, 1)


def get_pair(pair_id: int) -> DuplicatePair:
    """A pair with both contacts. Raises NotFound."""
    pair = db.session.scalars(select(DuplicatePair).options(*_whole()).where(DuplicatePair.id == pair_id)).one_or_none()
    if pair is None:
        raise NotFound("These two contacts no longer look alike, or one of them is gone.")
    return pair


def pairs_of(contact_id: int) -> list[DuplicatePair]:
    """The pairs of a contact that wait for a decision, the most alike first."""
    either = or_(DuplicatePair.first_id == contact_id, DuplicatePair.second_id == contact_id)
    asked = select(DuplicatePair).options(*_whole()).where(either, DuplicatePair.state == PairState.OPEN)
    return list(db.session.scalars(asked.order_by(DuplicatePair.score.desc(), DuplicatePair.id)))


def get_merge(merge_id: int) -> ContactMerge:
    """What was moved when one contact absorbed another. Raises NotFound."""
    merge = db.session.get(ContactMerge, merge_id)
    if merge is None:
        raise NotFound("These contacts were never merged.")
    return merge


def find_merge_of(pair: DuplicatePair) -> ContactMerge | None:
    """The merge that made one of a pair, unless it was undone."""
    both = (pair.first_id, pair.second_id)
    asked = select(ContactMerge).where(ContactMerge.survivor_id.in_(both), ContactMerge.absorbed_id.in_(both))
    return db.session.scalars(asked.where(ContactMerge.undone_at.is_(None)).limit(1)).first()


def merges_of(contact_id: int) -> list[ContactMerge]:
    """The merges that a contact survived, and that were not undone, the latest first."""
    survived = (ContactMerge.survivor_id == contact_id, ContactMerge.undone_at.is_(None))
    return list(db.session.scalars(select(ContactMerge).where(*survived).order_by(ContactMerge.id.desc())))


def absorbed_by(contact_id: int) -> list[int]:
    """The contacts that one has absorbed: their rows are kept, for the case that it is undone."""
    return list(db.session.scalars(select(Contact.id).where(Contact.merged_into_id == contact_id).order_by(Contact.id)))


def find_survivor(contact_id: int) -> int | None:
    """Who absorbed a contact, in the end; None for one that stands for itself."""
    return db.session.scalar(select(Contact.merged_into_id).where(Contact.id == contact_id))


def _whole() -> list[ExecutableOption]:
    return [
        selectinload(side).options(selectinload(Contact.organisation), selectinload(Contact.addresses))
        for side in (DuplicatePair.first, DuplicatePair.second)
    ]


def _conditions(filters: PairFilters) -> list[ColumnElement[bool]]:
    met: list[ColumnElement[bool]] = [DuplicatePair.state == filters.state]
    if filters.level:
        met.append(DuplicatePair.score.between(*_LEVELS[filters.level]))
    if filters.kind:
        kinds = select(Contact.id).where(Contact.id == DuplicatePair.first_id, Contact.kind == filters.kind)
        met.append(kinds.exists())
    if plain := fold(filters.q):
        sides = or_(Contact.id == DuplicatePair.first_id, Contact.id == DuplicatePair.second_id)
        met.append(select(Contact.id).where(sides, Contact.sort_name.contains(plain, autoescape=True)).exists())
    return met
