"""What is noted while one row is read: repairs made or proposed, reasons to refuse; and what was read before."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from outreach.contacts.imports.rows.records import Refused, Repair
from outreach.contacts.imports.rows.repairs import RepairKind
from outreach.contacts.imports.rows.vocabulary import Field
from outreach.errors import Refusal

K = TypeVar("K")
V = TypeVar("V")

MOST_KEPT = 20_000


class Memo(dict[K, V]):
    """What a function gave for what comes again and again; forgotten as a whole when it grows too large."""

    def __init__(self, read: Callable[[K], V]) -> None:
        super().__init__()
        self.read = read

    def __missing__(self, asked: K) -> V:
        if len(self) >= MOST_KEPT:
            self.clear()
        value = self[asked] = self.read(asked)
        return value


class Noting:
    """The row under way: its number, its cells, what is noted of it."""

    def __init__(self, header: Sequence[str], mapping: Mapping[Field, int], chosen: frozenset[RepairKind]) -> None:
        self.header = [*header, ""]
        self.mapping = mapping
        self.chosen = chosen
        self.nowhere = len(header)
        """The place of a cell that is always empty: what a column that is not there holds."""
        self.number = 0
        self.cells: list[str] = []
        self.repairs: list[Repair] = []
        self.refused: list[Refused] = []

    def at(self, field: Field) -> int:
        """Where the cells of a field stand."""
        return self.mapping.get(field, self.nowhere)

    def begin(self, number: int, cells: list[str]) -> None:
        """Begin a row; its list of cells is kept, and lengthened by an empty one."""
        cells.append("")
        self.number, self.cells = number, cells
        self.repairs, self.refused = [], []

    def offer(self, index: int, written: str, value: str, kind: RepairKind) -> bool:
        """Note a repair of a cell; True when it is to be made."""
        applied = kind in self.chosen
        self.repairs.append(Repair(self.number, self.header[index], written, value, kind, applied))
        return applied

    def taken(self, index: int, written: str, value: str, kind: RepairKind) -> str:
        """The value when this kind of repair is made, else the cell as it is, on one line."""
        return value if self.offer(index, written, value, kind) else " ".join(written.split())

    def refuse(self, index: int, reason: Refusal) -> None:
        """Note why the row is refused."""
        self.refused.append(Refused(self.number, self.header[index], self.cells[index][:200], reason))
