"""Rows that were refused and come back corrected: how their file is told, and its cells as they were."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from outreach.contacts.folding import fold
from outreach.contacts.formulas import as_it_was

REASON_COLUMNS: Final = {"en": "Why it was refused", "fr": "Motif du refus"}
"""Heads the last column of a file of refused rows; no part of the shape of a file."""
HEAD: Final = 50
"""Records among which the header stands."""

_TITLES: Final = frozenset(map(fold, REASON_COLUMNS.values()))
_LONGEST: Final = 2 * max(map(len, REASON_COLUMNS.values()))


def is_reason(name: str) -> bool:
    """True for the name of the column in which the reasons stand."""
    return len(name) <= _LONGEST and fold(name) in _TITLES


def is_header(record: Iterable[str]) -> bool:
    """True for the header of a file of refused rows."""
    return any(map(is_reason, record))


def as_they_were(records: Iterable[list[str]]) -> Iterator[list[str]]:
    """The same records; below and in the header of a file of refused rows without the marks that we put there."""
    rows = iter(records)
    for record in islice(rows, HEAD):
        if is_header(record):
            yield list(map(as_it_was, record))
            yield from (list(map(as_it_was, one)) for one in rows)
        else:
            yield record
    yield from rows
