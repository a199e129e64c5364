"""Measures how reports are understood, over a folder of them that somebody has labelled by hand."""

import csv
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from outreach.delivery.returns import reports
from outreach.delivery.returns.outcomes import Kind, Outcome
from outreach.errors import Refusal

_NO_BOUNCE: Final = frozenset({"feedback", "vacation", "delivered"})
"""Labels of what must not be taken for a bounce."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a person says of one recipient of one report."""

    name: str
    number: int
    is_bounce: bool
    is_hard: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """A label beside what was understood."""

    label: Label
    outcome: Outcome

    @property
    def flagged(self) -> bool:
        """Taken for a bounce, final or not."""
        return self.outcome.kind in {Kind.BOUNCE, Kind.DELAY}


@dataclass(frozen=True, slots=True)
class Found:
    """How many of how many, for each of the four rates; and how long a report takes."""

    detected: tuple[int, int]
    hard_found: tuple[int, int]
    soft_called_hard: tuple[int, int]
    others_flagged: tuple[int, int]
    wrong: tuple[Judged, ...]
    ms: float

    def as_dict(self) -> dict[str, object]:
        """The rates, from 0 to 1 or null where there is none to judge, and the counts they come from."""
        names = ("detected", "hard_found", "soft_called_hard", "others_flagged")
        values: dict[str, object] = {}
        for name in names:
            some, of = getattr(self, name)
            values[name] = round(some / of, 4) if of else None
            values[f"{name}_of"] = of
        return {**values, "ms_each": round(self.ms, 2), "wrong": [_in_short(one) for one in self.wrong]}


def measure(folder: Path) -> Found:
    """Read every labelled report in a folder. Raises Refusal when there is no table of labels, or no such report."""
    labels = list(_labels(folder))
    read: dict[str, tuple[Outcome, ...]] = {}
    began = time.perf_counter()
    for label in labels:
        if label.name not in read:
            read[label.name] = reports.read(_find(folder, label.name).read_bytes()).outcomes
    spent = time.perf_counter() - began
    judged = [Judged(one, read[one.name][min(one.number, len(read[one.name])) - 1]) for one in labels]
    bounces = [one for one in judged if one.label.is_bounce]
    hard = [one for one in bounces if one.label.is_hard]
    soft = [one for one in bounces if not one.label.is_hard]
    others = [one for one in judged if not one.label.is_bounce]
    wrong = [one for one in judged if one.flagged != one.label.is_bounce]
    wrong += [one for one in bounces if one.flagged and one.outcome.permanent != one.label.is_hard]
    return Found(
        detected=(sum(one.flagged for one in bounces), len(bounces)),
        hard_found=(sum(one.outcome.permanent for one in hard), len(hard)),
        soft_called_hard=(sum(one.outcome.permanent for one in soft), len(soft)),
        others_flagged=(sum(one.flagged for one in others), len(others)),
        wrong=tuple(wrong),
        ms=1000 * spent / max(len(read), 1),
    )


def _labels(folder: Path) -> Iterator[Label]:
    tables = sorted(folder.glob("*expected.csv"))
    if len(tables) != 1:
        raise Refusal("%(folder)s holds no single table of labels, *expected.csv.", folder=folder)
    with tables[0].open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            bounce = row["reason"] not in _NO_BOUNCE
            yield Label(row["file"], int(row["recipient_no"]), bounce, row["hard_bounce"] == "1")


def _find(folder: Path, name: str) -> Path:
    found = next((path for path in (folder / name, *folder.glob(f"*/{name}")) if path.is_file()), None)
    if found is None:
        raise Refusal("%(folder)s does not hold %(name)s.", folder=folder, name=name)
    return found


def _in_short(one: Judged) -> dict[str, object]:
    said = one.outcome
    label = "hard" if one.label.is_hard else "soft" if one.label.is_bounce else "no bounce"
    return {"file": one.label.name, "label": label, "kind": said.kind.value, "cause": said.cause.value}
