"""Rows of a sheet read as contacts, noting each repair and each reason to refuse."""

import re
from collections.abc import Iterator, Sequence

from outreach.contacts.folding import fold, squeeze
from outreach.contacts.geography import DEPARTMENTS, country_of, department_of, department_of_postal_code
from outreach.contacts.houses import house_of, organisation_of
from outreach.contacts.imports import cells
from outreach.contacts.imports.columns import ColumnMap
from outreach.contacts.imports.mailboxes import read_mailboxes
from outreach.contacts.imports.records import Defaults, Reading, Record, Refused, Repair
from outreach.contacts.imports.repairs import RepairKind
from outreach.contacts.imports.sheets import Row, Sheet
from outreach.contacts.imports.vocabulary import Field
from outreach.contacts.kinds import Gender, Kind
from outreach.contacts.names import gender_of, person_name, place_name, split_full_name
from outreach.contacts.protocol.offices import kind_of, read_office
from outreach.errors import Refusal

LONGEST = {
    Field.ORGANISATION: 300,
    Field.GIVEN_NAME: 100,
    Field.FAMILY_NAME: 150,
    Field.OFFICE: 200,
    Field.CONSTITUENCY: 200,
    Field.STREET: 300,
    Field.COMMUNE: 150,
    Field.WEBSITE: 300,
    Field.NOTES: 10_000,
}
"""What the tables hold, in characters. Nothing is cut off in silence."""

_ARTICLES = ("le", "la", "les", "l")
_BEFORE_COMMUNE = re.compile(r"^(?:mairie|commune|ville)\s*(?:-|–|:|de\s|d'|d’)\s*", re.IGNORECASE)
_CIVILITY = re.compile(r"^(?:m\.|mme\.?|mlle|monsieur|madame|mr\.?|mrs\.?|ms\.?|miss)\s+", re.IGNORECASE)
_ABROAD = frozenset({"99", "099", "zz"})


def read_records(sheet: Sheet, mapping: ColumnMap, defaults: Defaults) -> Iterator[Reading]:
    """Every row of the sheet in the order of the file, also those that do not fit its header."""
    fitting = {row.number: row for row in sheet.rows}
    misfits = {misfit.number: misfit for misfit in sheet.misfits}
    for number in sorted([*fitting, *misfits]):
        if number in fitting:
            yield read_record(fitting[number], mapping, sheet.header, defaults)
        else:
            written = " | ".join(misfits[number].cells)[:200]
            yield Reading(number, None, [], [Refused(number, "", written, misfits[number].reason)])


def read_record(row: Row, mapping: ColumnMap, header: Sequence[str], defaults: Defaults) -> Reading:
    """One row read as one contact."""
    reader = _RowReader(row, mapping, header, defaults)
    record = reader.record()
    return Reading(row.number, None if reader.refused else record, reader.repairs, reader.refused)


