"""What becomes of each row of a file: new, changed, identical, a duplicate of another row, or refused and why."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from operator import attrgetter

from outreach.contacts.imports.bringing.kept import known
from outreach.contacts.imports.files.sheets import Sheet
from outreach.contacts.imports.models import Step
from outreach.contacts.imports.plans.comparing import Change, differences, distinct, merged, summary
from outreach.contacts.imports.plans.erased import refusal, rows_of_erased
from outreach.contacts.imports.plans.matching import Alike, Directory, look_up, name_of
from outreach.contacts.imports.plans.namesakes import find_among_several, is_somebody_else, keep_namesakes
from outreach.contacts.imports.rows.columns import ColumnMap
from outreach.contacts.imports.rows.reading import read_records
from outreach.contacts.imports.rows.records import Defaults, Record, Refused, Repair
from outreach.contacts.imports.rows.repairs import RepairKind, Tally, tallies
from outreach.contacts.imports.rows.vocabulary import Field
from outreach.contacts.loading import uncollected
from outreach.contacts.rights.returning import is_erased
from outreach.contacts.searching.indexing import chunks
from outreach.contacts.sources.departing import Departed
from outreach.links import links

SLICE = 2000
"""Rows that are compared at once, and between two words about progress."""

NO_ADDRESS = RepairKind.NO_ADDRESS
Watch = Callable[[Step, int, int], None]
"""Told what is under way, how many rows are done, and of how many."""


def silent(_step: Step, _done: int, _in_all: int) -> None:
    """Nobody watches."""


class Verdict(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    IDENTICAL = "identical"
    DUPLICATE = "duplicates"


_NONE: dict[str, Change] = {}


@dataclass(slots=True)
class Entry:
    """A row that is taken."""

    row: int
    record: Record
    digests: tuple[str, ...]
    name: str
    """Folded, as contacts are sorted by."""
    verdict: Verdict = Verdict.NEW
    contact_id: int | None = None
    """The contact that is known already."""
    changes: dict[str, Change] = field(default_factory=lambda: _NONE)
    """Never changed in place."""
    same_as: int = 0
    """The earlier row that speaks of the same contact."""
    shared: bool = False
    """Somebody else has the same mailbox."""
    resembles: tuple[Alike, ...] = ()
    """Contacts that this new one may be all the same."""


@dataclass(slots=True)
class Plan:
    """What an import would do."""

    rows: int = 0
    entries: list[Entry] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    """Each cell put right, or that could be; empty unless they were asked for."""
    tallies: list[Tally] = field(default_factory=list)
    """Kinds of repair, made or only proposed."""
    departed: list[Departed] = field(default_factory=list)
    """Mandates that a whole register does not name; they are closed where that was chosen."""
    forgotten: set[int] = field(default_factory=set)
    """Refused rows that name somebody erased: nothing that stands in them is kept."""

    def taken(self, verdict: Verdict) -> list[Entry]:
        """The rows with this verdict."""
        return [entry for entry in self.entries if entry.verdict is verdict]

    @property
    def to_correct(self) -> list[Refused]:
        """The reasons of those refused rows that may be kept, to be corrected and sent again."""
        return [one for one in self.refused if one.row not in self.forgotten]

    @property
    def refused_rows(self) -> set[int]:
        """The numbers of the rows that are not taken."""
        return {refused.row for refused in self.refused}

    @property
    def repaired(self) -> int:
        """How many cells are put right."""
        return sum(one.count for one in self.tallies if one.applied)

    def counts(self) -> dict[str, int]:
        """How many rows there are, and of each verdict; the verdicts sum to the rows."""
        of_verdict = Counter(map(attrgetter("verdict._value_"), self.entries))
        return summary({"rows": self.rows, "refused": len(self.refused_rows), **of_verdict})


@uncollected()
def plan_for(
    sheet: Sheet, mapping: ColumnMap, defaults: Defaults, watch: Watch = silent, each_repair: bool = True
) -> Plan:
    """Compare every row of a sheet with the directory; reads only. Without `each_repair` they are only counted."""
    made = Plan()
    entries: list[Entry] = []
    made.tallies = tallies(_read(sheet, mapping, defaults, watch, made, entries, each_repair))
    directory = look_up((one.name for one in entries), (digest for one in entries for digest in one.digests))
    keep_namesakes(directory, entries)
    silent_fields = frozenset() if Field.COUNTRY in mapping else frozenset({"country"})
    made.entries = list(_judged(entries, directory, made, silent_fields))
    _forget(made, rows_of_erased(sheet, made.refused_rows, directory.erased))
    _compare(made, silent_fields, watch)
    return made


def _read(
    sheet: Sheet,
    mapping: ColumnMap,
    defaults: Defaults,
    watch: Watch,
    made: Plan,
    entries: list[Entry],
    each_repair: bool,
) -> Iterator[Repair]:
    """Every repair of the file; on the way, what is read goes into the plan."""
    in_all, digest = len(sheet.rows) + len(sheet.misfits), links().digest
    for reading in read_records(sheet, mapping, defaults):
        if made.rows % SLICE == 0:
            watch(Step.READING, made.rows, in_all)
        made.rows += 1
        made.refused += reading.refused
        if (record := reading.record) is not None:
            if len(record.emails) > 1 and (emails := distinct(record.emails)) != record.emails:
                record = replace(record, emails=emails)
            entries.append(Entry(reading.row, record, tuple(map(digest, record.emails)), name_of(record)))
        if each_repair:
            made.repairs += (one for one in reading.repairs if one.applied or one.kind is not NO_ADDRESS)
        yield from reading.repairs


def _judged(entries: list[Entry], directory: Directory, made: Plan, silent_fields: frozenset[str]) -> Iterator[Entry]:
    """Each row that is taken, once the erased are refused and rows of one contact are put together."""
    first_of: dict[int, Entry] = {}
    for entry in entries:
        gone = bool(directory.gone) and is_erased(directory.gone, entry.digests, entry.name)
        if gone or not directory.erased.isdisjoint(entry.digests):
            made.forgotten.add(entry.row)
            continue
        number = directory.find(entry.name, entry.record, entry.digests)
        is_known = entry.name in directory.namesakes
        if is_known and (number is None or is_somebody_else(directory, entry, number, first_of)):
            number = find_among_several(directory, entry, first_of, silent_fields)
        entry.shared = directory.is_shared(entry.name, entry.digests)
        if number in first_of:
            earlier = first_of[number]
            entry.verdict, entry.same_as = Verdict.DUPLICATE, earlier.row
            earlier.record = merged(earlier.record, entry.record)
            directory.learn(entry.name, entry.record, entry.digests, number)
        else:
            entry.contact_id = number
            if number is None:
                entry.resembles = directory.alike(entry.name, entry.record)
            here = -entry.row if number is None else number
            first_of[here] = entry
            directory.learn(entry.name, entry.record, entry.digests, here)
        yield entry


def _compare(made: Plan, silent_fields: frozenset[str], watch: Watch) -> None:
    """Say field by field what changes of those that are known, some of them at a time: whole contacts take room."""
    compared = 0
    for some in chunks((one for one in made.entries if one.contact_id is not None), SLICE):
        watch(Step.COMPARING, compared, made.rows)
        kept = known(entry.contact_id for entry in some if entry.contact_id is not None)
        for entry in some:
            if entry.contact_id is not None:
                entry.changes = differences(entry.record, kept[entry.contact_id], silent_fields) or _NONE
                entry.verdict = Verdict.CHANGED if entry.changes else Verdict.IDENTICAL
        compared += len(some)


def _forget(made: Plan, rows: set[int]) -> None:
    """Keep nothing of what stands in the rows of the erased: neither a value nor a repair, nor why else it is refused.

    Rows with a mailbox of theirs are added to those that were found by the person.
    """
    made.forgotten |= rows
    if made.forgotten:
        kept = [one for one in made.refused if one.row not in made.forgotten]
        made.refused = sorted([*kept, *(Refused(row, "", "", refusal()) for row in made.forgotten)], key=_row)
        made.repairs = [one for one in made.repairs if one.row not in made.forgotten]
        for tally in made.tallies:
            tally.forget(made.forgotten)


def _row(one: Refused) -> int:
    return one.row
