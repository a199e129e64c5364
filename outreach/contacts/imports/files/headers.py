"""Which row of a sheet is its header, and a name for every column."""

import re
from collections.abc import Sequence

from outreach.contacts.folding import squeeze

FIRST_ROWS = 30

_VALUE = re.compile(r"@|^[-+]?[\d\s.,/:-]+ ?[€%]?$|^https?://")

_LOOKS = tuple(
    (re.compile(word), re.compile(looks, re.IGNORECASE))
    for word, looks in (
        (r"mail|courriel", r"@"),
        (r"codepostal|^cp$|zip|postcode", r"^\d{4,5}$"),
        (r"tel|phone|portable", r"^[+(]?\d[\d .()/-]{7,}$"),
        (r"civilite|sexe|genre|gender", r"^(m|f|h|mr|mme|mlle|mrs|ms|monsieur|madame|homme|femme)\.?$"),
        (r"date|depuis|since|naissance", r"^\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}"),
        (r"nom|name|ville|commune|adresse|organis|structure|association", r"^[^\d@]*[^\W\d_]{2}[^@]*$"),
    )
)
"""What values look like under a name that says it."""


def find_header(records: Sequence[Sequence[str]]) -> int | None:
    """The position of the header among records that are not blank; None when the sheet has none.

    Title rows are recognised by having fewer cells filled than the table below them; a row that holds an address,
    or mostly figures, is no header. Two thirds of the widest row are enough, since some columns have no name; a single
    row wider than all others, cut by a stray separator, says nothing.
    """
    head = records[:FIRST_ROWS]
    if not head:
        return None
    counts = sorted((len(_filled(record)) for record in records[: FIRST_ROWS + 20]), reverse=True)
    widest = counts[1] if len(counts) > 3 else counts[0]
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


def alignment(names: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[int, int]:
    """How many values look as their column is named, with the names where they are and with all of them one further."""
    told = [(index, looks) for index, name in enumerate(names) for word, looks in _LOOKS if word.search(squeeze(name))]
    return (
        sum(bool(looks.search(row[index].strip()[:200])) for index, looks in told for row in rows),
        sum(bool(looks.search(row[index + 1].strip()[:200])) for index, looks in told for row in rows),
    )


def name_columns(names: Sequence[str]) -> list[str]:
    """Each column's name once, on one line: "(E)" by its letter when it has none, and "Nom (F)" when "Nom" is taken."""
    header: list[str] = []
    for index, raw in enumerate(names):
        name = " ".join(raw.split())
        letter = f"({column_letter(index)})"
        name = name or letter
        while name in header:
            name += f" {letter}"
        header.append(name)
    return header


def column_letter(index: int) -> str:
    """The letters a spreadsheet shows above a column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
