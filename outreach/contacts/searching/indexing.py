"""Keeps the words that contacts are found by in step with what is known of them."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from sqlalchemy import delete, insert, select

from outreach.contacts.models import Address, Contact, ContactWord, Organisation
from outreach.contacts.particulars import search_words
from outreach.database import db

CHUNK = 500
"""How many values one statement names at most."""

Item = TypeVar("Item")


def chunks(items: Iterable[Item], size: int = CHUNK) -> Iterator[list[Item]]:
    """The same items in lists of at most that many."""
    source = iter(items)
    while chunk := list(islice(source, size)):
        yield chunk


def reindex(contact_ids: Iterable[int], fresh: bool = False) -> None:
    """Write anew the words of these contacts: names, organisation, commune, addresses. `fresh` ones have none yet."""
    for ids in chunks(contact_ids):
        if not fresh:
            db.session.execute(delete(ContactWord).where(ContactWord.contact_id.in_(ids)))
        rows = [
            {"word": word, "contact_id": contact_id}
            for contact_id, texts in _texts(ids).items()
            for word in search_words(texts)
        ]
        if rows:
            db.session.execute(insert(ContactWord), rows)


def _texts(ids: Sequence[int]) -> dict[int, list[str]]:
    named = db.session.execute(
        select(Contact.id, Contact.family_name, Contact.given_name, Contact.locality, Organisation.name)
        .outerjoin(Organisation, Organisation.id == Contact.organisation_id)
        .where(Contact.id.in_(ids))
    )
    texts = {row.id: [row.family_name, row.given_name, row.locality, row.name or ""] for row in named}
    addresses = select(Address.contact_id, Address.email).where(
        Address.contact_id.in_(ids), Address.retired_at.is_(None)
    )
    for contact_id, email in db.session.execute(addresses):
        texts[contact_id].append(email)
    return texts
