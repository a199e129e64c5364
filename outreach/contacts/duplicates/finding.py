"""Looks for duplicates, a slice at a time: contacts that are new or have changed, against all that share a key.

A slice reads and compares first, then writes in one short transaction, so that nobody waits for it. Each pair is
compared once: a contact is compared with those whose keys are known already, then its own keys become known.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, tuple_

from outreach.contacts.duplicates.keys import COMMON, Keys, keys
from outreach.contacts.duplicates.likeness import LISTED, Likeness, Subject, compare
from outreach.contacts.duplicates.models import (
    DuplicateCheck,
    DuplicateKey,
    DuplicatePair,
    DuplicateSubject,
    PairState,
)
from outreach.contacts.duplicates.subjects import subjects
from outreach.contacts.loading import load
from outreach.contacts.models import Contact
from outreach.database import among, db, insertion, now, transaction

SLICE: Final = 1000
"""How many contacts are compared at a time: what bounds the memory."""
LOOK_BACK: Final = timedelta(minutes=15)
"""A change carries the instant at which its work began, and may be kept so much later."""

Couple = tuple[int, int]
Place = tuple[datetime, int]
"""The instant of a change and the contact: in this order they are compared."""


@dataclass(frozen=True, slots=True)
class Slice:
    """What one slice came to."""

    checked: int
    found: int
    last: Place | None = None
    """The last that was compared: behind it the next slice begins."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Contacts to be compared: number, and the instant of the change."""

    instants: dict[int, datetime]

    @property
    def ids(self) -> list[int]:
        """Their numbers."""
        return list(self.instants)

    @property
    def last(self) -> Place:
        """Where the last of them stands in the order of changes."""
        number = next(reversed(self.instants))
        return self.instants[number], number


def look(size: int = SLICE, after: Place | None = None) -> Slice:
    """Compare the next contacts that wait for it, and keep what is found. Opens and ends its own transactions.

    `after` is where the slice before this one ended, so that whoever was compared just now is not asked again.
    """
    waiting = _waiting(size, after)
    if not waiting.instants:
        db.session.rollback()
        return look(size) if after else _finish()
    own = subjects(waiting.ids)
    known = {number: keys(subject) for number, subject in own.items()}
    alike = _compare(own, known)
    db.session.rollback()
    with transaction():
        found = _keep(waiting, own, known, alike)
    return Slice(len(waiting.instants), found, waiting.last)


def look_through(seconds: float | None = None) -> Slice:
    """Slice after slice until nothing waits, or that many seconds are over."""
    began, checked, found, last = now(), 0, 0, None
    while (one := look(after=last)).checked:
        checked, found, last = checked + one.checked, found + one.found, one.last
        if seconds is not None and (now() - began).total_seconds() >= seconds:
            break
    return Slice(checked, found)


def start_over() -> None:
    """Compare everybody again; what was decided of pairs stays."""
    db.session.execute(delete(DuplicateKey))
    db.session.execute(delete(DuplicateSubject))
    check = _check()
    check.through = check.ended_at = None


def count_waiting() -> int:
    """How many contacts wait to be compared."""
    return db.session.scalar(select(func.count()).select_from(Contact).where(*_is_waiting(_through()))) or 0


def _through() -> datetime | None:
    return db.session.scalar(select(DuplicateCheck.through))


def _is_waiting(through: datetime | None) -> tuple[ColumnElement[bool], ...]:
    """New, or changed since it was compared; led by the index on the instant of the change."""
    # A value and not an EXISTS, for which PostgreSQL may read everybody who was compared, each time.
    done = select(DuplicateSubject.changed_at).where(DuplicateSubject.contact_id == Contact.id).scalar_subquery()
    there = (Contact.erased_at.is_(None), done.is_distinct_from(Contact.changed_at))
    return there if through is None else (Contact.changed_at >= through - LOOK_BACK, *there)


def _waiting(size: int, after: Place | None) -> Waiting:
    asked = select(Contact.id, Contact.changed_at).where(*_is_waiting(_through()))
    if after is not None:
        asked = asked.where(tuple_(Contact.changed_at, Contact.id) > after)
    rows = db.session.execute(asked.order_by(Contact.changed_at, Contact.id).limit(size))
    return Waiting({row.id: row.changed_at for row in rows})


def _compare(own: dict[int, Subject], known: dict[int, Keys]) -> dict[Couple, Likeness]:
    """The couples of these with each other and with those whose keys are kept, that are alike enough to be shown."""
    couples = _couples(known)
    others = {number for couple in couples for number in couple} - own.keys()
    there = own | subjects(others)
    alike = {}
    for first, second in couples:
        if first in there and second in there:
            found = compare(there[first], there[second])
            if found.score >= LISTED:
                alike[first, second] = found
    return alike


