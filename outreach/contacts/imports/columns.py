"""Which column of a sheet holds what: proposed from its name and its values, kept in a file, remembered by fingerprint.

A mapping is a plain dict: field -> index of the column. Political groups, dates of birth and professions are never
mapped, nor are the internal numbers of somebody's database.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence

from outreach.contacts.folding import fold, squeeze
from outreach.contacts.geography import country_of, department_of
from outreach.contacts.imports.cells import day, postal_block, postal_code, telephone
from outreach.contacts.imports.sheets import Sheet
from outreach.contacts.imports.vocabulary import NAMES, NEVER_PROPOSED, PARTS, PRIVATE, Field
from outreach.contacts.kinds import Gender
from outreach.contacts.names import gender_of
from outreach.contacts.protocol.offices import kind_of
from outreach.errors import Refusal

SAMPLE = 200


ColumnMap = dict[Field, int]


def propose(sheet: Sheet) -> ColumnMap:
    """The most likely mapping: each field one column, each column one field; the values must bear the name out."""
    samples = [_sample(sheet, index) for index in range(len(sheet.header))]
    scores = [
        (score, -index, field)
        for index, name in enumerate(sheet.header)
        if not NEVER_PROPOSED.search(fold(name))
        for field in Field
        if (score := _score(field, name, samples[index])) > 0
    ]
    mapping: ColumnMap = {}
    for _, negative, field in sorted(scores, key=lambda found: (found[0], found[1]), reverse=True):
        if field not in mapping and -negative not in mapping.values():
            mapping[field] = -negative
    return _settled(mapping, samples)


def _sample(sheet: Sheet, index: int) -> list[str]:
    values = (row.cells[index].strip() for row in sheet.rows[: 5 * SAMPLE])
    return [value for value in values if value][:SAMPLE]


def _score(field: Field, name: str, sample: Sequence[str]) -> float:
    """0 when the column cannot be it; the name counts most, then how many of its values look right."""
    looks = _LOOKS.get(field)
    fitting = sum(map(looks, sample)) / len(sample) if looks and sample else 0.0
    squeezed = squeeze(name)
    if looks and sample and fitting < _ENOUGH.get(field, 0.3):
        return 0
    if squeezed in NAMES[field]:
        return 100 - NAMES[field].index(squeezed) + 10 * fitting
    if field in PARTS and PARTS[field].search(squeezed):
        return 50 + 10 * fitting
    return 30 * fitting if field in _TOLD_BY_VALUES and fitting > 0.8 else 0


def _settled(mapping: ColumnMap, samples: Sequence[Sequence[str]]) -> ColumnMap:
    """A lone « nom », without « prénom », is the name of an organisation when its values say so, else a whole name."""
    if Field.FAMILY_NAME in mapping and Field.GIVEN_NAME not in mapping:
        index = mapping.pop(Field.FAMILY_NAME)
        houses = sum(bool(_HOUSE.search(fold(value))) for value in samples[index])
        field = Field.ORGANISATION if 5 * houses > len(samples[index]) else Field.FULL_NAME
        mapping.setdefault(field, index)
    return mapping


_HOUSE = re.compile(
    r"\b(association|mairie|comite|club|amicale|ccas|centre|communaute|union|federation|societe|ecole)\b"
)


def _is_block(value: str) -> bool:
    return bool(postal_block(value).postal_code)


_LOOKS: dict[Field, Callable[[str], bool]] = {
    Field.EMAIL: lambda value: "@" in value or fold(value) == "inconnu",
    Field.KIND: lambda value: kind_of(value) is not None,
    Field.GENDER: lambda value: gender_of(value) is not Gender.UNKNOWN,
    Field.POSTAL_CODE: lambda value: bool(postal_code(value)) or not value.isalpha(),
    Field.POSTAL_BLOCK: _is_block,
    Field.STREET: lambda value: not _is_block(value) and "@" not in value,
    Field.DEPARTMENT: lambda value: bool(department_of(value)),
    Field.COUNTRY: lambda value: bool(country_of(value)),
    Field.PHONE: lambda value: len(telephone(value)) >= 4,
    Field.WEBSITE: lambda value: "." in value and "@" not in value,
    Field.SINCE: lambda value: day(value) is not None,
    Field.FULL_NAME: lambda value: "@" not in value and not value[:1].isdigit(),
    Field.FAMILY_NAME: lambda value: "@" not in value and not value[:1].isdigit(),
    Field.COMMUNE: lambda value: not value.isdigit(),
    Field.ORGANISATION: lambda value: not value.isdigit() and "@" not in value,
}
_ENOUGH = {Field.KIND: 0.8}
_TOLD_BY_VALUES = frozenset({Field.EMAIL, Field.POSTAL_BLOCK})


def fingerprint(header: Sequence[str]) -> str:
    """What tells files of the same shape: the same for the same columns in the same order, however they are spelled."""
    return hashlib.sha256("\n".join(map(squeeze, header)).encode()).hexdigest()[:32]


def dump(mapping: Mapping[Field, int], header: Sequence[str]) -> str:
    """The mapping as TOML, by the names of the columns."""
    lines = [f"{field.value} = {json.dumps(header[index], ensure_ascii=False)}" for field, index in mapping.items()]
    return "\n".join(["# field = name of the column", *lines, ""])


def load(text: str, header: Sequence[str]) -> ColumnMap:
    """The mapping written in TOML, for a sheet with this header. Raises Refusal for what it cannot take."""
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refusal("The mapping is not valid TOML: %(error)s.", error=str(error)) from None
    return by_name({key: str(value) for key, value in written.items()}, header)


def by_name(written: Mapping[str, str], header: Sequence[str]) -> ColumnMap:
    """The mapping field -> name of column, as indices; names are compared without case, accents or punctuation."""
    positions = {squeeze(name): index for index, name in reversed(list(enumerate(header)))}
    exact = {name: index for index, name in enumerate(header)}
    mapping: ColumnMap = {}
    for key, name in written.items():
        if key not in {field.value for field in Field}:
            raise Refusal("There is no field named %(name)s.", name=key)
        index = exact.get(name, positions.get(squeeze(name)))
        if index is None:
            raise Refusal("There is no column named %(column)s in this file.", column=name)
        mapping[Field(key)] = index
    return checked(mapping, header)


def checked(mapping: ColumnMap, header: Sequence[str]) -> ColumnMap:
    """The mapping, if it takes nothing that must stay where it is: political groups, dates of birth, professions."""
    for index in mapping.values():
        if PRIVATE.search(fold(header[index])):
            raise Refusal("The column %(column)s is never imported.", column=header[index])
    return mapping
