"""Which column of a sheet holds what: proposed from its name and its values, kept in a file, remembered by fingerprint.

A mapping is a plain dict: field -> index of the column. Political groups, dates of birth and professions are never
mapped, nor are the internal numbers of somebody's database.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from outreach.contacts.folding import fold, squeeze
from outreach.contacts.imports.files.headers import column_letter
from outreach.contacts.imports.files.sheets import Sheet
from outreach.contacts.imports.rows.looks import BEAR_OUT, ENOUGH, is_beside, is_political, share, told
from outreach.contacts.imports.rows.vocabulary import NAMES, NEVER_PROPOSED, PARTS, PRIVATE, Field
from outreach.errors import Refusal

SAMPLE = 200
LONGEST_VALUE = 200
"""Characters of a value that are looked at."""


ColumnMap = dict[Field, int]


def propose(sheet: Sheet) -> ColumnMap:
    """The most likely mapping: each field one column, each column one field; the values must bear the name out.

    A column whose name says nothing is told by its values: addresses, telephones, postal codes, towns, titles, names.
    """
    columns = _columns(sheet)
    samples = [[value for value in column if value][:SAMPLE] for column in columns]
    scores = [
        (score, -index, field)
        for index, name in enumerate(sheet.header)
        if not NEVER_PROPOSED.search(fold(name)) and not is_political(samples[index])
        for field, score in _scores(name, samples[index], name == f"({column_letter(index)})")
    ]
    mapping: ColumnMap = {}
    for _, negative, field in sorted(scores, key=lambda found: (found[0], found[1]), reverse=True):
        if field not in mapping and -negative not in mapping.values():
            mapping[field] = -negative
    return _with_town(_settled(mapping, samples), columns, sheet.header)


def _columns(sheet: Sheet) -> list[list[str]]:
    """The head of each column, its values without spaces around."""
    rows = [row.cells for row in islice(sheet.rows, 5 * SAMPLE)]
    if not rows:
        return [[] for _ in sheet.header]
    return [[value.strip()[:LONGEST_VALUE] for value in column] for column in zip(*rows, strict=True)]


def _scores(name: str, sample: Sequence[str], unnamed: bool) -> Iterator[tuple[Field, float]]:
    """The fields a column may hold; the name counts most, then how many of its values look right."""
    squeezed = squeeze(name)
    for field, names in NAMES.items():
        if squeezed in names:
            rank = 100.0 - names.index(squeezed)
        elif field in PARTS and PARTS[field].search(squeezed):
            rank = 50.0
        else:
            continue
        look = BEAR_OUT.get(field)
        fitting = share(look, sample) if look else 0.0
        if look is None or not sample or fitting >= ENOUGH.get(field, 0.3):
            yield field, rank + 10 * fitting
    if found := told(sample, unnamed):
        yield found[0], 30 * found[1]


def _settled(mapping: ColumnMap, samples: Sequence[Sequence[str]]) -> ColumnMap:
    """A lone « nom », without « prénom », is the name of an organisation when its values say so, else a whole name."""
    if Field.FAMILY_NAME in mapping and Field.GIVEN_NAME not in mapping:
        index = mapping.pop(Field.FAMILY_NAME)
        houses = sum(bool(_HOUSE.search(fold(value))) for value in samples[index])
        field = Field.ORGANISATION if 5 * houses > len(samples[index]) else Field.FULL_NAME
        mapping.setdefault(field, index)
    return mapping


def _with_town(mapping: ColumnMap, columns: Sequence[Sequence[str]], header: Sequence[str]) -> ColumnMap:
    """The town of a file that does not name it stands beside the postal code, in a column without a name."""
    code = mapping.get(Field.POSTAL_CODE)
    if code is not None and Field.COMMUNE not in mapping:
        for index in (code + 1, code - 1):
            if (
                0 <= index < len(columns)
                and index not in mapping.values()
                and header[index] == f"({column_letter(index)})"
                and is_beside(columns[code], columns[index])
            ):
                return {**mapping, Field.COMMUNE: index}
    return mapping


_HOUSE = re.compile(
    r"\b(association|mairie|comite|club|amicale|ccas|centre|communaute|union|federation|societe|ecole)\b"
)


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


_NAMES_OF_PEOPLE = frozenset({Field.GIVEN_NAME, Field.FAMILY_NAME, Field.FULL_NAME})
"""A given name may be spelt like a party: « Luc »."""


def check_values(mapping: Mapping[Field, int], sheet: Sheet) -> None:
    """Refuse a column that holds parties or political groups, whatever it is called. Raises Refusal."""
    rows = [row.cells for row in islice(sheet.rows, SAMPLE)]
    for index in (index for field, index in mapping.items() if field not in _NAMES_OF_PEOPLE):
        sample = [value for row in rows if (value := row[index].strip()[:LONGEST_VALUE])]
        if sample and is_political(sample):
            raise Refusal("The column %(column)s is never imported.", column=sheet.header[index])
