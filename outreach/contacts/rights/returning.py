"""Keeps the erased from being brought back by a file, and lets them come back by themselves. Whoever calls commits."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, select

from outreach.accounts.actions import record
from outreach.contacts.actions import find_suppressed
from outreach.contacts.models import SuppressionReason
from outreach.contacts.rights.models import ErasedPerson
from outreach.database import db
from outreach.journal.entries import Lifted
from outreach.journal.hooks import enter
from outreach.links import links


def person_key(digest: str, sort_name: str) -> str:
    """Keyed hash of a person at a mailbox: of the mailbox's own hash and the folded name."""
    return links().digest(f"{digest} {sort_name}")


def keep_away(digests: Collection[str], names: Collection[str], at: datetime) -> None:
    """Let no file bring a person back to mailboxes that others use, under any of these folded names."""
    for one in digests:
        db.session.add_all(ErasedPerson(digest=one, person=person_key(one, name), at=at) for name in names)


def erased_people() -> dict[str, set[str]]:
    """Who was erased at mailboxes that others use: hash of the mailbox -> hashes of persons (see `person_key`)."""
    found: dict[str, set[str]] = {}
    for digest, person in db.session.execute(select(ErasedPerson.digest, ErasedPerson.person)):
        found.setdefault(digest, set()).add(person)
    return found


def is_erased(people: dict[str, set[str]], digests: Sequence[str], sort_name: str) -> bool:
    """True for somebody of that name erased at one of these mailboxes; `people` as `erased_people` gives them."""
    return any(person_key(one, sort_name) in people[one] for one in digests if one in people)


def come_back(email: str, sort_name: str, at: datetime) -> bool:
    """Somebody proved that an address is theirs and registered: their erasure no longer keeps them away.

    Recorded, without naming them; the keyed hash is lifted like any suppression. False when nothing kept them away.
    """
    digest = links().digest(email)
    known = find_suppressed(digest)
    erased = known is not None and known.reason is SuppressionReason.ERASURE
    if known is not None and erased:
        known.lifted_at = at
        db.session.flush()
        enter(Lifted(at, digest, None, known.at))
        record("erasure.lifted", "suppression", known.id)
    key = person_key(digest, sort_name)
    met = db.session.scalars(
        select(ErasedPerson.id).where(ErasedPerson.digest == digest, ErasedPerson.person == key)
    ).all()
    if met:
        db.session.execute(delete(ErasedPerson).where(ErasedPerson.id.in_(met)))
        record("erasure.lifted", "contact")
    return erased or bool(met)
