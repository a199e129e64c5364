"""Where a contact of a file is: street, postal code, town, département, from their columns or from a block of lines."""

import re

from outreach.contacts.folding import fold, squeeze
from outreach.contacts.geography import DEPARTMENTS, country_of, department_of, department_of_postal_code
from outreach.contacts.imports.rows import cells
from outreach.contacts.imports.rows.noting import Memo, Noting
from outreach.contacts.imports.rows.repairs import RepairKind
from outreach.contacts.imports.rows.vocabulary import Field
from outreach.contacts.kinds import Kind
from outreach.contacts.names import is_shouted, place_name
from outreach.errors import Refusal

_ARTICLE_FIRST = re.compile(r"(?:le |la |les |l['’])", re.IGNORECASE)
_RANK = re.compile(r"2[AB]\d\d|\d+")
_BEFORE_COMMUNE = re.compile(r"^(?:mairie|commune|ville)\s*(?:-|–|:|de\s|d'|d’)\s*", re.IGNORECASE)
_CEDEX = re.compile(r"\s+cedex\b.*$", re.IGNORECASE)
_TWO_LETTERS = re.compile(r"[A-Za-z]{2}")
LONGEST_STREET, LONGEST_TOWN = 300, 150
"""What the tables hold, in characters, once lines are put together."""
_ABROAD = frozenset({"99", "099", "zz"})
_SENATOR, _DEPUTY = Kind.SENATOR, Kind.DEPUTY
_CAPITALS, _ARTICLE, _ZERO, _UNREADABLE, _SPACES = (
    RepairKind.CAPITALS,
    RepairKind.ARTICLE,
    RepairKind.POSTAL_ZERO,
    RepairKind.UNREADABLE,
    RepairKind.SPACES,
)


