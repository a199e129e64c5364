"""Decides what a form sent back says: plain values out of its fields, however incomplete; nothing typed is lost.

Fields: `reply`, `words`, `delegate-given_name` and its like. Of each person (the invited one is number 0): `name-0`,
`session-0` (any number; `session-0-...` for groups of radio buttons), `need-0` (any number), `meal-0`, `note-0`;
`consent-0` when these may be kept, and `agreed-0` when the form came with that said. `consent` says it for everybody.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from outreach.invitations.models import Reply
from outreach.rsvp.needs import Need

MOST_PERSONS = 50
_PERSON = re.compile(r"(?:name|session|need|meal|note)-(\d{1,2})(?:-\w+)?")
_NUMBER = re.compile(r"[0-9]{1,18}")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Fields(Protocol):
    """A form as web frameworks give it: several values under one name."""

    def getlist(self, key: str, /) -> list[str]: ...

    def keys(self) -> Iterable[str]: ...


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who comes; position 0 is the invited person."""

    position: int
    name: str = ""
    sessions: tuple[int, ...] = ()
    needs: tuple[Need, ...] = ()
    meal: str = ""
    note: str = ""
    agrees: bool = False
    """Consents that what is confided is kept."""
    agreed: bool = False
    """Had consented when the form was drawn."""

    @property
    def withdraws(self) -> bool:
        """True when the consent was taken back: what was confided goes, whatever the form still holds."""
        return self.agreed and not self.agrees

    @property
    def confides(self) -> bool:
        """True when something was said that is kept by consent only."""
        return bool(self.needs or self.meal or self.note)

    @property
    def blank(self) -> bool:
        """True when nothing was filled in."""
        return not (self.name or self.sessions or self.confides)


@dataclass(frozen=True, slots=True)
class Delegate:
    """Somebody who comes in another's place."""

    given_name: str = ""
    family_name: str = ""
    email: str = ""
    role: str = ""

    @property
    def name(self) -> str:
        """Both names as they are read."""
        return f"{self.given_name} {self.family_name}".strip()


@dataclass(frozen=True, slots=True)
class Submission:
    """What somebody answers, as they typed it."""

    reply: Reply | None = None
    persons: tuple[Person, ...] = (Person(0),)
    """The invited person first, then companions."""
    consent: bool = False
    """Everybody's at once."""
    words: str = ""
    delegate: Delegate = field(default_factory=Delegate)

    @property
    def myself(self) -> Person:
        """The invited person."""
        return self.persons[0]

    @property
    def companions(self) -> tuple[Person, ...]:
        """Who comes along."""
        return self.persons[1:]

    def may_keep(self, one: Person) -> bool:
        """True when what this person confides may be kept."""
        return self.consent or one.agrees

    def person(self, position: int) -> Person:
        """The person of that number, blank when nothing was said of them."""
        return next((one for one in self.persons if one.position == position), Person(position))


def parse(fields: Fields) -> Submission:
    """What a form says. Never refuses: what is wrong with it is for `answering.check` to say."""
    positions = sorted({int(found[1]) for name in fields.keys() if (found := _PERSON.fullmatch(name))})  # noqa: SIM118
    others = [_person(fields, position) for position in positions if 0 < position <= MOST_PERSONS]
    return Submission(
        reply=_reply(_line(fields, "reply")),
        persons=(_person(fields, 0), *(one for one in others if not one.blank)),
        consent=bool(_line(fields, "consent")),
        words=_text(fields, "words"),
        delegate=Delegate(
            given_name=_line(fields, "delegate-given_name"),
            family_name=_line(fields, "delegate-family_name"),
            email=_line(fields, "delegate-email").replace(" ", ""),
            role=_line(fields, "delegate-role"),
        ),
    )


def typed(fields: Fields) -> list[tuple[str, str]]:
    """Every field and value."""
    return [(name, value) for name in fields.keys() for value in fields.getlist(name)]  # noqa: SIM118


def _person(fields: Fields, position: int) -> Person:
    names = [name for name in fields.keys() if re.fullmatch(rf"session-{position}(-\w+)?", name)]  # noqa: SIM118
    chosen = [value for name in names for value in fields.getlist(name)]
    asked = fields.getlist(f"need-{position}")
    return Person(
        position=position,
        name=_line(fields, f"name-{position}"),
        sessions=tuple(sorted({int(value) for value in chosen if _NUMBER.fullmatch(value)})),
        needs=tuple(need for need in Need if need.value in asked),
        meal=_line(fields, f"meal-{position}"),
        note=_text(fields, f"note-{position}"),
        agrees=bool(_line(fields, f"consent-{position}")),
        agreed=bool(_line(fields, f"agreed-{position}")),
    )


def _reply(value: str) -> Reply | None:
    return next((reply for reply in Reply if reply.value == value), None)


def _first(fields: Fields, name: str) -> str:
    return _CONTROLS.sub("", next(iter(fields.getlist(name)), ""))


def _line(fields: Fields, name: str) -> str:
    return " ".join(_first(fields, name).split())


def _text(fields: Fields, name: str) -> str:
    return _first(fields, name).replace("\r\n", "\n").replace("\r", "\n").strip()
