"""Rows of a sheet read as contacts, noting each repair and each reason to refuse.

A hundred thousand rows are read in about a second: members of enumerations are bound to names of the module, for Python
3.11 looks them up slowly, and whatever comes again in a column is read once.
"""

import heapq
from collections.abc import Iterator, Sequence
from datetime import date
from operator import attrgetter

from outreach.contacts.houses import house_of, organisation_of
from outreach.contacts.imports.files.sheets import Misfit, Row, Sheet
from outreach.contacts.imports.rows import cells
from outreach.contacts.imports.rows.columns import ColumnMap, check_values
from outreach.contacts.imports.rows.mailboxes import is_plain, read_mailboxes
from outreach.contacts.imports.rows.noting import Memo, Noting
from outreach.contacts.imports.rows.people import PersonReader
from outreach.contacts.imports.rows.places import PlaceReader
from outreach.contacts.imports.rows.records import Defaults, Reading, Record, Refused, Repair
from outreach.contacts.imports.rows.repairs import RepairKind
from outreach.contacts.imports.rows.vocabulary import Field
from outreach.contacts.kinds import Kind, OrganisationKind
from outreach.contacts.protocol.offices import Office, kind_of, read_office
from outreach.contacts.tagging import LONGEST_TAG
from outreach.errors import Refusal

LONGEST = {
    Field.ORGANISATION: 300,
    Field.GIVEN_NAME: 100,
    Field.FAMILY_NAME: 150,
    Field.FULL_NAME: 150,
    Field.OFFICE: 200,
    Field.CONSTITUENCY: 200,
    Field.STREET: 300,
    Field.COMMUNE: 150,
    Field.WEBSITE: 300,
    Field.NOTES: 10_000,
    Field.EMAIL: 2_000,
    Field.POSTAL_BLOCK: 600,
    Field.TAGS: 1_000,
}
"""The longest cell of each column, in characters: what the tables hold. Nothing is cut off in silence."""
LONGEST_OF_OTHERS = 200
LONGEST_PHONE = 40
SHORT = 100
"""No cell up to this length is too long."""

_UNREADABLE, _NOTHING, _MISREAD = RepairKind.UNREADABLE, RepairKind.NOTHING, RepairKind.MISREAD
_MAYOR, _COUNCILLOR = Kind.MAYOR, Kind.COUNCILLOR
_AMONG_COUNCILLORS = frozenset({Kind.MAYOR, Kind.DEPUTY_MAYOR})
_PHONE_ZERO, _PHONE_WORDS = RepairKind.PHONE_ZERO, RepairKind.PHONE_WORDS


def read_records(sheet: Sheet, mapping: ColumnMap, defaults: Defaults) -> Iterator[Reading]:
    """Every row of the sheet in the order of the file, also those that do not fit its header.

    Raises Refusal for a mapping that takes political groups.
    """
    check_values(mapping, sheet)
    reader = RowReader(mapping, sheet.header, defaults, sheet.misread)
    if not sheet.misfits:
        for number, written in sheet.rows:
            yield reader.read(number, written)
        return
    for one in heapq.merge(sheet.rows, sheet.misfits, key=attrgetter("number")):
        if isinstance(one, Row):
            yield reader.read(*one)
        elif isinstance(one, Misfit):
            yield reader.read_misfit(one)


