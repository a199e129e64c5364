"""Which row of a sheet is its header, and a name for every column."""

import re
from collections.abc import Sequence

FIRST_ROWS = 30

_VALUE = re.compile(r"@|^[-+]?[\d\s.,/:-]+ ?[€%]?$|^https?://")


def find_header(records: Sequence[Sequence[str]]) -> int | None:
    """The position of the header among records that are not blank; None when the sheet has none.

    Title rows are recognised by having fewer cells filled than the table below them; a row that holds an address,
    or mostly figures, is no header. Two thirds of the widest row are enough, since some columns have no name.
    """
    head = records[:FIRST_ROWS]
    if not head:
        return None
    widest = max(len(_filled(record)) for record in records[: FIRST_ROWS + 20])
    for position, record in enumerate(head):
        filled = _filled(record)
        if 3 * len(filled) >= 2 * widest:
            return position if _is_header(filled) else None
    return None


def _filled(record: Sequence[str]) -> list[str]:
    return [cell.strip() for cell in record if cell.strip()]


def _is_header(filled: Sequence[str]) -> bool:
    if any("@" in cell for cell in filled):
        return False
    values = sum(bool(_VALUE.search(cell)) for cell in filled)
    return 3 * values <= len(filled)


def name_columns(names: Sequence[str]) -> list[str]:
    """Each column's name once, on one line: "(E)" by its letter when it has none, and "Nom (F)" when "Nom" is taken."""
    header: list[str] = []
    for index, raw in enumerate(names):
        name = " ".join(raw.split())
        letter = f"({column_letter(index)})"
        header.append(letter if not name else f"{name} {letter}" if name in header else name)
    return header


def column_letter(index: int) -> str:
    """The letters a spreadsheet shows above a column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
