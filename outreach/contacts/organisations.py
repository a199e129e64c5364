"""Finds organisations by name and département, and keeps those that are new."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from outreach.contacts.folding import fold
from outreach.contacts.houses import house_of
from outreach.contacts.kinds import Kind, OrganisationKind
from outreach.contacts.models import Organisation
from outreach.contacts.numbering import draw
from outreach.contacts.searching.indexing import chunks
from outreach.database import db

Identity = tuple[str, str]
"""Folded name and département ("" when it is not known)."""


def identity(name: str, department: str | None) -> Identity:
    """What makes two spellings one organisation."""
    return fold(name)[:300], department or ""


def organisation(name: str, department: str | None, kind: Kind, at: datetime) -> Organisation | None:
    """The organisation of that name in that département, made if it is not known; None without a name."""
    if not name.strip():
        return None
    known = organisations([(name, department, house_of(kind, name))], at)
    return db.session.get_one(Organisation, known[identity(name, department)])


def organisations(
    wanted: Iterable[tuple[str, str | None, OrganisationKind | None]], at: datetime
) -> dict[Identity, int]:
    """The numbers of these organisations, the new ones being made; a few statements however many there are."""
    names = {identity(name, department): (name, department, kind) for name, department, kind in wanted if name.strip()}
    known = find_organisations(names)
    missing: list[dict[str, Any]] = [
        {
            "kind": kind or OrganisationKind.INSTITUTION,
            "name": " ".join(name.split())[:300],
            "folded": folded,
            "department": department or None,
            "created_at": at,
        }
        for (folded, _), (name, department, kind) in names.items()
        if (folded, department or "") not in known
    ]
    if missing:
        rows = [{"id": number, **row} for number, row in zip(draw(Organisation, len(missing)), missing, strict=True)]
        db.session.execute(insert(Organisation), rows)
        known |= {(str(row["folded"]), str(row["department"] or "")): row["id"] for row in rows}
    return known


def find_organisations(identities: Iterable[Identity]) -> dict[Identity, int]:
    """The numbers of those that are known, the oldest of each identity."""
    wanted = set(identities)
    found: dict[Identity, int] = {}
    for names in chunks({folded for folded, _ in wanted}):
        rows = db.session.execute(
            select(Organisation.folded, Organisation.department, Organisation.id)
            .where(Organisation.folded.in_(names))
            .order_by(Organisation.id.desc())
        )
        found |= {(folded, department or ""): number for folded, department, number in rows}
    return {one: found[one] for one in wanted if one in found}
