"""Columns of a file that are never imported: nothing of them is kept or shown, but in the file itself (art. 9 GDPR)."""

import re
from collections.abc import Collection, Sequence
from itertools import islice
from typing import Final

from outreach.contacts.folding import fold, squeeze
from outreach.contacts.imports.files.sheets import Sheet
from outreach.contacts.imports.rows.looks import is_political
from outreach.contacts.imports.rows.vocabulary import NAMES, PARTS, PRIVATE, Field

SAMPLE: Final = 200
"""Values at the head of a column by which a party is told."""
_OF_PEOPLE: Final = (Field.GIVEN_NAME, Field.FAMILY_NAME, Field.FULL_NAME)
_DAY: Final = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d\d-\d\d.*")


def withheld(sheet: Sheet) -> frozenset[int]:
    """The columns that say a political opinion, a date of birth or a profession: by their names, or by their values."""
    rows = [row.cells for row in islice(sheet.rows, SAMPLE)]
    private = set()
    for index, name in enumerate(sheet.header):
        values = [value for row in rows if (value := row[index].strip())]
        if PRIVATE.search(fold(name)) or (is_political(values) and not _is_name_of_people(name)):
            private.add(index)
    return frozenset(private)


def silenced(cells: Sequence[str], private: Collection[int], width: int) -> list[str]:
    """The cells of a row without those of these columns.

    In a row with more or fewer cells than the header, which is `width`, they may have shifted by the difference: in a
    longer row every cell where they may stand goes, in a shorter one those that read like such a value.
    """
    shift = len(cells) - width
    reach = {place for one in private for place in range(min(one, one + shift), max(one, one + shift) + 1)}
    return [
        "" if index in private or (index in reach and (shift > 0 or _tells(cell))) else cell
        for index, cell in enumerate(cells)
    ]


def _is_name_of_people(name: str) -> bool:
    """True for a column of names: a given name may be spelt like a party, « Luc »."""
    squeezed = squeeze(name)
    return any(squeezed in NAMES[field] or PARTS[field].search(squeezed) for field in _OF_PEOPLE)


def _tells(cell: str) -> bool:
    return bool(_DAY.fullmatch(cell.strip()) or PRIVATE.search(fold(cell)) or is_political([cell]))
