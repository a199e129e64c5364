"""The list of addresses that must not be written to, searched and counted."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from outreach.accounts.models import User
from outreach.contacts.models import Suppression, SuppressionReason
from outreach.database import db
from outreach.errors import NotFound
from outreach.links import links

PAGE = 50


@dataclass(frozen=True, slots=True)
class SuppressionPage:
    """Some of the suppressions in force, newest first, and where the next ones begin."""

    rows: list[tuple[Suppression, str]]
    """With the name of whoever decided it, or ""."""
    following: int | None
    counts: dict[SuppressionReason, int]
    """Of all in force, by reason."""

    @property
    def count(self) -> int:
        """How many are in force."""
        return sum(self.counts.values())


def suppression_page(
    q: str = "", reason: SuppressionReason | None = None, before: int | None = None
) -> SuppressionPage:
    """The suppressions in force whose address holds `q`. A whole address also finds the one it is kept as a hash of."""
    met: list[ColumnElement[bool]] = [Suppression.lifted_at.is_(None)]
    if q:
        met.append(Suppression.email.icontains(q, autoescape=True) | (Suppression.digest == links().digest(q)))
    if reason:
        met.append(Suppression.reason == reason)
    if before:
        met.append(Suppression.id < before)
    found = db.session.execute(
        select(Suppression, User.name)
        .outerjoin(User, User.id == Suppression.user_id)
        .where(*met)
        .order_by(Suppression.id.desc())
        .limit(PAGE + 1)
    ).all()
    rows = [(row, name or "") for row, name in found[:PAGE]]
    return SuppressionPage(rows, rows[-1][0].id if len(found) > PAGE else None, counts())


def counts() -> dict[SuppressionReason, int]:
    """How many are in force for each reason that there is."""
    found = db.session.execute(
        select(Suppression.reason, func.count()).where(Suppression.lifted_at.is_(None)).group_by(Suppression.reason)
    )
    return {row[0]: row[1] for row in found}


def get_suppression(suppression_id: int) -> Suppression:
    """One that is in force. Raises NotFound, also once it was lifted."""
    found = db.session.get(Suppression, suppression_id)
    if found is None or found.lifted_at is not None:
        raise NotFound("This address is not on the suppression list any more.")
    return found
