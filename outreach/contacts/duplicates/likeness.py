"""Decides how alike two contacts are: a sum of reasons, each with its weight, that a person can read and check."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from outreach.contacts.duplicates.places import commune, plain_place
from outreach.contacts.duplicates.signs import HOUSE, PERSON, Sign
from outreach.contacts.duplicates.spelling import (
    begins_alike,
    given_names,
    house_name,
    is_feminine_of,
    is_near,
    leftovers,
    parts,
)
from outreach.contacts.folding import squeeze
from outreach.contacts.kinds import Gender, Kind

LISTED: Final = 0.70
"""From here on a pair is shown to a person."""
ALMOST_SURE: Final = 0.90


@dataclass(frozen=True, slots=True)
class Subject:
    """A contact as it is compared."""

    id: int
    kind: Kind
    gender: Gender = Gender.UNKNOWN
    given: str = ""
    family: str = ""
    organisation: str = ""
    role: str = ""
    locality: str = ""
    postal_code: str = ""
    department: str = ""
    country: str = "FR"
    phone: str = ""
    """Its last nine figures."""
    website: str = ""
    """The name of its machine, without www."""
    addresses: frozenset[str] = frozenset()
    """Keyed hashes."""
    offices: frozenset[tuple[str, str]] = frozenset()
    """Kind and constituency (its number, where it has one) of each mandate that names one."""

    @property
    def is_person(self) -> bool:
        """False for a desk."""
        return bool(self.given or self.family)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two contacts are, from 0 to 1, and what adds up to it."""

    score: float
    reasons: tuple[tuple[Sign, float], ...]
    exact: bool = False
    """The same name at the same address."""


NOTHING: Final = Likeness(0.0, ())


def compare(one: Subject, other: Subject) -> Likeness:
    """The reasons in order, and their sum between 0 and 1; a person and a desk are never the same."""
    if one.is_person != other.is_person:
        return NOTHING
    weights = PERSON if one.is_person else HOUSE
    names = list(_people(one, other) if one.is_person else _houses(one, other))
    if not names:
        return NOTHING
    rest = [*_places(one, other), *_ways(one, other)]
    rest += _offices(one, other) if one.is_person else ([Sign.SAME_KIND] if one.kind is other.kind else [])
    signs = [*names, *rest]
    exact = Sign.SAME_ADDRESS in rest and set(names) in _EXACT
    reasons = tuple((sign, weights[sign]) for sign in signs)
    total = sum(weight for _, weight in reasons)
    return Likeness(1.0 if exact else round(min(max(total, 0.0), 0.99), 2), reasons, exact)


_EXACT: Final = (
    {Sign.SAME_FAMILY, Sign.SAME_GIVEN},
    {Sign.SAME_FAMILY, Sign.GIVEN_MISSING},
    {Sign.SAME_HOUSE_NAME},
)


def _people(one: Subject, other: Subject) -> Iterator[Sign]:
    family = _family(parts(one.family), parts(other.family))
    if squeeze(one.family) == squeeze(other.family) and one.family:
        family = Sign.SAME_FAMILY
    in_one = family is not Sign.SAME_FAMILY and not (one.given and other.given)
    if (family is None or in_one) and _all(one) == _all(other):
        yield Sign.SAME_WORDS
    elif family is None:
        return
    else:
        yield family
        yield _given(one.given, other.given)
    if Gender.UNKNOWN not in {one.gender, other.gender} and one.gender is not other.gender:
        yield Sign.OTHER_GENDER


def _all(one: Subject) -> frozenset[str]:
    return frozenset(parts(one.given) + parts(one.family))


def _family(one: tuple[str, ...], other: tuple[str, ...]) -> Sign | None:
    """What two family names have in common; None: nothing."""
    if not one or not other:
        return None
    mine, theirs = frozenset(one), frozenset(other)
    if mine == theirs or "".join(one) == "".join(other):
        return Sign.SAME_FAMILY
    if mine < theirs or theirs < mine:
        return Sign.FAMILY_HOLDS
    left, right, near = leftovers(mine, theirs)
    if (near and not left and not right) or is_near("".join(one), "".join(other)):
        return Sign.FAMILY_NEAR
    if any(len(word) >= 4 for word in mine & theirs):
        return Sign.FAMILY_SHARES
    return None


