"""A small directory, and a large one, for tests."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert

from outreach.contacts.actions import add_contact
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Address, Contact
from outreach.contacts.searching.indexing import reindex
from outreach.database import db, transaction
from outreach.links import links

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def add(family_name: str, given_name: str = "", *emails: str, **values: Any) -> int:
    """Keep one contact; its number."""
    values.setdefault("kind", Kind.INDIVIDUAL)
    with transaction():
        contact = add_contact(
            family_name=family_name, given_name=given_name, emails=emails, at=AT, source="a test", **values
        )
        return contact.id


def add_many(count: int, kinds: Sequence[Kind] = (Kind.ASSOCIATION, Kind.MAYOR)) -> None:
    """Keep that many contacts of invented names, in few statements."""
    rows = [
        {
            "kind": kinds[number % len(kinds)],
            "family_name": f"Nom{number:05}",
            "sort_name": f"nom{number:05}",
            "department": f"{number % 90 + 1:02}",
            "locality": "Le Mans",
            "created_at": AT,
            "changed_at": AT,
        }
        for number in range(count)
    ]
    with transaction():
        ids = list(db.session.scalars(insert(Contact).returning(Contact.id, sort_by_parameter_order=True), rows))
        digest = links().digest("mairie@ville.example")
        addresses = [
            {
                "contact_id": one,
                "email": "mairie@ville.example",
                "digest": digest,
                "source": "t",
                "collected_on": AT.date(),
            }
            for one in ids
        ]
        db.session.execute(insert(Address), addresses)
        reindex(ids, fresh=True)