class PlaceReader:
    """Reads the place of each row into its parts."""

    def __init__(self, noting: Noting, country: str) -> None:
        self.noting, self.home = noting, country
        at = noting.at
        self.street, self.more, self.block = at(Field.STREET), at(Field.STREET_MORE), at(Field.POSTAL_BLOCK)
        self.code, self.town, self.state = at(Field.POSTAL_CODE), at(Field.COMMUNE), at(Field.DEPARTMENT)
        self.land, self.seat = at(Field.COUNTRY), at(Field.CONSTITUENCY)
        nowhere = noting.nowhere
        self.lone = self.code == nowhere and self.block == nowhere
        self.has_town = self.town != nowhere
        self.says_mairie = False
        """True when the cell of the town just read names its mairie: « Mairie - Montbouy »."""
        self.codes = Memo(_code)
        self.towns = Memo(_town)
        self.localities = Memo(_locality)
        self.departments = Memo(department_of)
        self.of_codes = Memo(department_of_postal_code)

    def country(self) -> str:
        """The code of the country; the file's own where the row does not say."""
        written = cells.plain(self.noting.cells[self.land])
        if not written:
            return self.home
        code = country_of(written) or (written.upper() if _TWO_LETTERS.fullmatch(written) else "")
        if not code:
            self.noting.refuse(self.land, Refusal("This country is not known to us: write its two-letter code."))
        return code or self.home

    def address(self, country: str) -> tuple[str, str, str]:
        """(street, postal code, locality)."""
        row = self.noting.cells
        street = row[self.street]
        code = locality = ""
        if self.lone:
            street, code, locality = self._block(self.street)
        elif "\n" in street:
            street = _lines(street)
        else:
            street = " ".join(street.split())
        if row[self.block]:
            lines, code, locality = self._block(self.block)
            street = f"{street}\n{lines}" if street and lines else street or lines
        if row[self.more]:
            more = cells.plain(row[self.more])
            street = f"{street}\n{more}" if street and more else street or more
        if row[self.code]:
            code = self._code(row[self.code], country) or code
        if len(street) > LONGEST_STREET:
            self._too_long(self.block if row[self.block] else self.street, LONGEST_STREET)
        if len(locality) > LONGEST_TOWN:
            self._too_long(self.street if self.lone else self.block, LONGEST_TOWN)
        return street, code, locality

    def _too_long(self, index: int, longest: int) -> None:
        self.noting.refuse(index, Refusal("This is longer than %(longest)d characters.", longest=longest))

    def _block(self, index: int) -> tuple[str, str, str]:
        if not self.noting.cells[index]:
            return "", "", ""
        found = cells.postal_block(self.noting.cells[index])
        locality, shouted = self.localities[found.locality]
        if shouted:
            locality = self.noting.taken(index, found.locality, locality, _CAPITALS)
        return found.street, found.postal_code, locality

    def _code(self, written: str, country: str) -> str:
        code, kind = self.codes[written] if country == "FR" else (cells.postal_code(written, country), None)
        if kind is _ZERO:
            return self.noting.taken(self.code, written, code, _ZERO)
        if kind is not None:
            self.noting.offer(self.code, written, code, kind)
        elif not code and cells.plain(written) and not self.noting.offer(self.code, written, "", _UNREADABLE):
            self.noting.refuse(self.code, Refusal("This is not a postal code."))
        return code

    def commune(self, locality: str) -> str:
        """The commune; « Ponts-de-Cé » before « 49130 Les Ponts-de-Cé » gets its article back."""
        if not self.has_town:
            return _CEDEX.sub("", locality) if locality else ""
        written = self.noting.cells[self.town]
        name, kind, self.says_mairie = self.towns[written]
        if kind is not None:
            name = self.noting.taken(self.town, written, name, kind)
        if name and _ARTICLE_FIRST.match(locality) and squeeze(_ARTICLE_FIRST.sub("", locality)) == squeeze(name):
            return self.noting.taken(self.town, written, locality, _ARTICLE)
        return name

    def department(self, kind: Kind, postal_code: str, country: str) -> str:
        """The code of the département: the file's own, else a senator's constituency, else the postal code's."""
        row = self.noting.cells
        if written := row[self.state]:
            code = self.departments[written]
            text = "" if code else cells.plain(written)
            if code or fold(text) in _ABROAD:
                return code
            if text and not self.noting.offer(self.state, written, "", _UNREADABLE):
                self.noting.refuse(self.state, Refusal("This département is not known to us: write its number."))
        if kind is _SENATOR and (code := self.departments[row[self.seat]]):
            return code
        return self.of_codes[postal_code] if country == "FR" else ""

    def constituency(self, kind: Kind, department: str) -> str:
        """« Aveyron » for a senator of "12", « Sarthe, 4e circonscription » for a deputy of "4"; else as written."""
        written = self.noting.cells[self.seat]
        if not written and kind is not _SENATOR:
            return ""
        written = cells.plain(written)
        if kind is _SENATOR:
            if fold(written) in _ABROAD:
                return "Français établis hors de France"
            code = self.departments[written] or department
            return DEPARTMENTS[code].name if code else written
        number = _RANK.match(written) if kind is _DEPUTY else None
        if number and department:
            rank = int(number[0][-2:])
            return f"{DEPARTMENTS[department].name}, {rank}{'re' if rank == 1 else 'e'} circonscription"
        return written


def _code(written: str) -> tuple[str, RepairKind | None]:
    """A French postal code and how it was put right."""
    text = cells.plain(written)
    code = cells.postal_code(written)
    if not code or code == text:
        return code, None
    return code, _ZERO if len(re.sub(r"\D", "", text.removesuffix(".0"))) == 4 else _SPACES


def _town(written: str) -> tuple[str, RepairKind | None, bool]:
    """A commune, how it was put right, and whether its mairie is named."""
    text = cells.plain(written)
    name = _BEFORE_COMMUNE.sub("", text)
    mairie = name != text and fold(text).startswith("mairie")
    if is_shouted(name) and (better := place_name(name)) != name:
        return better, _CAPITALS, mairie
    if name != text:
        return name, RepairKind.TOWN_WORDS, mairie
    return name, RepairKind.NOTHING if written.strip() and not text else None, False


def _locality(written: str) -> tuple[str, bool]:
    name = place_name(written)
    return name, is_shouted(written) and name != written


def _lines(cell: str) -> str:
    return "\n".join(" ".join(line.split()) for line in cell.splitlines() if line.strip())
