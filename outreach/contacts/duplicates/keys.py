"""Decides which contacts are worth comparing: those of whom one asks for a key that the other has.

Whoever has a place asks for those of the same place, and for those without any; whoever has none asks everywhere. Keys
are hashes, so that they say nothing.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from outreach.contacts.duplicates.likeness import Subject
from outreach.contacts.duplicates.places import commune
from outreach.contacts.duplicates.spelling import given_names, house_name, parts

COMMON: Final = 300
"""A key that more contacts share than this says too little to be followed."""
_SOMEWHERE: Final = "somewhere"
_NOWHERE: Final = "nowhere"


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a contact, as signed 64-bit numbers."""

    has: frozenset[int]
    asks: frozenset[int]


def keys(subject: Subject) -> Keys:
    """What a contact is found by, and what it is looked up by."""
    here, shared, anywhere = (_person if subject.is_person else _house)(subject)
    placed = subject.department or (not subject.is_person and subject.locality)
    shared = [*shared, *_ways(subject)]
    own, others = (_SOMEWHERE, _NOWHERE) if placed else (_NOWHERE, _SOMEWHERE)
    has = [*shared, *here, *(f"{own} {text}" for text in anywhere)]
    asks = [*shared, *here, *(f"{others} {text}" for text in anywhere)]
    if not placed:
        asks += [f"{own} {text}" for text in anywhere]
    return Keys(frozenset(map(_number, has)), frozenset(map(_number, asks)))


def _number(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), signed=True)


def _person(subject: Subject) -> tuple[list[str], list[str], list[str]]:
    """Keys within a place, everywhere, and of somebody whose place may not be known."""
    family = parts(subject.family)
    given = [word for name in given_names(subject.given) for word in name]
    together, first = "".join(family), given[0] if given else ""
    initials = [f"initial {word} {first[:1]}" for word in family]
    here = [f"{text} {subject.department}" for text in initials]
    if family:
        place = commune(subject.locality, subject.department) or subject.department
        here += [
            f"place {family[0]} {place}",
            f"begins {together[:3]} {first[:3]} {subject.department}",
            f"ends {together[-4:]} {first[:3]} {subject.department}",
        ]
    return here if subject.department else [], [f"words {' '.join(sorted({*family, *given}))}"], initials


def _house(subject: Subject) -> tuple[list[str], list[str], list[str]]:
    name = house_name(subject.organisation, subject.locality)
    place = commune(subject.locality, subject.department) or subject.department
    begins = {word[:4] for word in name.words} | ({name.initials[:4]} if len(name.initials) >= 3 else set())
    here = [f"word {begin} {place}" for begin in begins] if place else []
    return here, [], [f"name {' '.join(sorted(name.words))}"]


def _ways(subject: Subject) -> Iterator[str]:
    kind = "person" if subject.is_person else "desk"
    for digest in subject.addresses:
        yield f"address {kind} {digest}"
    if subject.phone:
        yield f"phone {kind} {subject.phone}"
