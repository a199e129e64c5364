"""Records made a table: the header found, every column named, rows that do not fit set apart and never shifted."""

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, pairwise
from operator import attrgetter

from outreach.contacts.imports.files.headers import alignment, column_letter, find_header, name_columns
from outreach.contacts.imports.files.sheets import BETWEEN_CELLS, Limits, Misfit, Remark, Rows, Sheet, pack
from outreach.contacts.imports.rows.repairs import RepairKind
from outreach.errors import Refusal

HEAD = 50
"""Records that are looked at to find the header."""
Record = list[str]
Merged = tuple[tuple[int, int], tuple[int, int]]

_WHOLE = re.compile(r"-?\d{1,3}(?:[ \u00a0\u202f]?\d{3})*")
_CENTS = re.compile(r"\d{2} ?(?:€|EUR)?")


def tabulate(
    records: Iterable[Record], limits: Limits, merged: Sequence[Merged] = (), rectangular: bool = False
) -> Sheet:
    """The table in these records. `rectangular` ones have a place for every cell, so no row can be shifted.

    Raises Refusal when there is nothing in them, too much, or a header that cannot be laid upon the rows.
    """
    spread = _Spread(merged)
    numbered = _numbered(spread(records) if merged else records, limits, rectangular)
    head = list(islice(numbered, HEAD))
    if not head:
        raise Refusal("The file is empty.")
    top = _top(head, spread, rectangular)
    kept = _Kept(top.header, top.names)
    kept.fill(chain(head[top.body :], numbered))
    remarks = [*top.remarks, *spread.remarks(), *kept.remarks(), *_unnamed(top.header)]
    rows = Rows(kept.numbers, kept.packed)
    return Sheet(top.header, rows, kept.misfits, top.number, remarks=remarks, misread=kept.misread)


def _numbered(records: Iterable[Record], limits: Limits, counted: bool) -> Iterator[tuple[int, Record]]:
    """The records that are not blank, each with its number, as long as they keep within the limits.

    Characters are `counted` where nobody has measured the text as a whole.
    """
    columns, most, left = limits.columns, limits.rows, limits.characters
    for number, record in enumerate(records, 1):
        if number > most:
            raise Refusal("The file has more than %(rows)d rows: cut it into several files.", rows=most)
        if len(record) > columns:
            raise Refusal("The file has more than %(columns)d columns.", columns=columns)
        if counted and (left := left - sum(map(len, record))) < 0:
            raise Refusal("The file holds too much text: cut it into several files.")
        if any(map(str.strip, record)):
            yield number, record


@dataclass(frozen=True, slots=True)
class _Top:
    """The header: every column named, the names as they are written, its number, where the rows below begin."""

    header: list[str]
    names: Record
    number: int
    body: int
    remarks: list[Refusal]


def _top(head: list[tuple[int, Record]], spread: "_Spread", rectangular: bool) -> _Top:
    position = find_header([record for _, record in head])
    if position is None:
        return _Top(name_columns([""] * max(len(record) for _, record in head)), [], 0, 0, [])
    number, names = head[position]
    if spread.divides(number) and position + 1 < len(head):
        position += 1
        number, names = head[position]
    if rectangular:
        return _Top(name_columns(names), names, number, position + 1, [])
    written = without_empty_end(names)
    below = [record for _, record in head[position + 1 :]]
    laid, remarks = _laid(written, below)
    return _Top(name_columns(laid), names, number, position + 1, remarks)


def _laid(names: Record, below: Sequence[Record]) -> tuple[Record, list[Refusal]]:
    """The names, completed when most rows have one cell more: where the empty name belongs is read from the values."""
    rows = [record for record in below if record[: len(names)] != names]
    longer = [record for record in rows if len(record) == len(names) + 1]
    if len(longer) < 3 or 2 * len(longer) <= len(rows) or 2 * sum(map(is_cut, longer)) > len(longer):
        return names, []
    filled = sum(bool(record[-1].strip()) for record in longer)
    as_is, moved = alignment(names, longer)
    if moved > as_is:
        remark = Remark("The header is one name short: the first column has none, as its values show. Check each one.")
        return ["", *names], [remark]
    if 2 * filled <= len(longer):
        return names, []
    if as_is > moved:
        remark = Remark("The header is one name short: the last column has none, as its values show. Check each one.")
        return [*names, ""], [remark]
    raise Refusal(
        "The header has %(names)d names and the rows have %(cells)d cells: give every column a name.",
        names=len(names),
        cells=len(names) + 1,
    )


