"""Decides what a contact made of two says: which value of each field, which addresses and mandates, kept how long."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from outreach.contacts.folding import fold, squeeze
from outreach.contacts.kinds import Gender, Kind
from outreach.contacts.names import is_shouted


class Side(StrEnum):
    """Which of the two contacts."""

    SURVIVOR = "survivor"
    ABSORBED = "absorbed"
    BOTH = "both"
    """Notes only: one under the other."""


PLACE: Final = ("street", "postal_code", "locality", "department", "country")
"""Chosen together: half of one address and half of another lead nowhere."""
CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "kind": ("kind",),
    "gender": ("gender",),
    "given_name": ("given_name",),
    "family_name": ("family_name",),
    "organisation": ("organisation_id",),
    "role_label": ("role_label",),
    "salutation": ("salutation", "masculine_title"),
    "place": PLACE,
    "phone": ("phone",),
    "website": ("website",),
    "language": ("language",),
    "notes": ("notes",),
}
"""What is chosen in one go -> the columns it stands for."""

Values = Mapping[str, Any]


def is_empty(choice: str, values: Values) -> bool:
    """True when one side says nothing there."""
    told = [values[name] for name in CHOICES[choice] if name not in {"country", "masculine_title"}]
    return not any(value and value is not Gender.UNKNOWN for value in told)


def differs(choice: str, survivor: Values, absorbed: Values) -> bool:
    """True when a person has something to choose: both say something, and not the same."""
    if is_empty(choice, survivor) or is_empty(choice, absorbed):
        return False
    return any(survivor[name] != absorbed[name] for name in CHOICES[choice])


def proposal(choice: str, survivor: Values, absorbed: Values) -> Side:
    """Whose value is proposed: the one that is there, the survivor's where both are; an office before none."""
    if is_empty(choice, survivor):
        return Side.SURVIVOR if is_empty(choice, absorbed) else Side.ABSORBED
    if choice == "notes" and differs(choice, survivor, absorbed):
        return Side.BOTH
    if choice == "kind" and survivor["kind"] is Kind.INDIVIDUAL and absorbed["kind"] is not Kind.INDIVIDUAL:
        return Side.ABSORBED
    if choice in {"given_name", "family_name"} and _is_fuller(absorbed[choice], survivor[choice]):
        return Side.ABSORBED
    return Side.SURVIVOR


def chosen(sides: Mapping[str, Side], survivor: Values, absorbed: Values) -> dict[str, Any]:
    """What the survivor says from now on, column by column; what nobody chose is as proposed."""
    made: dict[str, Any] = {}
    for choice, columns in CHOICES.items():
        side = sides.get(choice) or proposal(choice, survivor, absorbed)
        if side is Side.BOTH and choice == "notes":
            both = dict.fromkeys(text.strip() for text in (survivor["notes"], absorbed["notes"]) if text.strip())
            made["notes"] = "\n".join(both)
        else:
            taken = absorbed if side is Side.ABSORBED else survivor
            made |= {name: taken[name] for name in columns}
    made["not_measured"] = survivor["not_measured"] or absorbed["not_measured"]
    made["silent_since"] = survivor["silent_since"] or absorbed["silent_since"]
    made["retain_until"] = longest(survivor["retain_until"], absorbed["retain_until"])
    return made


def longest(one: date | None, other: date | None) -> date | None:
    """Until when the united record may be kept: the later day, since the later contact renewed the reason to keep it.

    No day at all is no promise to keep it for ever, so a day that is known holds.
    """
    days = [day for day in (one, other) if day is not None]
    return max(days, default=None)


def _is_fuller(one: str, other: str) -> bool:
    """Written with small letters or accents where the other has none, or in full where the other is initials."""
    if squeeze(one) == squeeze(other):
        return (not is_shouted(one), one != fold(one), not one.isascii()) > (
            not is_shouted(other),
            other != fold(other),
            not other.isascii(),
        )
    return len(squeeze(other)) <= 2 < len(squeeze(one))


@dataclass(frozen=True, slots=True)
class Office:
    """A mandate, as it is compared with another."""

    id: int
    kind: Kind
    title: str | None
    """The row of the forms of address, where it is known."""
    constituency: str
    since: date | None
    until: date | None
    """None while it is held."""
    position: int | None = None
    honorary: bool = False


def same_office(one: Office, others: Iterable[Office]) -> Office | None:
    """The mandate that says the same: kind, constituency, rank and honour, and days that do not contradict each other.

    One that is over is the same as one that is held only where both are known to have begun on one day.
    """
    for other in others:
        alike = one.kind is other.kind and squeeze(one.constituency) == squeeze(other.constituency)
        words = _agree(one.title, other.title) and _agree(one.position, other.position)
        if alike and words and one.honorary is other.honorary and _same_days(one, other):
            return other
    return None


def _same_days(one: Office, other: Office) -> bool:
    if one.until == other.until:
        return _agree(one.since, other.since)
    return None in {one.until, other.until} and one.since is not None and one.since == other.since


def _agree(one: object, other: object) -> bool:
    return one is None or other is None or one == other
