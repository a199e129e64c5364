"""Tables of those we may write to."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.contacts.kinds import Gender, Kind, OrganisationKind
from outreach.database import Base, Numbered

Folded200 = String(200).with_variant(String(200, collation="C"), "postgresql")
Word = String(60).with_variant(String(60, collation="C"), "postgresql")
"""Folded text is compared by code point on both databases, so that a prefix is a range."""


def _where(condition: str) -> dict[str, Any]:
    """Which rows an index holds, said to both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class SuppressionReason(enum.StrEnum):
    """Why an address must not be written to."""

    OPT_OUT = "opt_out"
    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    ERASURE = "erasure"
    STAFF = "staff"


class Organisation(Numbered, Base):
    """An association, a CCAS, a town hall, an assembly."""

    __tablename__ = "organisation"
    __table_args__ = (Index("ix_organisation_identity", "folded", "department"),)

    kind: Mapped[OrganisationKind]
    name: Mapped[str] = mapped_column(String(300))
    folded: Mapped[str] = mapped_column(String(300))
    """The name without case nor accents, for finding it again."""
    department: Mapped[str | None] = mapped_column(String(3))
    created_at: Mapped[datetime]


class Contact(Numbered, Base):
    """One addressee: a person, or a desk of an organisation. Erasing one empties the row and keeps it."""

    __tablename__ = "contact"
    __table_args__ = (
        Index("ix_contact_listing", "sort_name", "id"),
        # The last column is there to be asked: many are of one kind and département, and none of them is read for it.
        Index("ix_contact_kind_listing", "kind", "sort_name", "id", "department"),
        Index("ix_contact_department_listing", "department", "sort_name", "id", "kind"),
        Index("ix_contact_country_listing", "country", "sort_name", "id"),
        # What most rows leave open is not indexed for them: bringing many in is quicker.
        Index("ix_contact_language_listing", "language", "sort_name", "id", **_where("language IS NOT NULL")),
        Index("ix_contact_merged_into_id", "merged_into_id", **_where("merged_into_id IS NOT NULL")),
        Index("ix_contact_changed", "changed_at", "id"),
        Index(
            "ix_contact_retain",
            "retain_until",
            "id",
            sqlite_where=text("erased_at IS NULL"),
            postgresql_where=text("erased_at IS NULL"),
        ),
        Index(
            "ix_contact_erased",
            "erased_at",
            "id",
            sqlite_where=text("erased_at IS NOT NULL"),
            postgresql_where=text("erased_at IS NOT NULL"),
        ),
    )

    kind: Mapped[Kind]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    gender: Mapped[Gender] = mapped_column(default=Gender.UNKNOWN)
    given_name: Mapped[str] = mapped_column(String(100), default="")
    family_name: Mapped[str] = mapped_column(String(150), default="")
    """Both names are empty for a desk."""
    sort_name: Mapped[str] = mapped_column(Folded200)
    """Folded family and given name, or the organisation's: the order of the list. Empty once erased, and only then."""
    role_label: Mapped[str] = mapped_column(String(200), default="")
    """What the person is there, as it is written on an envelope."""
    masculine_title: Mapped[bool] = mapped_column(default=False, server_default=false())
    """She asked for her title in the masculine: « Madame le Maire »."""
    salutation: Mapped[str | None] = mapped_column(String(200))
    """The person's own form, instead of the table's ("Dear Dr Watson")."""
    language: Mapped[str | None] = mapped_column(String(2))
    """None when it is not known: the letter then goes in both."""
    street: Mapped[str] = mapped_column(String(300), default="")
    postal_code: Mapped[str] = mapped_column(String(12), default="")
    locality: Mapped[str] = mapped_column(String(150), default="")
    department: Mapped[str | None] = mapped_column(String(3))
    country: Mapped[str] = mapped_column(String(2), default="FR")
    phone: Mapped[str] = mapped_column(String(40), default="")
    website: Mapped[str] = mapped_column(String(300), default="")
    notes: Mapped[str] = mapped_column(Text, default="")
    not_measured: Mapped[bool] = mapped_column(default=False)
    """The person refused to be counted among the displays."""
    measured_since: Mapped[datetime | None]
    """When the person agreed, by themselves, that displays of their own messages be known; None: they did not."""
    last_displayed_on: Mapped[date | None]
    """The last day on which they displayed a message, where that may be known."""
    silent_since: Mapped[datetime | None]
    """When somebody without an address of their own asked not to be written to, wherever it may be."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    retain_until: Mapped[date | None]
    erased_at: Mapped[datetime | None]
    """When it left the directory: emptied, or absorbed by another contact."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    """Who absorbed it: the row keeps what it said, so that the merge can be undone, and is found by nobody."""

    organisation: Mapped[Organisation | None] = relationship()
    addresses: Mapped[list["Address"]] = relationship(order_by="Address.id")
    mandates: Mapped[list["Mandate"]] = relationship(order_by="Mandate.id")
    tags: Mapped[list["ContactTag"]] = relationship(order_by="ContactTag.tag", cascade="all, delete-orphan")

    @property
    def name(self) -> str:
        """The person's name, or the organisation's for a desk."""
        person = f"{self.given_name} {self.family_name}".strip()
        return person or (self.organisation.name if self.organisation else "")

    @property
    def in_use(self) -> list["Address"]:
        """The addresses that are not retired, the preferred one first."""
        return sorted((one for one in self.addresses if one.retired_at is None), key=lambda one: not one.preferred)


class Mandate(Numbered, Base):
    """An office held from a date to a date, or the honour of one that was."""

    __tablename__ = "mandate"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    kind: Mapped[Kind]
    office: Mapped[str | None] = mapped_column(String(40))
    """The row of the forms of address; None for the one that the kind has by itself."""
    position: Mapped[int | None]
    """1 for the first deputy mayor or vice-president, where their order is known."""
    honorary: Mapped[bool] = mapped_column(default=False, server_default=false())
    constituency: Mapped[str] = mapped_column(String(200), default="")
    since: Mapped[date | None]
    until: Mapped[date | None]


class Address(Numbered, Base):
    """A mailbox of a contact or of a mandate, where it came from and until when it may be kept."""

    __tablename__ = "address"
    __table_args__ = (
        Index("ix_address_digest", "digest"),
        Index("ix_address_retain", "retain_until"),
        Index("ix_address_mandate", "mandate_id", **_where("mandate_id IS NOT NULL")),
        Index("uq_address_contact_email", "contact_id", "email", unique=True),
    )

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    mandate_id: Mapped[int | None] = mapped_column(ForeignKey("mandate.id"))
    email: Mapped[str] = mapped_column(String(254))
    digest: Mapped[str] = mapped_column(String(40))
    """Keyed hash of the address: what suppression is looked up by."""
    preferred: Mapped[bool] = mapped_column(default=True)
    """At most one of a contact's addresses: where campaigns are sent."""
    source: Mapped[str] = mapped_column(String(200))
    collected_on: Mapped[date]
    legal_basis: Mapped[str] = mapped_column(String(40), default="public_interest")
    retain_until: Mapped[date | None]
    retired_at: Mapped[datetime | None]


