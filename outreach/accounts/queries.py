"""Reads accounts, sessions and the audit log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from outreach.accounts.models import AuditEntry, Role, StaffSession, User
from outreach.accounts.sessions import IDLE
from outreach.database import db
from outreach.errors import NotFound

PAGE = 50


def find_user(email: str) -> User | None:
    """The account of an address."""
    return db.session.scalars(select(User).where(User.email == email.strip().lower())).one_or_none()


def get_user(user_id: int) -> User:
    """One account. Raises NotFound."""
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound("There is no such account.")
    return user


def users() -> Sequence[User]:
    """Every account, closed ones last, by name."""
    return db.session.scalars(select(User).order_by(User.closed_at.is_not(None), User.name, User.id)).all()


def lock_users() -> None:
    """Wait until nobody else changes an account, and read all of them anew."""
    # NO KEY UPDATE on PostgreSQL: rows that only refer to an account (sessions, the log) need not wait.
    rows = select(User).order_by(User.id).with_for_update(key_share=True)
    db.session.scalars(rows, execution_options={"populate_existing": True}).all()


def administrators(but: int | None = None) -> int:
    """How many open accounts may administer, leaving one out of the count."""
    return sum(1 for user in users() if user.can(Role.ADMINISTER) and not user.closed_at and user.id != but)


def sessions(user_id: int, at: datetime) -> Sequence[StaffSession]:
    """The browsers where somebody is signed in now, the latest first."""
    return db.session.scalars(
        select(StaffSession)
        .where(
            StaffSession.user_id == user_id,
            StaffSession.revoked_at.is_(None),
            StaffSession.expires_at > at,
            StaffSession.last_seen_at > at - IDLE,
        )
        .order_by(StaffSession.last_seen_at.desc(), StaffSession.id.desc())
    ).all()


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries of the log: an action (or the room it begins with), who, what about, between two instants."""

    action: str = ""
    user_id: int | None = None
    subject: str = ""
    subject_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same for the database."""
        wanted: list[ColumnElement[bool]] = []
        if self.action:
            wanted.append(AuditEntry.action == self.action)
        if self.user_id is not None:
            wanted.append(AuditEntry.user_id == self.user_id)
        if self.subject:
            wanted.append(AuditEntry.subject == self.subject)
        if self.subject_id is not None:
            wanted.append(AuditEntry.subject_id == self.subject_id)
        if self.since is not None:
            wanted.append(AuditEntry.at >= self.since)
        if self.until is not None:
            wanted.append(AuditEntry.at < self.until)
        return wanted


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of the log, newest first, with who did it; and where the pages before and after begin."""

    entries: Sequence[tuple[AuditEntry, User | None]]
    older: int | None
    newer: int | None


def audit_page(wanted: AuditFilter, after: int | None = None, before: int | None = None) -> AuditPage:
    """What follows entry `after` (older), or comes before entry `before` (newer); the newest when neither is given."""
    chosen = select(AuditEntry, User).outerjoin(User, User.id == AuditEntry.user_id).where(*wanted.conditions())
    if before is not None:
        chosen = chosen.where(AuditEntry.id > before).order_by(AuditEntry.id)
    else:
        chosen = chosen.order_by(AuditEntry.id.desc())
        if after is not None:
            chosen = chosen.where(AuditEntry.id < after)
    found: list[tuple[AuditEntry, User | None]] = [
        (row[0], row[1]) for row in db.session.execute(chosen.limit(PAGE + 1))
    ]
    more = len(found) > PAGE
    found = found[:PAGE]
    if before is not None:
        found.reverse()
    if not found:
        return AuditPage([], None, None)
    older = found[-1][0].id if more or before is not None else None
    newer = found[0][0].id if after is not None or (before is not None and more) else None
    return AuditPage(found, older, newer)


def audit_actions() -> Sequence[str]:
    """The actions that occur in the log."""
    return db.session.scalars(select(AuditEntry.action).distinct().order_by(AuditEntry.action)).all()


def audit_subjects() -> Sequence[str]:
    """What the entries of the log are about."""
    subjects = db.session.scalars(select(AuditEntry.subject).distinct()).all()
    return sorted(subject for subject in subjects if subject)
