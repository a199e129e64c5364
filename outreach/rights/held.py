"""Everything that is held on somebody, for them to read or to take along (art. 15 and 20 GDPR)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from outreach.accounts.models import AuditEntry
from outreach.contacts.imports.models import ImportFile
from outreach.contacts.models import Contact, ContactChange, Organisation
from outreach.database import among, db
from outreach.institution.queries import institution
from outreach.rights.inventory import HELD, Held
from outreach.rights.labels import COLUMNS, said
from outreach.rights.person import Person
from outreach.rsvp.models import AccessNeeds

CONFIDED: Final = ("needs", "meal", "note")
"""What access needs say of somebody: for those who may see answers, and nobody else (art. 9 GDPR)."""
INDEXES: Final = frozenset({"search_text", "search_posting", "duplicate_key", "duplicate_subject", "seat"})
"""What only says again, for machines, what other tables say: in the copy, not on the page."""


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one table about a person: every column, and those that a person reads, with their labels."""

    key: str
    label: str
    rows: list[dict[str, Any]]
    withheld: bool = False
    """True when the reader may not see all of it: these rows say only that there is something, and until when."""

    @property
    def is_read(self) -> bool:
        """True when there is something in it for a person."""
        return self.key not in INDEXES and any(self.shown)

    @property
    def shown(self) -> list[list[tuple[str, str]]]:
        """Row by row, what there is to read: label and value."""
        return [
            [
                (str(COLUMNS[name]), text)
                for name, value in row.items()
                if name in COLUMNS and (text := said(name, value))
            ]
            for row in self.rows
        ]


def sections(person: Person, *, confided: bool = False) -> list[Section]:
    """All that is kept, the contact first, in the order in which one reads it.

    What somebody needs in order to take part is told to a reader who may see answers (`confided`); others read only
    that there is something.
    """
    found = [_section(held, person, confided) for held in reversed(HELD)]
    return [one for one in found if one.rows]


def _section(held: Held, person: Person, confided: bool) -> Section:
    rows, key = held.rows(person), held.key or held.name
    if confided or held.table is not AccessNeeds:
        return Section(key, held.label, rows)
    bare = [{name: value for name, value in row.items() if name not in CONFIDED} for row in rows]
    return Section(key, held.label, bare, withheld=True)


def copy(person: Person, at: datetime, *, confided: bool = False) -> str:
    """The same as JSON, every column of every row, with what no table says; files of many people are only named.

    Keys: "made_at", "controller" {"name", "contact", "data_protection"}, "addresses" (of the person), "tables"
    {table: [{column: value}]}, "withheld" (tables of which the reader may not see all), "organisation", "files"
    [{"name", "brought_in"}], "log" [{"at", "action"}], "displays".
    """
    face, found = institution(), sections(person, confided=confided)
    told = {
        "made_at": at,
        "controller": {"name": face.name, "contact": face.contact_email, "data_protection": face.privacy_email},
        "addresses": person.emails,
        "tables": {one.key: one.rows for one in found},
        "withheld": [one.key for one in found if one.withheld],
        "organisation": _organisation(person),
        "files": [{"name": one.filename, "brought_in": one.ended_at} for one in files(person)],
        "log": [{"at": one.at, "action": one.action} for one in log_of(person)],
        "displays": "Displays are counted for a whole campaign: none is kept of a person.",
    }
    return json.dumps(told, ensure_ascii=False, indent=2, default=str)


def files(person: Person) -> Sequence[ImportFile]:
    """The files that brought them in or changed them."""
    numbers = select(ContactChange.import_id).where(among(ContactChange.contact_id, person.contacts)).distinct()
    return db.session.scalars(select(ImportFile).where(ImportFile.id.in_(numbers)).order_by(ImportFile.id)).all()


def log_of(person: Person) -> Sequence[AuditEntry]:
    """The entries of the audit log about their contact and their invitations."""
    contacts = (AuditEntry.subject == "contact", among(AuditEntry.subject_id, person.contacts))
    return db.session.scalars(select(AuditEntry).where(*contacts).order_by(AuditEntry.id)).all()


def _organisation(person: Person) -> str:
    named = select(Organisation.name).join(Contact, Contact.organisation_id == Organisation.id)
    return db.session.scalar(named.where(among(Contact.id, person.contacts)).limit(1)) or ""
