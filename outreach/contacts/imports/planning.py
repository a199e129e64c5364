"""What becomes of each row of a file: new, changed, identical, a duplicate of another row, or refused and why."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from outreach.contacts.imports.columns import ColumnMap
from outreach.contacts.imports.comparing import Change, differences, distinct, merged, summary
from outreach.contacts.imports.matching import Directory, known, look_up, name_of
from outreach.contacts.imports.reading import read_records
from outreach.contacts.imports.records import Defaults, Reading, Record, Refused, Repair
from outreach.contacts.imports.sheets import Sheet
from outreach.contacts.imports.vocabulary import Field
from outreach.errors import Refusal
from outreach.links import links


class Verdict(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    IDENTICAL = "identical"
    DUPLICATE = "duplicates"


@dataclass(slots=True)
class Entry:
    """A row that is taken."""

    row: int
    record: Record
    digests: tuple[str, ...]
    verdict: Verdict = Verdict.NEW
    contact_id: int | None = None
    """The contact that is known already."""
    changes: dict[str, Change] = field(default_factory=dict)
    same_as: int = 0
    """The earlier row that speaks of the same contact."""
    shared: bool = False
    """Somebody else has the same mailbox."""


@dataclass(slots=True)
class Plan:
    """What an import would do."""

    rows: int = 0
    entries: list[Entry] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)

    def taken(self, verdict: Verdict) -> list[Entry]:
        """The rows with this verdict."""
        return [entry for entry in self.entries if entry.verdict is verdict]

    @property
    def refused_rows(self) -> set[int]:
        """The numbers of the rows that are not taken."""
        return {refused.row for refused in self.refused}

    def counts(self) -> dict[str, int]:
        """How many rows there are, and of each verdict; the verdicts sum to the rows."""
        of_verdict = Counter(entry.verdict.value for entry in self.entries)
        return summary({"rows": self.rows, "refused": len(self.refused_rows), **of_verdict})


def plan_for(sheet: Sheet, mapping: ColumnMap, defaults: Defaults) -> Plan:
    """Compare every row of a sheet with the directory; reads only."""
    made = Plan()
    entries: list[Entry] = []
    for reading in read_records(sheet, mapping, defaults):
        made.rows += 1
        made.refused += reading.refused
        made.repairs += reading.repairs
        entries += _entries(reading)
    directory = look_up([entry.record for entry in entries], [one for entry in entries for one in entry.digests])
    made.entries = list(_judged(entries, directory, made, sheet, mapping))
    silent = frozenset() if Field.COUNTRY in mapping else frozenset({"country"})
    kept = known(entry.contact_id for entry in made.entries if entry.contact_id is not None)
    for entry in made.entries:
        if entry.contact_id is not None:
            entry.changes = differences(entry.record, kept[entry.contact_id], silent)
            entry.verdict = Verdict.CHANGED if entry.changes else Verdict.IDENTICAL
    return made


def _entries(reading: Reading) -> Iterator[Entry]:
    if reading.record is not None:
        record = replace(reading.record, emails=distinct(reading.record.emails))
        yield Entry(reading.row, record, tuple(map(links().digest, record.emails)))


def _judged(
    entries: list[Entry], directory: Directory, made: Plan, sheet: Sheet, mapping: ColumnMap
) -> Iterator[Entry]:
    """Each row that is taken, once the erased are refused and rows of one contact are put together."""
    first_of: dict[int, Entry] = {}
    for entry in entries:
        if directory.erased.intersection(entry.digests):
            column = sheet.header[mapping[Field.EMAIL]]
            made.refused.append(Refused(entry.row, column, "; ".join(entry.record.emails), _erased()))
            continue
        number = directory.find(entry.record, entry.digests)
        entry.shared = any(set(directory.at_address.get(one, {})) - {name_of(entry.record)} for one in entry.digests)
        if number in first_of:
            earlier = first_of[number]
            entry.verdict, entry.same_as = Verdict.DUPLICATE, earlier.row
            earlier.record = merged(earlier.record, entry.record)
            directory.learn(entry.record, entry.digests, number)
        else:
            entry.contact_id = number
            here = -entry.row if number is None else number
            first_of[here] = entry
            directory.learn(entry.record, entry.digests, here)
        yield entry


def _erased() -> Refusal:
    return Refusal("Somebody at this address asked to be erased: they only come back by registering themselves.")