class _Kept:
    """Rows put away as they come, and those that do not fit."""

    def __init__(self, header: Sequence[str], names: Record) -> None:
        self.header, self.names = header, names
        self.width = len(header)
        self.numbers = array("L")
        self.packed: list[bytes] = []
        self.misfits: list[Misfit] = []
        self.again: list[int] = []
        self.cut: dict[int, int] = {}
        """Place of a row whose empty end was cut off -> its length as it came."""
        self.overfull: Counter[int] = Counter()
        """Length as it came -> how many rows have something in cells that the header does not have."""

    def fill(self, records: Iterable[tuple[int, Record]]) -> None:
        """Put every row away, or set it apart."""
        width, names, numbers, packed = self.width, self.names, self.numbers, self.packed
        for number, written in records:
            length = len(written)
            record = written if length == width else without_empty_end(written, width)
            if record == names or written == names:
                self.again.append(number)
            elif len(record) != width:
                self.overfull[length] += length > width
                self.misfits.append(misfit(number, record, width))
            else:
                if length != width:
                    self.cut[len(packed)] = length
                numbers.append(number)
                packed.append(pack(record))
        self._take_back()

    def _take_back(self) -> None:
        """Set rows apart that end in empty cells where many others do not: nobody can tell whether they are shifted."""
        of_length = Counter(self.cut.values())
        doubtful = {length for length, rows in of_length.items() if 4 * self.overfull[length] >= rows}
        places = {place for place, length in self.cut.items() if length in doubtful}
        for place in places:
            length = self.cut[place]
            cells = self.packed[place].decode().split(BETWEEN_CELLS) + [""] * (length - self.width)
            self.misfits.append(Misfit(self.numbers[place], cells, _reason(length, self.width)))
        if places:
            kept = [place for place in range(len(self.packed)) if place not in places]
            self.numbers = array("L", [self.numbers[place] for place in kept])
            self.packed = [self.packed[place] for place in kept]
            self.misfits.sort(key=attrgetter("number"))

    @property
    def misread(self) -> bool:
        """True when some letters may have been read in the wrong encoding: they then begin with « Ã » or « â€ »."""
        return any(b"\xc3\x83" in row or b"\xc3\xa2\xe2\x82\xac" in row for row in self.packed)

    def remarks(self) -> Iterator[Refusal]:
        """What is said of rows that were passed over."""
        if self.again:
            rows = ", ".join(map(str, self.again[:10]))
            yield Remark("The header comes again below itself and is passed over: row %(rows)s.", rows=rows)


def misfit(number: int, cells: Record, width: int) -> Misfit:
    """A row that does not fit, with the repair that would make it fit, where there is one."""
    reason = _reason(len(cells), width)
    if len(cells) < width:
        return Misfit(number, cells, reason, RepairKind.SHORT_ROW)
    cuts = _cuts(cells)
    if not cuts:
        return Misfit(number, cells, reason)
    amount = f"{cells[cuts[0]]},{cells[cuts[0] + 1]}"
    said = Refusal(
        "This row has %(cells)d cells, the header %(columns)d: the comma of %(amount)s cuts it in two.",
        cells=len(cells),
        columns=width,
        amount=amount,
    )
    if len(cuts) != len(cells) - width:
        return Misfit(number, cells, said)
    mended = [
        f"{cell},{cells[index + 1]}" if index in cuts else cell
        for index, cell in enumerate(cells)
        if index - 1 not in cuts
    ]
    return Misfit(number, cells, said, RepairKind.CUT_AMOUNT, mended)


def _reason(cells: int, columns: int) -> Refusal:
    return Refusal("This row has %(cells)d cells, the header %(columns)d.", cells=cells, columns=columns)


def is_cut(cells: Sequence[str]) -> bool:
    """True when an amount stands in two cells: "24 975" and "00"."""
    return bool(_cuts(cells))


def _cuts(cells: Sequence[str]) -> list[int]:
    return [
        index
        for index, (whole, cents) in enumerate(pairwise(cells))
        if _CENTS.fullmatch(cents) and _WHOLE.fullmatch(whole)
    ]


def without_empty_end(cells: Record, least: int = 1) -> Record:
    """The cells without the empty ones at the end, but never fewer than `least` of them."""
    end = len(cells)
    while end > least and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _unnamed(header: Sequence[str]) -> Iterator[Refusal]:
    letters = [column_letter(index) for index, name in enumerate(header) if name == f"({column_letter(index)})"]
    if letters and len(letters) < len(header):
        columns = ", ".join(letters[:10])
        yield Remark("Columns without a name are called by their letter: %(columns)s.", columns=columns)


class _Spread:
    """Cells merged over several rows: what they say counts for each of the rows."""

    def __init__(self, merged: Sequence[Merged]) -> None:
        self.wide = {top + 1 for (top, left), (bottom, right) in merged if top == bottom and right > left}
        self.starts: dict[int, list[tuple[int, int]]] = {}
        self.count = 0
        for (top, left), (bottom, _) in merged:
            if bottom > top:
                self.starts.setdefault(top, []).append((left, bottom))

    def __call__(self, records: Iterable[Record]) -> Iterator[Record]:
        """The records, each cell that a merged one covers filled with what that says."""
        held: dict[int, tuple[str, int]] = {}
        for index, record in enumerate(records):
            for column, (value, bottom) in list(held.items()):
                if index > bottom:
                    del held[column]
                elif not record[column]:
                    record[column] = value
            for column, bottom in self.starts.get(index, ()):
                if column < len(record) and record[column]:
                    held[column] = record[column], bottom
                    self.count += 1
            yield record

    def divides(self, number: int) -> bool:
        """True when a row has cells merged over several columns, as the upper of two header rows has."""
        return number in self.wide

    def remarks(self) -> Iterator[Refusal]:
        """What is said of merged cells."""
        if self.count:
            yield Remark(
                "Merged cells (%(count)d): what each one says counts for every row it covers.", count=self.count
            )
