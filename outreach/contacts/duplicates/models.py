"""Tables of those who may be in the directory twice, and of those who were."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.contacts.kinds import Kind
from outreach.contacts.models import Contact
from outreach.database import Base, Numbered

_GOES_WITH_IT = "CASCADE"


class PairState(enum.StrEnum):
    """What was decided of two contacts that look alike."""

    OPEN = "open"
    MERGED = "merged"
    DIFFERENT = "different"
    """A person has said so, and is not asked again."""


class DuplicateKey(Base):
    """What a contact shares with those worth comparing with it: a hash, which says nothing by itself."""

    __tablename__ = "duplicate_key"
    __table_args__ = (Index("ix_duplicate_key_contact_id", "contact_id"),)

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete=_GOES_WITH_IT), primary_key=True)


class DuplicateSubject(Base):
    """A contact that was compared as it was at an instant: it is compared again once it has changed."""

    __tablename__ = "duplicate_subject"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete=_GOES_WITH_IT), primary_key=True)
    changed_at: Mapped[datetime]


class DuplicatePair(Numbered, Base):
    """Two contacts that look alike, how much and why, and what was decided of them."""

    __tablename__ = "duplicate_pair"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("first_id < second_id", name="in_order"),
        Index("ix_duplicate_pair_listing", "state", "score", "id"),
        Index("ix_duplicate_pair_second_id", "second_id"),
    )

    first_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete=_GOES_WITH_IT))
    second_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete=_GOES_WITH_IT))
    score: Mapped[int]
    """In hundredths: 100 for the same name at the same address."""
    reasons: Mapped[dict[str, Any]]
    """Sign -> weight, in the order they are read."""
    state: Mapped[PairState] = mapped_column(default=PairState.OPEN)
    found_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    first: Mapped[Contact] = relationship(foreign_keys=[first_id])
    second: Mapped[Contact] = relationship(foreign_keys=[second_id])


class DuplicateCheck(Base):
    """How far looking for duplicates has come: one row."""

    __tablename__ = "duplicate_check"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    through: Mapped[datetime | None]
    """Every contact changed before then has been compared, but for what a slow import may still add."""
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    """None while contacts wait to be compared."""
    total: Mapped[int] = mapped_column(default=0)
    """How many were to be compared when it began."""
    checked: Mapped[int] = mapped_column(default=0)
    found: Mapped[int] = mapped_column(default=0)


class ContactAlias(Numbered, Base):
    """What a contact was found by before a merge or a correction, so that no file brings it back. Goes with erasure."""

    __tablename__ = "contact_alias"
    __table_args__ = (
        Index("ix_contact_alias_name", "name"),
        Index("ix_contact_alias_contact_id", "contact_id"),
    )

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete=_GOES_WITH_IT))
    """Who stands for it now."""
    name: Mapped[str] = mapped_column(String(200))
    """Folded, as contacts are sorted by."""
    kind: Mapped[Kind]
    department: Mapped[str | None] = mapped_column(String(3))
    locality: Mapped[str] = mapped_column(String(150))


class ContactMerge(Numbered, Base):
    """One contact absorbed by another, and all that moved, so that it can be undone."""

    __tablename__ = "contact_merge"
    __table_args__ = (
        Index("ix_contact_merge_survivor_id", "survivor_id"),
        Index("ix_contact_merge_absorbed_id", "absorbed_id"),
    )

    survivor_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    absorbed_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    moved: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """Row by row: table, key, and what its columns held before and after. Emptied when the survivor is erased."""
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
