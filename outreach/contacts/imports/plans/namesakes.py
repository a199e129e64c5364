"""Which of several namesakes a row speaks of, where neither an address nor a town tells: nobody is changed by a guess.

It is whoever is known to say all that the row says, and the least beyond it: a file that comes again thus finds those
who came with it. Failing that, whoever an earlier row of the same file named, when this one neither contradicts that
row nor adds to it. Whoever contradicts it is somebody else.
"""

from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import replace
from typing import Protocol

from outreach.contacts.folding import fold
from outreach.contacts.imports.bringing.kept import known
from outreach.contacts.imports.plans.comparing import NAMES, PLAIN, Known, differences, said
from outreach.contacts.imports.plans.matching import Directory
from outreach.contacts.imports.rows.records import Record

_HELD_ONCE = frozenset({*NAMES, *PLAIN, "gender", "role_label"})
"""Fields with one value: of two rows of one contact the first one counts."""

_TELLING = frozenset({"organisation", "phone", "street", "postal_code", "locality", "gender"})
"""Fields in which two rows that differ speak of two people."""


class Asking(Protocol):
    """A row that is taken: what it says, the digests of its addresses, its folded name."""

    @property
    def record(self) -> Record: ...
    @property
    def digests(self) -> Collection[str]: ...
    @property
    def name(self) -> str: ...


def keep_namesakes(directory: Directory, rows: Iterable[Asking]) -> None:
    """Read whole whom these rows do not tell apart, before anything is learned of the rows themselves."""
    met: set[int] = set()
    for row in rows:
        if len(directory.namesakes.get(row.name, ())) > 1 and directory.find(row.name, row.record, row.digests) is None:
            met.update(directory.fitting(row.name, row.record, row.digests))
    directory.kept = known(met)


def find_among_several(
    directory: Directory, row: Asking, earlier: Mapping[int, Asking], silent: frozenset[str]
) -> int | None:
    """The one of several namesakes whom a row speaks of; `earlier` rows of the file by the contact they speak of."""
    fitting = directory.fitting(row.name, row.record, row.digests)
    lacking = {
        number: differences(row.record, replace(one, by_hand=set()), silent).keys()
        for number in fitting
        if (one := directory.kept.get(number)) is not None
    }
    if complete := [number for number, missing in lacking.items() if not missing]:
        return min(complete, key=lambda number: _length(directory.kept[number]))
    met = directory.met_here(row.name, row.record).intersection(fitting)
    named = [number for number in met if _agree(row.record, earlier[number].record)]
    only = named[0] if len(named) == 1 else None
    if only is None or only < 0:
        return only
    return only if only in lacking and _adds_nothing(lacking[only], earlier[only].record) else None


def is_somebody_else(directory: Directory, row: Asking, number: int, earlier: Mapping[int, Asking]) -> bool:
    """True when a row that might be one of several was taken for the only new one of them, and contradicts it."""
    if number >= 0 or _agree(row.record, earlier[number].record):
        return False
    if any(directory.at_address.get((digest, row.name)) == number for digest in row.digests):
        return False
    return len(set(directory.fitting(row.name, row.record, row.digests))) > 1


def _agree(one: Record, other: Record) -> bool:
    said_before = dict(said(other))
    return all(fold(value) == fold(said_before.get(name, value)) for name, value in said(one) if name in _TELLING)


def _adds_nothing(missing: Set[str], earlier: Record) -> bool:
    return missing <= _HELD_ONCE and missing <= {name for name, _value in said(earlier)}


def _length(one: Known) -> int:
    """How much is known of a contact."""
    return sum(map(bool, one.values.values())) + len(one.emails) + len(one.mandates) + len(one.tags)
