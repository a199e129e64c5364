"""Tables of where addresses come from, and of those who were erased at a mailbox that others still use."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.contacts.rights.origins import Basis, OriginKind
from outreach.database import Base, Numbered


class OriginRule(Base):
    """What the institution decided for one sort of source. No row: what `origins.Rule` says by itself."""

    __tablename__ = "origin_rule"

    kind: Mapped[OriginKind] = mapped_column(primary_key=True)
    basis: Mapped[Basis]
    months: Mapped[int | None]
    """None: as long as the institution says."""
    words: Mapped[dict[str, str]]
    """Language -> what the first message says; none: the usual text."""
    changed_at: Mapped[datetime]


class AddressSource(Base):
    """A source that addresses name, and of which sort it is."""

    __tablename__ = "address_source"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    kind: Mapped[OriginKind]
    words: Mapped[dict[str, str]]
    """What the first message says of this source in particular; none: what is said of its sort."""
    changed_at: Mapped[datetime]


class ErasedPerson(Numbered, Base):
    """Somebody erased at a mailbox that others use: no file brings that person back there, and the others stay."""

    __tablename__ = "erased_person"
    __table_args__ = (Index("ix_erased_person_digest", "digest"),)

    digest: Mapped[str] = mapped_column(String(40))
    """Keyed hash of the mailbox."""
    person: Mapped[str] = mapped_column(String(40))
    """Keyed hash of the mailbox and the person's folded name."""
    at: Mapped[datetime]
