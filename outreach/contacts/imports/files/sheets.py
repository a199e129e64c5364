"""What a file comes to once it is open: one plain table, and what has to be said of how it was read.

The number of a row is the one a spreadsheet program shows beside it, header and title rows included: in a CSV file each
record is one row, however many lines its quoted cells take. Nothing is ever shifted: a row that does not have the
header's number of cells is a misfit that is said, not a row.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, overload

from outreach.contacts.imports.rows.repairs import RepairKind
from outreach.errors import Refusal

BETWEEN_CELLS, BETWEEN_ROWS = "\x1f", "\x1e"
"""What separates the cells and the rows that are put away; no cell holds either."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be: bytes as it comes, rows, columns, characters; memory in bytes and time to read it in."""

    size: int
    rows: int
    columns: int = 256
    characters: int = 60_000_000
    memory: int = 768_000_000
    seconds: int = 30


UPLOAD = Limits(size=10_000_000, rows=200_000)
SHELL = Limits(size=100_000_000, rows=1_000_000, characters=200_000_000, memory=4_000_000_000, seconds=600)


class Remark(Refusal):
    """What is said of a file that is read all the same."""


class Row(NamedTuple):
    """One row: its number in the sheet as a person counts it, and as many cells as the header has."""

    number: int
    cells: list[str]


class Rows(Sequence[Row]):
    """The rows of a sheet, put away in a sixth of the memory that lists of cells take, and unpacked one at a time."""

    __slots__ = ("numbers", "packed")

    def __init__(self, numbers: Sequence[int], packed: Sequence[bytes]) -> None:
        self.numbers, self.packed = numbers, packed

    @classmethod
    def of(cls, rows: Iterable[Row]) -> "Rows":
        """These rows put away."""
        listed = list(rows)
        return cls([row.number for row in listed], [pack(row.cells) for row in listed])

    def __len__(self) -> int:
        return len(self.packed)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> "Rows": ...
    def __getitem__(self, index: int | slice) -> "Row | Rows":
        if isinstance(index, slice):
            return Rows(self.numbers[index], self.packed[index])
        return Row(self.numbers[index], self.packed[index].decode().split(BETWEEN_CELLS))

    def __iter__(self) -> Iterator[Row]:
        for number, packed in zip(self.numbers, self.packed, strict=True):
            yield Row(number, packed.decode().split(BETWEEN_CELLS))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rows) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]


def pack(cells: Iterable[str]) -> bytes:
    """The cells of one row put away."""
    return BETWEEN_CELLS.join(cells).encode()


@dataclass(frozen=True, slots=True)
class Misfit:
    """A row that does not fit the header, why, and how it would fit if a repair of this kind were chosen."""

    number: int
    cells: list[str]
    reason: Refusal
    kind: RepairKind | None = None
    mended: list[str] = field(default_factory=list)
    """Left out of a row that is only short: thousands of them under a wide header would fill the memory."""

    def fitted(self, width: int) -> list[str]:
        """The row as the repair makes it: as many cells as the header has, which is `width`."""
        return list(self.mended) or self.cells + [""] * (width - len(self.cells))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: columns all named, each once; rows that fit them; those that do not; how the file was read.

    `remarks` are sentences for whoever looks at the columns; `misread` tells that letters may be in a wrong encoding.
    """

    header: list[str]
    rows: Rows
    misfits: list[Misfit] = field(default_factory=list)
    header_number: int = 1
    encoding: str = ""
    delimiter: str = ""
    tab: str = ""
    tabs: list[str] = field(default_factory=list)
    remarks: list[Refusal] = field(default_factory=list)
    misread: bool = False
