"""What a file of contacts comes to: a record for each row, or the reasons why there is none."""

from dataclasses import dataclass, field
from datetime import date

from outreach.contacts.imports.rows.repairs import HARMLESS, RepairKind
from outreach.contacts.kinds import Gender, Kind, OrganisationKind
from outreach.errors import Refusal


@dataclass(frozen=True, slots=True)
class Defaults:
    """What the caller says where the file is silent."""

    kind: Kind | None = None
    country: str = "FR"
    language: str | None = None
    reserved: bool = False
    """Accept addresses of reserved test domains: in the demonstration only."""
    repairs: frozenset[RepairKind] = HARMLESS
    """The kinds of repair that are made; the others are only proposed."""
    unreachable: frozenset[str] = frozenset()
    """Domains that the DNS says take no mail, where it was asked."""


@dataclass(slots=True)
class Record:
    """A contact as a row gives it. Empty texts and None mean that the row does not say.

    Never changed once made; freezing it would make it three times as slow to make.
    """

    kind: Kind
    organisation: str = ""
    organisation_kind: OrganisationKind | None = None
    given_name: str = ""
    family_name: str = ""
    gender: Gender = Gender.UNKNOWN
    office: str = ""
    constituency: str = ""
    since: date | None = None
    emails: tuple[str, ...] = ()
    street: str = ""
    postal_code: str = ""
    locality: str = ""
    """What stands after the postal code: the commune, its former name, or a sorting office (« Ajaccio Cedex 1 »)."""
    commune: str = ""
    department: str = ""
    country: str = "FR"
    phone: str = ""
    website: str = ""
    language: str | None = None
    notes: str = ""
    tags: tuple[str, ...] = ()


@dataclass(slots=True)
class Repair:
    """A cell that was put right, as it was and as it is; or, when not applied, that could be."""

    row: int
    column: str
    before: str
    after: str
    kind: RepairKind
    applied: bool = True


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be taken: where, what is written there, and the reason in a sentence."""

    row: int
    column: str
    value: str
    reason: Refusal


@dataclass(slots=True)
class Reading:
    """One row read: a record, or the reasons why there is none."""

    row: int
    record: Record | None
    repairs: list[Repair] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
