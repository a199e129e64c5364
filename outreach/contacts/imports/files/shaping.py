"""What the pages show of a table without reading its file again: its columns, samples of each, how it was read."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from outreach.contacts.imports.files.sheets import Remark, Sheet
from outreach.contacts.imports.rows.withheld import withheld

SAMPLES = 3
LONGEST_SAMPLE = 60
_LOOKED_AT = 200
"""Rows at the head of the file that samples are taken from."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns of a table and what stands in them; how many rows there are, and how many do not fit the header."""

    header: list[str] = field(default_factory=list)
    samples: list[list[str]] = field(default_factory=list)
    rows: int = 0
    misfits: int = 0
    header_number: int = 1
    encoding: str = ""
    tabs: list[str] = field(default_factory=list)
    remarks: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """What has to be said of how the file was read: a sentence to be translated, and its values."""
    withheld: list[int] = field(default_factory=list)
    """Columns that are never imported: they have no samples."""

    @property
    def said(self) -> list[Remark]:
        """The remarks, for a page."""
        return [Remark(message, **values) for message, values in self.remarks]

    @classmethod
    def of(cls, sheet: Sheet) -> "Shape":
        """The shape of a table that was read."""
        private = withheld(sheet)
        return cls(
            header=list(sheet.header),
            samples=[[] if index in private else _samples(sheet, index) for index in range(len(sheet.header))],
            rows=len(sheet.rows) + len(sheet.misfits),
            misfits=len(sheet.misfits),
            header_number=sheet.header_number,
            encoding=sheet.encoding,
            tabs=list(sheet.tabs),
            remarks=[(remark.message, remark.values) for remark in sheet.remarks],
            withheld=sorted(private),
        )

    @classmethod
    def stored(cls, kept: Mapping[str, Any] | None) -> "Shape":
        """The shape as it was kept with a file; an empty one when nothing is kept."""
        return cls(**(kept or {}))

    def as_json(self) -> dict[str, Any]:
        """To be kept with the file."""
        return asdict(self)


def _samples(sheet: Sheet, index: int) -> list[str]:
    values: Sequence[str] = [row.cells[index].strip() for row in sheet.rows[:_LOOKED_AT]]
    return [value[:LONGEST_SAMPLE] for value in dict.fromkeys(values) if value][:SAMPLES]
