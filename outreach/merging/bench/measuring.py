"""Measures looking for duplicates: how long for how many, how much memory, and how many of those labelled are found."""

import csv
import itertools
import resource
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, select

from outreach.contacts.duplicates.finding import look_through
from outreach.contacts.duplicates.models import DuplicatePair
from outreach.contacts.kinds import Gender, Kind
from outreach.database import db
from outreach.delivery.bench.house import house
from outreach.errors import Refusal
from outreach.merging.bench.crowd import Card, crowd, keep

Couple = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Found:
    """How well labelled people were told apart."""

    people: int
    couples: int
    """Labelled as the same."""
    shown: int
    right: int
    missed: list[str]
    wrong: list[str]

    @property
    def precision(self) -> float:
        """The share of what is shown that is labelled as the same."""
        return self.right / self.shown if self.shown else 1.0

    @property
    def recall(self) -> float:
        """The share of what is labelled as the same that is shown."""
        return self.right / self.couples if self.couples else 1.0

    def as_dict(self) -> dict[str, Any]:
        """With both rates."""
        return {**asdict(self), "precision": round(self.precision, 4), "recall": round(self.recall, 4)}


@dataclass(frozen=True, slots=True)
class Speed:
    """How long it took for so many invented contacts."""

    contacts: int
    database: str
    seconds: float
    cpu_seconds: float
    """Of this process, without the server's on PostgreSQL: what the machine's other work does not change."""
    again_seconds: float
    """Once more, with nothing changed."""
    pairs: int
    planted: int
    planted_found: float
    """The share of those who were kept twice on purpose."""
    peak_mb: float

    def as_dict(self) -> dict[str, Any]:
        """As it is."""
        return asdict(self)


def measure_speed(contacts: int, database: str = "") -> Speed:
    """Keep that many invented contacts and look for duplicates among them. Raises Refusal for a database in use."""
    with house(25, 1, database, lambda: _check_empty(database)):
        cards = list(crowd(contacts))
        keep(cards)
        planted = _couples([card.person for card in cards])
        before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
        worked = time.process_time()
        _look()
        took, worked = time.perf_counter() - began, time.process_time() - worked
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.perf_counter()
        _look()
        again = time.perf_counter() - began
        shown = _shown()
        return Speed(
            contacts=contacts,
            database=db.engine.dialect.name,
            seconds=round(took, 1),
            cpu_seconds=round(worked, 1),
            again_seconds=round(again, 2),
            pairs=len(shown),
            planted=len(planted),
            planted_found=round(len(planted & shown) / max(len(planted), 1), 4),
            peak_mb=round((peak - before) / 1024, 1),
        )


def measure_found(file: Path) -> Found:
    """Keep the labelled people of a file, look for duplicates, and compare what is shown with the labels."""
    cards = read_cards(file)
    with house(25, 1, "", lambda: None):
        keep(cards)
        _look()
        shown = _shown()
    same = _couples([card.person for card in cards])
    return Found(
        people=len(cards),
        couples=len(same),
        shown=len(shown),
        right=len(same & shown),
        missed=[_named(cards, couple) for couple in sorted(same - shown)],
        wrong=[_named(cards, couple) for couple in sorted(shown - same)],
    )


def read_cards(file: Path) -> list[Card]:
    """The people of a CSV whose columns are those of a card; `person` is the label. Raises Refusal."""
    columns = set(Card.__annotations__)
    with file.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines)
        if not {"person", "kind"} <= set(rows.fieldnames or ()):
            raise Refusal("The file needs the columns person and kind.")
        return [_card({name: text for name, text in row.items() if name in columns}) for row in rows]


def _card(row: dict[str, Any]) -> Card:
    try:
        return Card(**{**row, "kind": Kind(row["kind"]), "gender": Gender(row.get("gender") or "unknown")})
    except ValueError as fault:
        raise Refusal("A row names a kind or a gender that is not known: %(row)s", row=row["person"]) from fault


def _check_empty(database: str) -> None:
    if database and inspect(db.engine).get_table_names():
        raise Refusal("This database is not empty: it would be emptied in the end.")


def _look() -> None:
    look_through()


def _shown() -> set[Couple]:
    rows = db.session.execute(select(DuplicatePair.first_id, DuplicatePair.second_id))
    return {(first, second) for first, second in rows}


def _couples(labels: Sequence[str]) -> set[Couple]:
    """The couples of contacts, numbered from 1, with one label."""
    found: dict[str, list[int]] = defaultdict(list)
    for number, label in enumerate(labels, 1):
        found[label].append(number)
    return {couple for numbers in found.values() for couple in _pairs(numbers)}


def _pairs(numbers: Iterable[int]) -> Iterable[Couple]:
    return itertools.combinations(sorted(numbers), 2)


def _named(cards: Sequence[Card], couple: Couple) -> str:
    return " | ".join(
        " ".join(
            filter(None, (one.given, one.family, one.organisation, one.department, one.locality, one.constituency))
        )
        for one in (cards[number - 1] for number in couple)
    )
