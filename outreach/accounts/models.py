"""Tables of those who sign in, and of what they did."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.database import Base, Numbered


class Role(enum.StrEnum):
    """What a member of staff may do."""

    PREPARE = "prepare"
    SIGN = "sign"
    READ = "read"
    ADMINISTER = "administer"


class User(Numbered, Base):
    """A member of staff."""

    __tablename__ = "user_account"

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2), default="fr")
    roles: Mapped[list[str]]
    must_change_password: Mapped[bool] = mapped_column(default=False)
    """Somebody else chose the password: nothing opens before a new one."""
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    def can(self, role: Role) -> bool:
        """True when this person holds that role."""
        return role.value in self.roles


class StaffSession(Numbered, Base):
    """One browser signed in; revoked by a date, never by forgetting."""

    __tablename__ = "staff_session"

    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()


class Throttle(Base):
    """How often something was tried in the current window: sign-in, registration, lost link."""

    __tablename__ = "throttle"

    bucket: Mapped[str] = mapped_column(String(160), primary_key=True)
    """What is counted, e.g. `sign-in:<digest of the account>`; never an address in clear."""
    tries: Mapped[int]
    started_at: Mapped[datetime]


class AuditEntry(Numbered, Base):
    """Something that mattered; triggers refuse UPDATE and DELETE. People are numbers here: no personal data."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject", "subject_id"),)

    at: Mapped[datetime] = mapped_column(index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str | None] = mapped_column(String(32))
    subject_id: Mapped[int | None]
    details: Mapped[dict[str, Any]]
