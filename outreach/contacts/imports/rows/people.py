"""Who a row of a file speaks of: gender, given name and family name."""

import re

from outreach.contacts.imports.rows import cells
from outreach.contacts.imports.rows.noting import Memo, Noting
from outreach.contacts.imports.rows.repairs import RepairKind
from outreach.contacts.imports.rows.vocabulary import Field
from outreach.contacts.kinds import Gender
from outreach.contacts.names import gender_of, person_name, split_full_name

_CIVILITY = re.compile(r"^(?:m\.|mme\.?|mlle|monsieur|madame|mr\.?|mrs\.?|ms\.?|miss)\s+", re.IGNORECASE)
_UNKNOWN = Gender.UNKNOWN
_CAPITALS, _WHOLE_NAME, _NOTHING = RepairKind.CAPITALS, RepairKind.WHOLE_NAME, RepairKind.NOTHING


class PersonReader:
    """Reads the person of each row; a civility before the whole name counts, a given name tells no gender."""

    def __init__(self, noting: Noting) -> None:
        self.noting = noting
        at = noting.at
        self.family, self.given, self.whole, self.civility = (
            at(Field.FAMILY_NAME),
            at(Field.GIVEN_NAME),
            at(Field.FULL_NAME),
            at(Field.GENDER),
        )
        self.names, self.genders = Memo(_name), Memo(gender_of)

    def read(self, of_office: Gender) -> tuple[Gender, str, str]:
        """(gender, given name, family name); `of_office` is what the words for the office tell."""
        row = self.noting.cells
        gender = self.genders[row[self.civility]]
        family, given = self._name(self.family, row), self._name(self.given, row)
        if row[self.whole] and not family and (whole := cells.plain(row[self.whole])):
            civil, given, family = self._whole(whole)
            if gender is _UNKNOWN:
                gender = civil
        return (of_office if gender is _UNKNOWN else gender), given, family

    def _name(self, index: int, row: list[str]) -> str:
        written = row[index]
        if not written:
            return ""
        name, kind = self.names[written]
        return name if kind is None else self.noting.taken(index, written, name, kind)

    def _whole(self, written: str) -> tuple[Gender, str, str]:
        """A civility and a whole name taken apart, as far as capitals tell; else all of it is the family name."""
        civility = _CIVILITY.match(written)
        gender = gender_of(civility[0]) if civility else _UNKNOWN
        bare = written[civility.end() :] if civility else written
        given, family = split_full_name(bare)
        value = f"{given} {family}".strip()
        if value == written:
            return gender, given, family
        kind = _WHOLE_NAME if given or civility else _CAPITALS
        return (gender, given, family) if self.noting.offer(self.whole, written, value, kind) else (gender, "", bare)


def _name(written: str) -> tuple[str, RepairKind | None]:
    """A name as a letter has it, and how it was put right."""
    text = cells.plain(written)
    name = person_name(text) if written.isupper() else text
    if name != text:
        return name, _CAPITALS
    return name, _NOTHING if written.strip() and not text else None
