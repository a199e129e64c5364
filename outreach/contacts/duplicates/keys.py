"""Decides which contacts are worth comparing: those that share a key. Keys are hashes, so that they say nothing."""

import hashlib
from collections.abc import Iterator
from typing import Final

from outreach.contacts.duplicates.likeness import Subject
from outreach.contacts.duplicates.places import commune
from outreach.contacts.duplicates.spelling import given_names, house_name, parts

COMMON: Final = 400
"""A key that more contacts share than this says too little to be followed."""


def keys(subject: Subject) -> frozenset[int]:
    """The keys of a contact, as signed 64-bit numbers."""
    texts = _of_person(subject) if subject.is_person else _of_house(subject)
    return frozenset(_number(text) for text in (*texts, *_of_ways(subject)))


def _number(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), signed=True)


def _of_person(subject: Subject) -> Iterator[str]:
    family = parts(subject.family)
    given = [word for name in given_names(subject.given) for word in name]
    place = commune(subject.locality, subject.department) or subject.department
    together = "".join(family)
    first = given[0] if given else ""
    for word in family:
        yield f"initial {word} {first[:1]}"
    if family:
        yield f"place {family[0]} {place}"
        yield f"begins {together[:3]} {first[:3]} {subject.department}"
        yield f"ends {together[-4:]} {first[:3]} {subject.department}"
    yield f"words {' '.join(sorted({*family, *given}))}"


def _of_house(subject: Subject) -> Iterator[str]:
    name = house_name(subject.organisation, subject.locality)
    place = commune(subject.locality, subject.department)
    for word in name.words:
        yield f"word {word[:4]} {place} {subject.department}"
    if len(name.initials) >= 3:
        yield f"word {name.initials[:4]} {place} {subject.department}"
    yield f"name {' '.join(sorted(name.words))}"


def _of_ways(subject: Subject) -> Iterator[str]:
    kind = "person" if subject.is_person else "desk"
    for digest in subject.addresses:
        yield f"address {kind} {digest}"
    if subject.phone:
        yield f"phone {kind} {subject.phone}"
