"""One cell cleaned: telephone, postal code, postal address in one block, day, language, what says "nothing"."""

import re
from dataclasses import dataclass
from datetime import date

from outreach.contacts.folding import fold

_NUMBER = re.compile(r"(?:(?:\+|00)\d{1,3}[\s.\-]*(?:\(0\))?[\s.\-]*)?\d(?:[\s.\-/]?\d)*")
_BETWEEN_NUMBERS = re.compile(
    r"\s*(?:[;,|\n]|\s/\s|\bou\b|\bet\b|\bor\b|\s-\s)\s*|(?<=\d{10})/|/(?=\d{10})", re.IGNORECASE
)
_LAST_LINE = re.compile(r"^(?:F-)?(?P<code>\d{5})(?:\s*[/,-]\s*|\s+)(?P<locality>[^\d\s/,-].*)$")
_INSIDE = re.compile(
    r"^(?P<street>.*?)[\s,;/-]+(?:F-)?(?P<code>\d{5})\s*[/,-]?\s+(?P<locality>[^\d\s/,-].*)$", re.DOTALL
)
_DAY = re.compile(r"^(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/.](\d{1,2})[/.](\d{4}))(?:[ T].*)?$")
_NOTHING = frozenset(
    {"#n/d", "#n/a", "n/a", "n/d", "-", "--", "?", "inconnu", "neant", "non communique", "non renseigne"}
)
_MISREAD = {
    code: bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if code not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}
}
_LANGUAGES = {
    "fr": "fr",
    "fra": "fr",
    "fre": "fr",
    "francais": "fr",
    "french": "fr",
    "en": "en",
    "eng": "en",
    "anglais": "en",
    "english": "en",
}


def plain(cell: str) -> str:
    """The cell on one line, single spaces, nothing around; "" for « inconnu », "#N/D" and the like.

    Windows-1252 punctuation that somebody's program took for Latin-1 (an apostrophe as U+0092) is put right.
    """
    text = " ".join(cell.translate(_MISREAD).split())
    return "" if text and fold(text) in _NOTHING else text


def telephone(cell: str) -> str:
    """The figures of a telephone number, with its + if it has one; several are kept apart by " / ".

    A French number that a spreadsheet took for a figure gets its zero back: 241520030 is 0241520030. Words are left
    out; the result is "" when there is no number at all.
    """
    numbers = [_number(part) for part in _BETWEEN_NUMBERS.split(cell.replace("\u00a0", " "))]
    return " / ".join(dict.fromkeys(number for number in numbers if number))


def _number(part: str) -> str:
    found = _NUMBER.search(part)
    if not found:
        return ""
    written = found[0].replace("(0)", "")
    digits = re.sub(r"\D", "", written)
    if written.startswith("+"):
        return f"+{digits}"
    if written.startswith("00") and len(digits) > 10:
        return f"+{digits[2:]}"
    return f"0{digits}" if len(digits) == 9 and digits[0] != "0" else digits


def postal_code(cell: str, country: str = "FR") -> str:
    """A postal code; a French one has five figures, its lost zero given back: 1410 is 01410. "" when it is none."""
    text = plain(cell).upper()
    if country != "FR":
        return text if len(text) <= 12 else ""
    found = re.fullmatch(r"(?:F(?:R)?-?\s?)?(\d{2})\s?(\d{3})(?:\.0)?", text) or re.fullmatch(
        r"(\d)(\d{3})(?:\.0)?", text
    )
    return (found[1] + found[2]).zfill(5) if found else ""


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """Where a letter goes: the street may have several lines."""

    street: str = ""
    postal_code: str = ""
    locality: str = ""


def postal_block(cell: str) -> PostalAddress:
    """« 135 rue X⏎49650 Allonnes », "22 cours Y 20000 AJACCIO", "06141 / VENCE CEDEX" taken apart; else all street."""
    lines = [" ".join(line.split()) for line in cell.splitlines() if line.strip()]
    for index in range(len(lines) - 1, -1, -1):
        found = _LAST_LINE.match(lines[index])
        if found:
            return PostalAddress("\n".join(lines[:index]), found["code"], found["locality"].strip())
    found = _INSIDE.match("\n".join(lines))
    if found:
        return PostalAddress(found["street"].strip(" ,;-"), found["code"], found["locality"].strip())
    return PostalAddress("\n".join(lines))


def day(cell: str) -> date | None:
    """A day written 2026-03-20 or 20/03/2026; None for anything else."""
    found = _DAY.match(cell.strip())
    if not found:
        return None
    year, month, number = (int(part) for part in (found.groups()[:3] if found[1] else reversed(found.groups()[3:])))
    try:
        return date(year, month, number)
    except ValueError:
        return None


def language(cell: str) -> str | None:
    """ "fr" or "en"; None when the cell names no language we write in."""
    return _LANGUAGES.get(fold(cell))