def _couples(known: dict[int, Keys]) -> set[Couple]:
    """Who shares a key that is not common."""
    asking, having = _by_key(known, asks=True), _by_key(known, asks=False)
    counted = select(DuplicateKey.key, func.count()).where(among(DuplicateKey.key, asking.keys()))
    kept = {row[0]: row[1] for row in db.session.execute(counted.group_by(DuplicateKey.key))}
    telling = {key for key in asking if kept.get(key, 0) + len(having.get(key, ())) <= COMMON}
    couples = {
        _ordered(one, other)
        for key in telling & having.keys()
        for one in asking[key]
        for other in having[key]
        if one != other
    }
    theirs = select(DuplicateKey.key, DuplicateKey.contact_id).where(among(DuplicateKey.key, telling & kept.keys()))
    for key, other in db.session.execute(theirs):
        couples.update(_ordered(one, other) for one in asking[key] if one != other)
    return couples


def _by_key(known: dict[int, Keys], *, asks: bool) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for number, own in known.items():
        for key in own.asks if asks else own.has:
            found[key].append(number)
    return found


def _ordered(one: int, other: int) -> Couple:
    return (one, other) if one < other else (other, one)


def _keep(
    waiting: Waiting,
    own: dict[int, Subject],
    known: dict[int, Keys],
    alike: dict[Couple, Likeness],
) -> int:
    """Write keys and pairs down; returns how many pairs are new. Decisions of people are left alone."""
    at, ids = now(), waiting.ids
    check = _check()  # held until the commit: two looks at once take turns
    here = among(Contact.id, [*ids, *_numbers(alike)])  # whoever was erased or merged since then leaves no keys
    still = set(db.session.scalars(select(Contact.id).where(here, Contact.erased_at.is_(None))))
    for table in (DuplicateKey, DuplicateSubject):
        db.session.execute(delete(table).where(among(table.contact_id, ids)))
    had = sorted((key, number) for number in own if number in still for key in known[number].has)
    load(DuplicateKey, ("key", "contact_id"), had)
    done = (pair for pair in waiting.instants.items() if pair[0] in still)
    load(DuplicateSubject, ("contact_id", "changed_at"), done)
    there = {couple: found for couple, found in alike.items() if couple[0] in still and couple[1] in still}
    count = _keep_pairs(ids, there, at)
    _note(check, len(ids), count, max(waiting.instants.values()), at)
    return count


def _numbers(couples: Iterable[Couple]) -> set[int]:
    return {number for couple in couples for number in couple}


def _keep_pairs(ids: Collection[int], alike: dict[Couple, Likeness], at: datetime) -> int:
    touching = or_(among(DuplicatePair.first_id, ids), among(DuplicatePair.second_id, ids))
    held = {(one.first_id, one.second_id): one for one in db.session.scalars(select(DuplicatePair).where(touching))}
    for couple, pair in held.items():
        if pair.state is not PairState.OPEN:
            continue
        if (found := alike.get(couple)) is None:
            if pair.reasons:  # two that a person put together wait for their decision
                db.session.delete(pair)
        else:
            pair.score, pair.reasons = _told(found)
    rows = []
    for couple, found in alike.items():
        if couple not in held:
            score, reasons = _told(found)
            rows.append({"first_id": couple[0], "second_id": couple[1], "score": score, "reasons": reasons})
    if rows:
        fixed = {"state": PairState.OPEN, "found_at": at}
        db.session.execute(insert(DuplicatePair), [row | fixed for row in rows])
    return len(rows)


def _told(found: Likeness) -> tuple[int, dict[str, float]]:
    return round(found.score * 100), {sign.value: weight for sign, weight in found.reasons}


def _check() -> DuplicateCheck:
    first = {"id": 1, "total": 0, "checked": 0, "found": 0}
    db.session.execute(insertion(DuplicateCheck).values(first).on_conflict_do_nothing())
    return db.session.scalars(select(DuplicateCheck).with_for_update()).one()


def _note(check: DuplicateCheck, checked: int, found: int, through: datetime, at: datetime) -> None:
    """How far it has come; a look that begins counts what waits."""
    if check.began_at is None or check.ended_at is not None:
        check.began_at, check.ended_at = at, None
        check.checked = check.found = 0
        check.total = checked + count_waiting()
    check.checked += checked
    check.found += found
    check.through = max(check.through or through, through)


def _finish() -> Slice:
    """Nothing waits: say when that was, where a look was under way."""
    under_way = and_(DuplicateCheck.began_at.is_not(None), DuplicateCheck.ended_at.is_(None))
    if db.session.scalar(select(DuplicateCheck.id).where(under_way)):
        db.session.rollback()
        with transaction():
            check = _check()
            check.ended_at = now()
            check.total = check.checked
    else:
        db.session.rollback()
    return Slice(0, 0)