def _given(one: str, other: str) -> Sign:
    mine, theirs = given_names(one), given_names(other)
    if not mine or not theirs:
        return Sign.GIVEN_MISSING
    if mine == theirs or "".join(map("".join, mine)) == "".join(map("".join, theirs)):
        return Sign.SAME_GIVEN
    first, second = mine[0], theirs[0]
    if first == second:
        return Sign.GIVEN_HOLDS
    if begins_alike(first, second):
        return Sign.GIVEN_BEGINS
    whole, against = "".join(first), "".join(second)
    if is_feminine_of(whole, against):
        return Sign.GIVEN_FEMININE
    if is_near(whole, against):
        return Sign.GIVEN_NEAR
    if set(first) & set(second) and first[0] == second[0]:
        return Sign.GIVEN_PART
    return Sign.GIVEN_OTHER


def _houses(one: Subject, other: Subject) -> Iterator[Sign]:
    here, there = one.locality, other.locality
    if here and there and plain_place(here) != plain_place(there):
        here = there = ""  # villages that were joined each have their own: what their names say of the place counts
    mine, theirs = house_name(one.organisation, here), house_name(other.organisation, there)
    if not mine.words or not theirs.words:
        return
    left, right, near = leftovers(mine.words, theirs.words)
    if mine.plain == theirs.plain:
        yield Sign.SAME_HOUSE_NAME
    elif not left and not right:
        yield Sign.HOUSE_NEAR if near else Sign.SAME_HOUSE_WORDS
    elif left and right:
        if not _stands_for(mine.words, theirs.initials) and not _stands_for(theirs.words, mine.initials):
            return
        yield Sign.HOUSE_ACRONYM
    else:
        yield Sign.HOUSE_HOLDS if _share(mine.words, theirs.words) >= 0.55 else Sign.HOUSE_PART
    if one.role and other.role and plain_place(one.role) != plain_place(other.role):
        yield Sign.OTHER_DESK


def _stands_for(words: frozenset[str], initials: str) -> bool:
    return len(initials) >= 3 and words == {initials}


def _share(one: Iterable[str], other: Iterable[str]) -> float:
    shorter, longer = sorted((sum(map(len, one)), sum(map(len, other))))
    return shorter / longer


def _places(one: Subject, other: Subject) -> Iterator[Sign]:
    if one.country != other.country:
        yield Sign.OTHER_COUNTRY
        return
    here, there = commune(one.locality, one.department), commune(other.locality, other.department)
    same_department = one.department == other.department
    if one.department and other.department and not same_department:
        yield Sign.OTHER_DEPARTMENT
    elif here and here == there and (same_department or not (one.department and other.department)):
        same = plain_place(one.locality) == plain_place(other.locality)
        yield Sign.SAME_COMMUNE if same else Sign.JOINED_COMMUNE
    elif one.postal_code and one.postal_code == other.postal_code:
        yield Sign.OTHER_COMMUNE if here and there and not one.is_person else Sign.SAME_POSTAL_CODE
    elif here and there:
        yield Sign.OTHER_COMMUNE
    elif one.department and same_department:
        yield Sign.SAME_DEPARTMENT


def _ways(one: Subject, other: Subject) -> Iterator[Sign]:
    if one.addresses & other.addresses:
        yield Sign.SAME_ADDRESS
    if one.phone and one.phone == other.phone:
        yield Sign.SAME_PHONE
    if one.website and one.website == other.website:
        yield Sign.SAME_WEBSITE


def _offices(one: Subject, other: Subject) -> Iterator[Sign]:
    if one.organisation and house_name(one.organisation, "").words == house_name(other.organisation, "").words:
        yield Sign.SAME_HOUSE
    if one.offices & other.offices:
        yield Sign.SAME_OFFICE
    elif {kind for kind, seat in one.offices if seat.isdigit()} & {
        kind for kind, seat in other.offices if seat.isdigit()
    }:
        yield Sign.OTHER_CONSTITUENCY
    elif one.kind is other.kind and one.kind is not Kind.INDIVIDUAL:
        yield Sign.SAME_KIND
