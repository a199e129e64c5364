"""Reads contacts as they are compared, many at once."""

import re
from collections.abc import Collection

from sqlalchemy import select

from outreach.contacts.duplicates.likeness import Subject
from outreach.contacts.folding import squeeze
from outreach.contacts.models import Address, Contact, Mandate, Organisation
from outreach.database import among, db

_NUMBER = re.compile(r"\d+")
_FIGURES = re.compile(r"\D+")
_MACHINE = re.compile(r"^(?:https?://)?(?:www\.)?([^/?#]+)", re.IGNORECASE)
_SHARED_MACHINES = frozenset(
    {"facebook.com", "fr-fr.facebook.com", "linkedin.com", "helloasso.com", "sites.google.com"}
)

_COLUMNS = (
    Contact.id,
    Contact.kind,
    Contact.gender,
    Contact.given_name,
    Contact.family_name,
    Organisation.name,
    Contact.role_label,
    Contact.locality,
    Contact.postal_code,
    Contact.department,
    Contact.country,
    Contact.phone,
    Contact.website,
)


def subjects(ids: Collection[int]) -> dict[int, Subject]:
    """These contacts, but for those who left the directory; three statements however many they are."""
    connection = db.session.connection()
    asked = select(*_COLUMNS).outerjoin(Organisation, Organisation.id == Contact.organisation_id)
    rows = connection.execute(asked.where(among(Contact.id, ids), Contact.erased_at.is_(None))).all()
    addresses: dict[int, list[str]] = {}
    known = select(Address.contact_id, Address.digest).where(among(Address.contact_id, ids), Address.digest != "")
    for number, digest in connection.execute(known):
        addresses.setdefault(number, []).append(digest)
    offices: dict[int, list[tuple[str, str]]] = {}
    held = select(Mandate.contact_id, Mandate.kind, Mandate.constituency).where(among(Mandate.contact_id, ids))
    for number, kind, constituency in connection.execute(held):
        if plain := _seat(constituency):
            offices.setdefault(number, []).append((kind.value, plain))
    return {
        row[0]: Subject(
            *row[:5],
            organisation=row.name or "",
            role=row.role_label,
            locality=row.locality,
            postal_code=row.postal_code,
            department=row.department or "",
            country=row.country,
            phone=_phone(row.phone),
            website=_machine(row.website),
            addresses=frozenset(addresses.get(row[0], ())),
            offices=frozenset(offices.get(row[0], ())),
        )
        for row in rows
    }


def _seat(constituency: str) -> str:
    """The number of a constituency where it has one, « 4e circonscription » and "04" alike; else its plain name."""
    number = _NUMBER.search(constituency)
    return str(int(number[0])) if number else squeeze(constituency)


def _phone(text: str) -> str:
    figures = _FIGURES.sub("", text)
    return figures[-9:] if len(figures) >= 9 else ""


def _machine(website: str) -> str:
    found = _MACHINE.match(website.strip())
    name = found[1].lower() if found else ""
    return "" if name in _SHARED_MACHINES else name
