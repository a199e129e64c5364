"""Finds organisations by name and département, and keeps those that are new."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select

from outreach.contacts.folding import fold
from outreach.contacts.houses import house_of
from outreach.contacts.kinds import Kind, OrganisationKind
from outreach.contacts.loading import load
from outreach.contacts.models import Organisation
from outreach.contacts.numbering import draw
from outreach.contacts.searching.indexing import chunks
from outreach.database import among, db

ASKED = 5000
"""How many names one statement asks for."""

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
    named = {identity(name, department): (name, kind) for name, department, kind in wanted if name.strip()}
    return identified(named, at)


def identified(named: Mapping[Identity, tuple[str, OrganisationKind | None]], at: datetime) -> dict[Identity, int]:
    """The same for whoever has the identities at hand, each with its name and kind."""
    known = find_organisations(named)
    missing = [one for one in named if one not in known]
    if not missing:
        return known
    made = dict(zip(missing, draw(Organisation, len(missing)), strict=True))
    load(
        Organisation,
        ("id", "folded", "department", "name", "kind"),
        ((made[one], one[0], one[1] or None, *_as_kept(*named[one])) for one in missing),
        created_at=at,
    )
    return known | made


def _as_kept(name: str, kind: OrganisationKind | None) -> tuple[str, str]:
    return " ".join(name.split())[:300], (kind or OrganisationKind.INSTITUTION).value


def find_organisations(identities: Iterable[Identity]) -> dict[Identity, int]:
    """The numbers of those that are known, the oldest of each identity."""
    wanted = set(identities)
    found: dict[Identity, int] = {}
    for names in chunks({folded for folded, _ in wanted}, ASKED):
        rows = db.session.execute(
            select(Organisation.folded, Organisation.department, Organisation.id)
            .where(among(Organisation.folded, names))
            .order_by(Organisation.id.desc())
        )
        found |= {(folded, department or ""): number for folded, department, number in rows}
    return {one: found[one] for one in wanted if one in found}