class RowReader:
    """Reads one row after another of one sheet."""

    def __init__(self, mapping: ColumnMap, header: Sequence[str], defaults: Defaults, misread: bool = False) -> None:
        self.defaults, self.misread = defaults, misread
        self.noting = noting = Noting(header, mapping, defaults.repairs)
        self.people, self.places = PersonReader(noting), PlaceReader(noting, defaults.country)
        at = noting.at
        self.at_kind, self.at_office = at(Field.KIND), at(Field.OFFICE)
        self.at_email, self.at_phone, self.at_since = at(Field.EMAIL), at(Field.PHONE), at(Field.SINCE)
        self.at_organisation, self.at_website = at(Field.ORGANISATION), at(Field.WEBSITE)
        self.at_notes, self.at_tags, self.at_language = at(Field.NOTES), at(Field.TAGS), at(Field.LANGUAGE)
        self.at_land = at(Field.COUNTRY)
        self.kinds, self.offices = Memo(kind_of), Memo(_office)
        self.days, self.languages, self.tags = Memo(cells.day), Memo(cells.language), Memo(_tags)
        self.houses = Memo(_house)
        self.once = Memo(_itself)
        """Names and streets that come again are kept once: a fifth of what a long file takes."""

    def read_misfit(self, misfit: Misfit) -> Reading:
        """A row that does not fit its header: refused, unless a repair that makes it fit was chosen."""
        written = " | ".join(misfit.cells)[:200]
        if misfit.kind is None:
            return Reading(misfit.number, None, [], [Refused(misfit.number, "", written, misfit.reason)])
        fitted = misfit.fitted(self.noting.nowhere)
        mended = " | ".join(fitted)[:200]
        applied = misfit.kind in self.defaults.repairs
        repair = Repair(misfit.number, "", written, mended, misfit.kind, applied)
        if not applied:
            return Reading(misfit.number, None, [repair], [Refused(misfit.number, "", written, misfit.reason)])
        reading = self.read(misfit.number, fitted)
        reading.repairs = [repair, *reading.repairs]
        return reading

    def read(self, number: int, row: list[str]) -> Reading:
        """One row read as one contact."""
        noting = self.noting
        noting.begin(number, row)
        if self.misread:
            self._reread(row)
        record = None if len(max(row, key=len)) > SHORT and self._too_long() else self._record(row)
        if record is not None and self.defaults.unreachable:
            self._check_reach(record.emails)
        return Reading(number, None if noting.refused else record, noting.repairs, noting.refused)

    def _record(self, row: list[str]) -> Record | None:
        office, title = self.offices[row[self.at_office]]
        kind = self._kind(office)
        if kind is None:
            return None
        gender, given, family = self.people.read(office.gender)
        country = self.places.country() if row[self.at_land] else self.defaults.country
        street, code, locality = self.places.address(country)
        commune = self.places.commune(locality)
        department = self.places.department(kind, code, country)
        emails, website, note = self._emails(row[self.at_email])
        organisation = self._text(self.at_organisation)
        asked = _MAYOR if self.places.says_mairie else kind
        implied, house = ("", house_of(kind, organisation)) if organisation else self.houses[asked, commune, department]
        if not (organisation or implied or family):
            self.noting.refuse(self.at_organisation, Refusal("There is neither an organisation nor a person's name."))
        return Record(
            kind=kind,
            organisation=organisation or implied,
            organisation_kind=house,
            given_name=self.once[given],
            family_name=self.once[family],
            gender=gender,
            office=title,
            constituency=self.places.constituency(kind, department),
            since=self._day(row[self.at_since]),
            emails=emails,
            street=self.once[street],
            postal_code=code,
            locality=locality or commune,
            commune=commune,
            department=department,
            country=country,
            phone=self._phone(row[self.at_phone], country),
            website=self._text(self.at_website) or website,
            language=self.languages[row[self.at_language]] or self.defaults.language,
            notes=f"{row[self.at_notes]}\n{note}".strip() if note else row[self.at_notes].strip(),
            tags=self._tags(row[self.at_tags]),
        )

    def _kind(self, office: Office) -> Kind | None:
        """What the file says of this row, else what the caller says of the file, else what the office says.

        A list of councillors names its mayors and deputy mayors among them: there the office comes before the caller.
        """
        written = self.noting.cells[self.at_kind]
        asked = self.defaults.kind
        if asked is _COUNCILLOR and office.kind in _AMONG_COUNCILLORS:
            asked = office.kind
        kind = (self.kinds[written] if written else None) or asked or office.kind
        if kind is None:
            index = self.at_kind if written else self.at_office
            self.noting.refuse(index, Refusal("It is not said what kind of contact this is."))
        return kind

    def _text(self, index: int) -> str:
        """A cell on one line; what says that there is nothing is noted."""
        written = self.noting.cells[index]
        if not written:
            return ""
        text = " ".join(written.split())
        if cells.says_nothing(text):
            return "" if self.noting.offer(index, written, "", _NOTHING) else text
        return text

    def _emails(self, cell: str) -> tuple[tuple[str, ...], str, str]:
        """(addresses, web site, note) of the cell of addresses."""
        if not cell:
            return (), "", ""
        reserved = self.defaults.reserved
        if is_plain(cell, reserved):
            return (cell,), "", ""
        mailboxes = read_mailboxes(cell, reserved, self.defaults.repairs)
        if (mend := mailboxes.mend) is not None:
            self.noting.repairs.append(
                Repair(self.noting.number, self.noting.header[self.at_email], cell, mend.after, mend.kind, mend.applied)
            )
        if mailboxes.refusal is not None:
            self.noting.refuse(self.at_email, mailboxes.refusal)
        return mailboxes.addresses, mailboxes.website, mailboxes.note

    def _check_reach(self, emails: Sequence[str]) -> None:
        """Refuse a row with an address at a domain that takes no mail."""
        for email in emails:
            domain = email.rpartition("@")[2]
            if domain in self.defaults.unreachable:
                reason = Refusal("The DNS says that %(domain)s takes no mail: is it spelt right?", domain=domain)
                self.noting.refuse(self.at_email, reason)

    def _phone(self, cell: str, country: str) -> str:
        """The number or numbers; a repair is noted when figures or words change, not for spaces and points."""
        if not cell or cell.isspace():
            return ""
        if usual := cells.usual_number(cell):
            return usual
        numbers = cells.telephone(cell, restored=country == "FR")
        if cells.figures(numbers) != cells.figures(cell):
            bare = cells.telephone(cell, restored=False)
            kind = _PHONE_WORDS if bare == numbers else _PHONE_ZERO
            if not self.noting.offer(self.at_phone, cell, numbers, kind):
                numbers = bare
        elif not cells.plain(cell):
            return "" if self.noting.offer(self.at_phone, cell, "", _NOTHING) else cell.strip()
        elif cells.has_words(cell) or (not numbers and cell.strip()):
            numbers = self.noting.taken(self.at_phone, cell, numbers, _PHONE_WORDS)
        if len(numbers) > LONGEST_PHONE:
            self.noting.refuse(
                self.at_phone, Refusal("This is longer than %(longest)d characters.", longest=LONGEST_PHONE)
            )
        return numbers

    def _tags(self, cell: str) -> tuple[str, ...]:
        tags = self.tags[cell]
        if any(len(tag) > LONGEST_TAG for tag in tags):
            self.noting.refuse(
                self.at_tags, Refusal("This is longer than %(longest)d characters.", longest=LONGEST_TAG)
            )
        return tags

    def _day(self, cell: str) -> date | None:
        """A day; what is none is left out, and it is said."""
        if not cell:
            return None
        found = self.days[cell]
        if found is None and cells.plain(cell) and not self.noting.offer(self.at_since, cell, "", _UNREADABLE):
            self.noting.refuse(self.at_since, Refusal("This is not a date."))
        return found

    def _reread(self, row: list[str]) -> None:
        """Put right the cells of mapped columns whose letters were read in the wrong encoding."""
        for index in self.noting.mapping.values():
            written = row[index]
            value = cells.reread(written)
            if value != written and self.noting.offer(index, written, value, _MISREAD):
                row[index] = value

    def _too_long(self) -> bool:
        """Refuse a row with a cell that is longer than its column may be; nothing else of it is read."""
        row = self.noting.cells
        for field, index in self.noting.mapping.items():
            longest = LONGEST.get(field, LONGEST_OF_OTHERS)
            if len(row[index]) > SHORT:
                row[index] = "\n".join(" ".join(line.split()) for line in row[index].strip().splitlines())
            if len(row[index]) > longest:
                self.noting.refuse(index, Refusal("This is longer than %(longest)d characters.", longest=longest))
        return bool(self.noting.refused)


def _office(written: str) -> tuple[Office, str]:
    """What an office says, and the title as it can stand on an envelope; a code such as "ADJ" cannot."""
    title = cells.plain(written)
    return read_office(title), "" if title.isupper() and len(title) <= 3 else title


def _itself(text: str) -> str:
    return text


def _house(known: tuple[Kind, str, str]) -> tuple[str, OrganisationKind | None]:
    kind, commune, department = known
    organisation = organisation_of(kind, commune, department)
    return organisation, house_of(kind, organisation)


def _tags(cell: str) -> tuple[str, ...]:
    return tuple(tag for part in cell.split(",") if (tag := cells.plain(part)))
