"""Reads which contacts are meant, and the tags there are."""

from array import array
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from outreach.contacts.models import Contact, ContactTag
from outreach.contacts.searching import listing
from outreach.contacts.searching.filters import Filters
from outreach.database import among, db

MOST_CHOSEN = 1_000


def meant(args: Mapping[str, str], chosen: Sequence[str]) -> "array[int]":
    """The contacts that were chosen one by one; where nobody was, the whole list that the address asks for."""
    numbers = [int(one) for one in chosen[:MOST_CHOSEN] if one.isascii() and one.isdigit() and len(one) < 18]
    if not chosen:
        return listing.numbers(Filters.parse(args))
    return array("q", db.session.scalars(select(Contact.id).where(among(Contact.id, numbers), Contact.sort_name > "")))


def tags_in_use() -> Sequence[tuple[str, int]]:
    """Every tag with how many contacts have it, by name."""
    rows = db.session.execute(select(ContactTag.tag, func.count()).group_by(ContactTag.tag).order_by(ContactTag.tag))
    return [(tag, count) for tag, count in rows]
