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
NOTHING = frozenset(
    {"#n/d", "#n/a", "#na", "n/a", "n/d", "-", "--", "?", "#ref!", "#valeur!", "#value!", "#nom?", "#name?", "#vide!"}
    | {"inconnu", "inconnue", "neant", "néant", "non communique", "non communiqué", "non renseigne", "non renseigné"}
)
"""What says that there is nothing, or that a formula failed; compared without capitals."""
LONGEST_NOTHING = max(map(len, NOTHING))

_FRENCH_NUMBER = re.compile(r"0[1-9](?: ?\d\d){4}|0[1-9](?:\.\d\d){4}")
_NO_FIGURE = re.compile(r"\D")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_BESIDE_NUMBERS = re.compile(r"\b(?:tel|tél|fax|port|mob|ou|et|or)\b", re.IGNORECASE)
_TWICE_READ = re.compile("[Ã\u00c2â][\u0080-\u00bf\u0152-\u0192\u02c6-\u2122]")
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
    """The cell on one line, single spaces, nothing around; "" for « inconnu », "#N/D" and the like."""
    text = " ".join(cell.split())
    return "" if says_nothing(text) else text


def says_nothing(text: str) -> bool:
    """True for what people and spreadsheets write where there is nothing."""
    return len(text) <= LONGEST_NOTHING and text.casefold() in NOTHING


def reread(cell: str) -> str:
    """The cell with letters that were read in the wrong encoding put right: « SociÃ©tÃ© » is Société. Else as it is."""
    if not _TWICE_READ.search(cell):
        return cell
    try:
        return cell.encode("cp1252").decode()
    except UnicodeError:
        return cell


def telephone(cell: str, restored: bool = True) -> str:
    """The figures of a telephone number, with its + if it has one; several are kept apart by " / ".

    A French number that a spreadsheet took for a figure gets its zero back when it is to be `restored`: 241520030 is
    0241520030. Words are left out; the result is "" when there is no number at all.
    """
    if usual := usual_number(cell):
        return usual
    numbers = [_number(part, restored) for part in _BETWEEN_NUMBERS.split(cell.replace("\u00a0", " "))]
    return " / ".join(dict.fromkeys(number for number in numbers if number))


def usual_number(cell: str) -> str:
    """The ten figures of a French number written as usual, 02 41 52 00 30 or 0241520030; "" for anything else."""
    return cell.replace(" ", "").replace(".", "") if _FRENCH_NUMBER.fullmatch(cell) else ""


def has_words(cell: str) -> bool:
    """True when more than « Tél. », « ou » and the like stands beside the numbers."""
    return bool(_LETTERS.search(_BESIDE_NUMBERS.sub("", cell)))


def figures(text: str) -> str:
    """The figures of a text, and nothing else."""
    return text if text.isdigit() else _NO_FIGURE.sub("", text)


def _number(part: str, restored: bool) -> str:
    found = _NUMBER.search(part)
    if not found:
        return ""
    written = found[0].replace("(0)", "")
    digits = re.sub(r"\D", "", written)
    if written.startswith("+"):
        return f"+{digits}"
    if written.startswith("00") and len(digits) > 10:
        return f"+{digits[2:]}"
    return f"0{digits}" if restored and len(digits) == 9 and digits[0] != "0" else digits


def postal_code(cell: str, country: str = "FR") -> str:
    """A postal code; a French one has five figures, its lost zero given back: 1410 is 01410. "" when it is none."""
    if len(cell) == 5 and cell.isascii() and cell.isdigit():
        return cell
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
