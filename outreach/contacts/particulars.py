"""What is kept of a contact: its particulars, the name it is sorted by."""

from typing import Any, TypedDict

from outreach.contacts.folding import fold
from outreach.contacts.geography import department_of_postal_code
from outreach.contacts.kinds import Gender, Kind

LONGEST_SORT_NAME = 200


class Particulars(TypedDict, total=False):
    """What may be said of a contact; what is not said keeps its value."""

    kind: Kind
    gender: Gender
    given_name: str
    family_name: str
    role_label: str
    masculine_title: bool
    salutation: str | None
    language: str | None
    street: str
    postal_code: str
    locality: str
    department: str | None
    country: str
    phone: str
    website: str
    notes: str
    not_measured: bool


FIELDS: tuple[str, ...] = tuple(Particulars.__annotations__)

OFFICES = frozenset(
    {
        Kind.MAYOR,
        Kind.DEPUTY_MAYOR,
        Kind.DEPUTY,
        Kind.SENATOR,
        Kind.MEP,
        Kind.DEPARTMENTAL_COUNCILLOR,
        Kind.REGIONAL_COUNCILLOR,
        Kind.INTERCOMMUNALITY_PRESIDENT,
        Kind.COUNCILLOR,
    }
)
"""The kinds that are held from a date to a date: a mandate is kept for them."""


def sort_name(given_name: str, family_name: str, *otherwise: str) -> str:
    """The place of a contact in the list: folded family and given name, else the first of the other names there is.

    Two contacts with one sort name and one address are the same. Never empty: that is the mark of an erased contact.
    """
    person = f"{family_name} {given_name}"
    name = person if person.strip() else next((text for text in otherwise if text.strip()), "-")
    return fold(name)[:LONGEST_SORT_NAME] or "-"


def completed(values: Particulars) -> dict[str, Any]:
    """The same particulars with the département that a French postal code gives, where none is said."""
    made: dict[str, Any] = dict(values)
    if not made.get("department") and made.get("country", "FR") == "FR":
        made["department"] = department_of_postal_code(made.get("postal_code", "")) or None
    return made