class _RowReader:
    def __init__(self, row: Row, mapping: ColumnMap, header: Sequence[str], defaults: Defaults) -> None:
        self.row, self.mapping, self.header, self.defaults = row, mapping, header, defaults
        self.repairs: list[Repair] = []
        self.refused: list[Refused] = []

    def record(self) -> Record | None:
        kind = self.kind()
        if kind is None:
            return None
        gender, given, family = self.person()
        country = self.country()
        place = self.place(country)
        commune = self.commune(place.locality)
        department = self.department(kind, place.postal_code, country)
        organisation = self.text(Field.ORGANISATION) or organisation_of(kind, commune, department)
        if not organisation and not family:
            self.refuse(Field.ORGANISATION, Refusal("There is neither an organisation nor a person's name."))
        return Record(
            kind=kind,
            organisation=organisation,
            organisation_kind=house_of(kind, organisation),
            given_name=given,
            family_name=family,
            gender=gender,
            office=self.office(),
            constituency=self.constituency(kind, department),
            since=cells.day(self.kept(Field.SINCE, cells.day(self.cell(Field.SINCE)) is not None)),
            emails=self.emails(),
            street=place.street,
            postal_code=place.postal_code,
            locality=place.locality or commune,
            commune=commune,
            department=department,
            country=country,
            phone=self.phone(),
            website=self.text(Field.WEBSITE),
            language=cells.language(self.cell(Field.LANGUAGE)) or self.defaults.language,
            notes=self.long_text(Field.NOTES),
            tags=tuple(tag for part in self.cell(Field.TAGS).split(",") if (tag := cells.plain(part)[:60])),
        )

    # Cells

    def cell(self, field: Field) -> str:
        index = self.mapping.get(field)
        return "" if index is None else self.row.cells[index]

    def column(self, field: Field) -> str:
        index = self.mapping.get(field)
        return "" if index is None else self.header[index]

    def text(self, field: Field) -> str:
        return self.measured(field, cells.plain(self.cell(field)))

    def long_text(self, field: Field) -> str:
        return self.measured(field, self.cell(field).strip())

    def kept(self, field: Field, readable: bool) -> str:
        """The cell when it can be read, else nothing, and it is said."""
        return self.cell(field) if readable else self.repaired(field, "")

    def repaired(self, field: Field, value: str) -> str:
        """The value, noted as a repair when it differs from the cell by more than spaces."""
        written = self.cell(field)
        if cells.plain(written) != " ".join(value.split()):
            self.repairs.append(Repair(self.row.number, self.column(field), written, value, RepairKind.UNREADABLE))
        return value

    def measured(self, field: Field, value: str) -> str:
        longest = LONGEST.get(field)
        if longest and len(value) > longest:
            self.refuse(field, Refusal("This is longer than %(longest)d characters.", longest=longest))
        return value

    def refuse(self, field: Field, reason: Refusal) -> None:
        self.refused.append(Refused(self.row.number, self.column(field), self.cell(field)[:200], reason))

    # What a contact is made of

    def kind(self) -> Kind | None:
        """What the file says of this row, else what the caller says of the file, else what the office says."""
        written = self.text(Field.KIND)
        kind = kind_of(written) if written else None
        kind = kind or self.defaults.kind or read_office(self.cell(Field.OFFICE)).kind
        if kind is None:
            field = Field.KIND if written else Field.OFFICE
            self.refuse(field, Refusal("It is not said what kind of contact this is."))
        return kind

    def office(self) -> str:
        """The title as it can stand on an envelope; a code such as "ADJ" cannot, and the kind says it already."""
        written = self.text(Field.OFFICE)
        return "" if written.isupper() and len(written) <= 3 else written

    def person(self) -> tuple[Gender, str, str]:
        """(gender, given name, family name); a civility before the whole name counts, a given name tells no gender."""
        gender = gender_of(self.cell(Field.GENDER))
        family = self.repaired(Field.FAMILY_NAME, person_name(self.text(Field.FAMILY_NAME)))
        given = self.repaired(Field.GIVEN_NAME, person_name(self.text(Field.GIVEN_NAME)))
        if not family and (whole := self.text(Field.FULL_NAME)):
            if (civility := _CIVILITY.match(whole)) and gender is Gender.UNKNOWN:
                gender = gender_of(civility[0])
            given, family = split_full_name(_CIVILITY.sub("", whole))
            self.repaired(Field.FULL_NAME, f"{given} {family}".strip())
            self.measured(Field.FAMILY_NAME, family)
        if gender is Gender.UNKNOWN:
            gender = read_office(self.cell(Field.OFFICE)).gender
        return gender, given, family

    def emails(self) -> tuple[str, ...]:
        mailboxes = read_mailboxes(self.cell(Field.EMAIL), self.defaults.reserved)
        for before, after in mailboxes.repairs:
            self.repairs.append(
                Repair(self.row.number, self.column(Field.EMAIL), before, after, RepairKind.PUNCTUATION)
            )
        if mailboxes.refusal:
            self.refuse(Field.EMAIL, mailboxes.refusal)
        return mailboxes.addresses

    def country(self) -> str:
        written = self.text(Field.COUNTRY)
        code = country_of(written) or (written.upper() if re.fullmatch(r"[A-Za-z]{2}", written) else "")
        if written and not code:
            self.refuse(Field.COUNTRY, Refusal("This country is not known to us: write its two-letter code."))
        return code or self.defaults.country

    def phone(self) -> str:
        """The number or numbers; a change is noted only when the figures themselves change."""
        written = self.cell(Field.PHONE)
        numbers = cells.telephone(written)
        while len(numbers) > 40:
            numbers = numbers.rpartition(" / ")[0]
        if re.sub(r"\D", "", numbers) != re.sub(r"\D", "", written) or (written.strip() and not numbers):
            self.repaired(Field.PHONE, numbers)
        return numbers

    def place(self, country: str) -> cells.PostalAddress:
        """Street, postal code and locality, from their columns or from a block of lines."""
        lone = Field.POSTAL_CODE not in self.mapping and Field.POSTAL_BLOCK not in self.mapping
        block = cells.postal_block(self.cell(Field.STREET if lone else Field.POSTAL_BLOCK))
        lines = [block.street] if lone else [_lines(self.cell(Field.STREET)), block.street]
        street = "\n".join(filter(None, [*lines, self.text(Field.STREET_MORE)]))
        code = cells.postal_code(self.cell(Field.POSTAL_CODE), country)
        if Field.POSTAL_CODE in self.mapping:
            self.repaired(Field.POSTAL_CODE, code)
        return cells.PostalAddress(
            self.measured(Field.STREET, street), code or block.postal_code, place_name(block.locality)
        )

    def commune(self, locality: str) -> str:
        """The commune; « Ponts-de-Cé » before « 49130 Les Ponts-de-Cé » gets its article back."""
        if Field.COMMUNE not in self.mapping:
            return re.sub(r"(?i)\s+cedex\b.*$", "", locality)
        name = place_name(_BEFORE_COMMUNE.sub("", self.text(Field.COMMUNE)))
        if name and squeeze(locality) in {article + squeeze(name) for article in _ARTICLES}:
            name = locality
        return self.repaired(Field.COMMUNE, name)

    def department(self, kind: Kind, postal_code: str, country: str) -> str:
        """The code of the département: the file's own, else a senator's constituency, else the postal code's."""
        if Field.DEPARTMENT in self.mapping:
            code = department_of(self.text(Field.DEPARTMENT))
            if code or self.text(Field.DEPARTMENT):
                return code
        if kind is Kind.SENATOR and (code := department_of(self.text(Field.CONSTITUENCY))):
            return code
        return department_of_postal_code(postal_code) if country == "FR" else ""

    def constituency(self, kind: Kind, department: str) -> str:
        """« Aveyron » for a senator of "12", « Sarthe, 4e circonscription » for a deputy of "4"; else as written."""
        written = self.text(Field.CONSTITUENCY)
        if kind is Kind.SENATOR:
            if fold(written) in _ABROAD:
                return "Français établis hors de France"
            code = department_of(written) or department
            return DEPARTMENTS[code].name if code else written
        number = re.match(r"\d+", written)
        if kind is Kind.DEPUTY and number and department:
            rank = int(number[0])
            return f"{DEPARTMENTS[department].name}, {rank}{'re' if rank == 1 else 'e'} circonscription"
        return written


def _lines(cell: str) -> str:
    return "\n".join(" ".join(line.split()) for line in cell.splitlines() if line.strip())
