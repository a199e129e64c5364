"""How long a search of the directory takes, page and rows and all, among a million invented contacts."""

import random
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from outreach.contacts.searching import listing
from outreach.contacts.searching.filters import Filters
from outreach.database import db
from outreach.delivery.bench.campaign import check_empty
from outreach.delivery.bench.crowd import KINDS, fill
from outreach.delivery.bench.house import house

TURNS: Final = 3
"""Each search is done so often; the median of them counts."""
FREQUENT: Final = ("mar", "ber", "san", "asso", "example", "an", "m", "e", "ville", "ard")


@dataclass(frozen=True, slots=True)
class Sort:
    """Searches of one sort, in milliseconds."""

    name: str
    searches: int
    median_ms: float
    worst_ms: float
    worst: str
    """What was typed then."""


@dataclass(frozen=True, slots=True)
class Searching:
    """What was measured."""

    contacts: int
    words: int
    database: str
    fill_seconds: float
    sorts: Sequence[Sort]

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return asdict(self)


def measure(contacts: int, database_url: str = "", searches: int = 40) -> Searching:
    """Fill an empty database with so many contacts and search it. Raises Refusal when it is not empty."""
    with house(1, 1, database_url, check_empty):
        begun = time.perf_counter()
        words = fill(contacts)
        filled = time.perf_counter() - begun
        db.session.close()
        listing.page(Filters())
        sorts = [_measured(name, some) for name, some in _searches(words, searches)]
        return Searching(contacts, len(words), db.engine.dialect.name, round(filled, 1), sorts)


def _searches(words: Sequence[str], count: int) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """The same ones in every run: fragments cut from words that are there, frequent and rare."""
    chance = random.Random(2)  # noqa: S311 - what is typed, not keys
    long = [word for word in words if len(word) > 5]

    def cut(length: int) -> str:
        word = chance.choice(long)
        first = chance.randint(0, len(word) - length)
        return word[first : first + length]

    yield "fragments of three letters", [{"q": cut(3)} for _ in range(count)]
    yield "fragments of four or five", [{"q": cut(chance.choice([4, 5]))} for _ in range(count)]
    yield "whole words", [{"q": chance.choice(long)} for _ in range(count)]
    yield "the most frequent", [{"q": one} for one in FREQUENT]
    yield "two fragments", [{"q": f"{cut(3)} {cut(3)}"} for _ in range(count)]
    yield "a frequent and a rare one", [{"q": f"{one} {cut(4)}"} for one in FREQUENT]
    yield "with a filter", [{"q": cut(3), "kind": chance.choice(KINDS), "department": "72"} for _ in range(count)]
    yield "a slip of the hand", [{"q": _slipped(chance, chance.choice(long))} for _ in range(count)]
    yield "nothing typed", [{}, {"kind": "press"}, {"department": "72"}, {"sort": "added", "direction": "desc"}]


def _slipped(chance: random.Random, word: str) -> str:
    place = chance.randint(1, len(word) - 2)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _measured(name: str, searches: Sequence[dict[str, str]]) -> Sort:
    taken = [(statistics.median(_milliseconds(one) for _ in range(TURNS)), one) for one in searches]
    worst, what = max(taken, key=lambda pair: pair[0])
    median = statistics.median(each for each, _what in taken)
    return Sort(name, len(searches), round(median, 1), round(worst, 1), " ".join(what.values()))


def _milliseconds(asked: dict[str, str]) -> float:
    begun = time.perf_counter()
    listing.page(Filters.parse(asked))
    taken = time.perf_counter() - begun
    db.session.close()
    return taken * 1000
