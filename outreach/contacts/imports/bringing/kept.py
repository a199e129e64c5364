"""What is kept of contacts that a file speaks of: whole, a few statements for many of them."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from outreach.contacts.imports.plans.comparing import NAMES, PLAIN, HeldMandate, Known
from outreach.contacts.models import Address, Contact, ContactChange, ContactTag, Mandate, Organisation
from outreach.contacts.searching.indexing import chunks
from outreach.database import among, db

ASKED = 5000
"""How many values one statement asks for at once."""

_NEVER_CORRECTED = ("merged", "tag", "mandate", "organisation")
"""What rules and commands change without anybody's name to it."""

_READ = (*NAMES[:2], *PLAIN, "gender", "role_label")


def known(contact_ids: Iterable[int]) -> dict[int, Known]:
    """These contacts as they are kept."""
    found: dict[int, Known] = {}
    columns = [getattr(Contact, name) for name in _READ]
    for ids in chunks(contact_ids, ASKED):
        rows = db.session.execute(
            select(Contact.id, Contact.kind, Organisation.name, *columns)
            .outerjoin(Organisation, Organisation.id == Contact.organisation_id)
            .where(among(Contact.id, ids))
        )
        for number, kind, organisation, *values in rows:
            said: dict[str, Any] = dict(zip(_READ, (value or "" for value in values), strict=True))
            found[number] = Known(number, kind, {**said, "organisation": organisation or ""})
        _add_what_hangs_on(found, ids)
    return found


def _add_what_hangs_on(found: dict[int, Known], ids: list[int]) -> None:
    addresses = (
        select(Address.contact_id, Address.email, Address.retired_at)
        .where(among(Address.contact_id, ids))
        .order_by(Address.preferred.desc(), Address.id)
    )
    for number, email, retired_at in db.session.execute(addresses):
        found[number].emails[email] = retired_at is None
    mandates = (
        select(Mandate.contact_id, Mandate.id, Mandate.kind, Mandate.constituency, Mandate.since, Mandate.until)
        .where(among(Mandate.contact_id, ids))
        .order_by(Mandate.id)
    )
    for number, held, kind, constituency, since, until in db.session.execute(mandates):
        found[number].mandates.append(HeldMandate(held, kind, constituency, since, until))
    tags = select(ContactTag.contact_id, ContactTag.tag).where(among(ContactTag.contact_id, ids))
    for number, tag in db.session.execute(tags):
        found[number].tags.add(tag)
    by_hand = (
        select(ContactChange.contact_id, ContactChange.field)
        .where(among(ContactChange.contact_id, ids), ContactChange.import_id.is_(None), _somebody_decided())
        .distinct()
    )
    for number, name in db.session.execute(by_hand):
        found[number].by_hand.add(name)


def _somebody_decided() -> ColumnElement[bool]:
    """True of what staff changed, and of what a person had corrected, whoever typed it; never of a merge."""
    merge = aliased(ContactChange)
    merged = exists().where(
        merge.contact_id == ContactChange.contact_id, merge.at == ContactChange.at, merge.field == "merged"
    )
    corrected = and_(ContactChange.field.not_in(_NEVER_CORRECTED), ~merged)
    return or_(ContactChange.user_id.is_not(None), corrected)
