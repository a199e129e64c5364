"""The recipients of a campaign, read in one pass: what a signature counts, checks and freezes."""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import ARRAY, BigInteger, FromClause, String, bindparam, func, select, type_coerce

from outreach.campaigns.audience_queries import AudienceCount, Scope, chosen
from outreach.campaigns.models import SignOff
from outreach.campaigns.unaddressed import ASKED, among, is_doubtful
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Contact
from outreach.database import db

_READ_AT_ONCE: Final = 2_000


@dataclass(frozen=True, slots=True)
class Recipients:
    """Whom a campaign writes to, in the order of sending; eight bytes for each, however many."""

    numbers: "array[int]"
    """Of contacts."""
    counted: AudienceCount
    """Of those written to; nobody else was looked at."""
    samples: Sequence[int]
    """One contact of every kind and language."""
    scope: Scope
    after: int
    """The number of the last signature under any campaign by then."""

    def still_hold(self, scope: Scope) -> bool:
        """False when the list has to be read again.

        Another rule holds, another campaign has made its own list, or somebody on it was merged or erased since.
        """
        return self.scope == scope and self.after == _last_signature() and self._are_all_there()

    def _are_all_there(self) -> bool:
        """Numbers are in ascending order: who is gone is looked for by halves."""
        gone = db.session.scalars(select(Contact.id).where(Contact.erased_at.is_not(None)))
        places = ((number, bisect_left(self.numbers, number)) for number in gone)
        return not any(place < len(self.numbers) and self.numbers[place] == number for number, place in places)

    def slices(self, size: int) -> Iterator[tuple[int, "array[int]"]]:
        """So many of them at a time, each time with the place of the first; places count from 0."""
        for first in range(0, len(self.numbers), size):
            yield first, self.numbers[first : first + size]


def read_recipients(scope: Scope) -> Recipients:
    """Read the whole list, some rows at a time: it may be a million long."""
    told: Any = chosen(scope).add_columns(type_coerce(Contact.kind, String), Contact.language, *ASKED)
    after, numbers, doubtful = _last_signature(), array("q"), array("q")
    sorts: Counter[tuple[str, str | None, bool]] = Counter()
    samples: dict[tuple[str, str | None], int] = {}
    for rows in db.session.execute(told, execution_options={"yield_per": _READ_AT_ONCE}).partitions():
        numbers.extend(row[0] for row in rows)
        sorts.update((row[1], row[2], not row[-1]) for row in rows)
        for number, kind, language, *asked in rows:
            samples.setdefault((kind, language), number)
            if is_doubtful(*asked):
                doubtful.append(number)
    counted = replace(_counted(sorts), unaddressed=len(among(doubtful, scope.on)))
    return Recipients(numbers, counted, list(samples.values()), scope, after)


def _last_signature() -> int:
    return db.session.scalar(select(func.max(SignOff.id))) or 0


def _counted(sorts: Mapping[tuple[str, str | None, bool], int]) -> AudienceCount:
    languages, kinds, nameless = Counter[str](), Counter[Kind](), 0
    for (kind, language, without_name), count in sorts.items():
        languages[language or ""] += count
        kinds[Kind(kind)] += count
        nameless += count if without_name else 0
    return AudienceCount(sum(sorts.values()), languages, kinds, nameless, {})


def placed(numbers: Sequence[int], first: int) -> FromClause:
    """These contacts as a table of `contact_id` and `place`, counted from `first`; handed over as one parameter."""
    if db.engine.dialect.name == "postgresql":
        given = func.unnest(bindparam(None, list(numbers), type_=ARRAY(BigInteger())))
        each = given.table_valued("value", with_ordinality="key", name="each").render_derived()
        first -= 1  # WITH ORDINALITY counts from 1
    else:
        listed = func.json_each(bindparam(None, str(list(numbers)), type_=String()))
        each = listed.table_valued("key", "value", name="each")
    columns: tuple[Any, ...] = (each.c.value.label("contact_id"), (each.c.key + first).label("place"))
    return select(*columns).subquery("placed")