class ContactTag(Base):
    """A word the office puts on a contact."""

    __tablename__ = "contact_tag"
    __table_args__ = (Index("ix_contact_tag_tag", "tag", "contact_id"),)

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(60), primary_key=True)


class ContactChange(Numbered, Base):
    """What was changed on a contact, by whom or by which file. Emptied when the contact is erased."""

    __tablename__ = "contact_change"
    __table_args__ = (
        Index(
            "ix_contact_change_import",
            *("import_id", "contact_id"),
            sqlite_where=text("import_id IS NOT NULL"),
            postgresql_where=text("import_id IS NOT NULL"),
        ),
    )

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import_file.id"))
    field: Mapped[str] = mapped_column(String(40))
    before: Mapped[str] = mapped_column(Text, default="")
    after: Mapped[str] = mapped_column(Text, default="")


class Suppression(Numbered, Base):
    """An address not to write to, for one event or for everything, and why. Its keyed hash outlives erasure."""

    __tablename__ = "suppression"
    __table_args__ = (
        Index("ix_suppression_digest", "digest"),
        Index(
            "uq_suppression_everything",
            "digest",
            unique=True,
            sqlite_where=text("event_id IS NULL AND lifted_at IS NULL"),
            postgresql_where=text("event_id IS NULL AND lifted_at IS NULL"),
        ),
        Index(
            "uq_suppression_event",
            "digest",
            "event_id",
            unique=True,
            sqlite_where=text("event_id IS NOT NULL AND lifted_at IS NULL"),
            postgresql_where=text("event_id IS NOT NULL AND lifted_at IS NULL"),
        ),
    )

    digest: Mapped[str] = mapped_column(String(40))
    email: Mapped[str | None] = mapped_column(String(254))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    reason: Mapped[SuppressionReason]
    note: Mapped[str] = mapped_column(String(300), default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(index=True)
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    lift_note: Mapped[str] = mapped_column(String(300), default="")
