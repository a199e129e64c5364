"""What bringing a file in would do, as the pages show it: counts, the first rows of each sort, kinds of repair.

It is small whatever the size of the file, so that the engine process can leave it for the pages to show.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from outreach.contacts.imports.plans.planning import Entry, Plan, Verdict
from outreach.contacts.imports.rows.records import Refused
from outreach.contacts.imports.rows.repairs import LABELS, RepairKind, Tally
from outreach.contacts.sources.departing import Departed
from outreach.errors import Refusal

SHOWN = 100
"""Rows of each sort that are listed."""


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A contact of the directory that a new row may be: its number, its name, where it is, why it looks the same."""

    contact_id: int
    name: str
    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row that is taken, as far as a page shows it."""

    row: int
    name: str
    organisation: str
    kind: str
    place: str
    emails: list[str]
    contact_id: int | None = None
    same_as: int = 0
    shared: bool = False
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)
    lookalikes: list[Lookalike] = field(default_factory=list)

    @classmethod
    def of(cls, entry: Entry) -> "ShownRow":
        """What a page shows of an entry."""
        record = entry.record
        person = " ".join(filter(None, [record.given_name, record.family_name]))
        return cls(
            row=entry.row,
            name=person or record.organisation,
            organisation=record.organisation if person else "",
            kind=record.kind.value,
            place=" ".join(filter(None, [record.locality, record.department])),
            emails=list(record.emails),
            contact_id=entry.contact_id,
            same_as=entry.same_as,
            shared=entry.shared,
            changes=dict(entry.changes),
            lookalikes=[Lookalike(one.id, one.name, one.place, one.reason) for one in entry.resembles],
        )


@dataclass(frozen=True, slots=True)
class ShownRefusal:
    """A row that is not taken: where, what is written there, and the sentence with its values."""

    row: int
    column: str
    value: str
    message: str
    values: dict[str, Any]

    @classmethod
    def of(cls, refused: Refused) -> "ShownRefusal":
        """What a page shows of a refused row."""
        values = {name: one if isinstance(one, int) else str(one) for name, one in refused.reason.values.items()}
        return cls(refused.row, refused.column, refused.value, refused.reason.message, values)

    @property
    def reason(self) -> Refusal:
        """The reason, to be said in the reader's language."""
        return Refusal(self.message, **self.values)


@dataclass(frozen=True, slots=True)
class ShownRepairs:
    """One kind of repair: whether it is made, how often it occurs, what it does in a few cells."""

    kind: str
    applied: bool
    count: int
    samples: list[tuple[str, str]]

    @classmethod
    def of(cls, tally: Tally) -> "ShownRepairs":
        """What a page shows of one kind."""
        return cls(tally.kind.value, tally.applied, tally.count, list(tally.samples))

    @property
    def label(self) -> str:
        """What this kind does, to be translated."""
        return LABELS[RepairKind(self.kind)]


@dataclass(frozen=True, slots=True)
class ShownDeparture:
    """A mandate that a register does not name: whose, where, its last day, its own addresses."""

    contact_id: int
    name: str
    seat: str
    until: str
    emails: list[str]

    @classmethod
    def of(cls, one: Departed) -> "ShownDeparture":
        """What a page shows of it."""
        return cls(one.contact_id, one.name, one.said.constituency, one.until.isoformat(), list(one.emails))

    @property
    def last_day(self) -> date:
        """As a date again."""
        return date.fromisoformat(self.until)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What would happen to the rows of a file."""

    counts: dict[str, int]
    """As in `Plan.counts`."""
    probable: int
    """How many of the new rows look like somebody in the directory."""
    refusals: int
    """Reasons to refuse; a row may have several."""
    rows: dict[str, list[ShownRow]]
    """The first ones of each verdict, and those that look like somebody under `probable`."""
    refused: list[ShownRefusal]
    repairs: list[ShownRepairs]
    departures: int = 0
    """Mandates that a whole register does not name."""
    departed: list[ShownDeparture] = field(default_factory=list)

    @classmethod
    def of(cls, plan: Plan) -> "Outlook":
        """What a page shows of a plan."""
        rows = {verdict.value: list(map(ShownRow.of, plan.taken(verdict)[:SHOWN])) for verdict in Verdict}
        alike = [entry for entry in plan.taken(Verdict.NEW) if entry.resembles]
        rows["probable"] = list(map(ShownRow.of, alike[:SHOWN]))
        return cls(
            counts=plan.counts(),
            probable=len(alike),
            refusals=len(plan.refused),
            rows=rows,
            refused=list(map(ShownRefusal.of, plan.refused[:SHOWN])),
            repairs=list(map(ShownRepairs.of, plan.tallies)),
            departures=len(plan.departed),
            departed=list(map(ShownDeparture.of, plan.departed[:SHOWN])),
        )

    @classmethod
    def stored(cls, kept: Mapping[str, Any]) -> "Outlook":
        """The outlook as it was kept with a file."""
        rows = {name: [_row(one) for one in some] for name, some in kept["rows"].items()}
        refused = [ShownRefusal(**one) for one in kept["refused"]]
        repairs = [ShownRepairs(**one) for one in kept["repairs"]]
        departed = [ShownDeparture(**one) for one in kept.get("departed", ())]
        return cls(**{**kept, "rows": rows, "refused": refused, "repairs": repairs, "departed": departed})

    @property
    def taken(self) -> int:
        """How many rows would change the directory."""
        return self.counts["new"] + self.counts["changed"]

    @property
    def repaired(self) -> int:
        """How many cells are put right."""
        return sum(one.count for one in self.repairs if one.applied)

    def as_json(self) -> dict[str, Any]:
        """To be kept with the file."""
        return asdict(self)


def _row(kept: dict[str, Any]) -> ShownRow:
    return ShownRow(**{**kept, "lookalikes": [Lookalike(**one) for one in kept["lookalikes"]]})
