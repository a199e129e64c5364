"""Decides what follows from where an address came from: why it is kept, for how long, what its owner is told."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from outreach.errors import N_, Refusal

LONGEST: Final = 36
"""Months after the person's last action; longer has no ground (CNIL, public relations of institutions)."""
LONGEST_WORDS: Final = 600


class OriginKind(enum.StrEnum):
    """What sort of source an address came from."""

    THEMSELVES = "themselves"
    OFFICE = "office"
    PARTNER = "partner"
    REGISTER = "register"
    DIRECTORY = "directory"
    FILE = "file"


class Basis(enum.StrEnum):
    """Why it is lawful to keep it (art. 6.1 GDPR)."""

    PUBLIC_INTEREST = "public_interest"
    LEGAL_OBLIGATION = "legal_obligation"
    CONSENT = "consent"
    LEGITIMATE_INTEREST = "legitimate_interest"


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds for the addresses of one sort of source, or of one source."""

    kind: OriginKind
    basis: Basis = Basis.PUBLIC_INTEREST
    months: int | None = None
    """How long after the person's last action; None: as long as the institution says."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Language -> what the first message says (art. 14), where the office wrote it itself."""


PLACES: Final = ("source", "institution", "basis", "months", "mailbox")
"""What a text may leave open: `{source}` and so on."""
KNOWN: Final = {
    "registered through a share link": OriginKind.THEMSELVES,
    "named by the person they represent": OriginKind.PARTNER,
    "Typed by the office": OriginKind.OFFICE,
    "Saisie par le cabinet": OriginKind.OFFICE,
}
"""The sources that the service itself names."""
OPENINGS: Final = {
    OriginKind.THEMSELVES: N_("You gave us this address yourself."),
    OriginKind.OFFICE: N_("This is our first message to you: our office wrote this address down ({source})."),
    OriginKind.PARTNER: N_("This is our first message to you: somebody else gave us this address ({source})."),
    OriginKind.REGISTER: N_(
        "This is our first message to you: this address comes from a public register of elected officials ({source})."
    ),
    OriginKind.DIRECTORY: N_(
        "This is our first message to you: this address comes from a directory that is open to everybody ({source})."
    ),
    OriginKind.FILE: N_("This is our first message to you: this address comes from a file of our services ({source})."),
}
REST: Final = N_(
    "{institution} keeps it with your name and your office in order to invite you to its events ({basis}), "
    "no longer than {months} months after your last action. You may also object by writing to {mailbox}, "
    "and complain to the CNIL (cnil.fr)."
)


def kind_of(source: str) -> OriginKind:
    """The sort of a source that nobody has sorted yet."""
    return KNOWN.get(source, OriginKind.FILE)


def filled(words: str, facts: Mapping[str, str]) -> str:
    """A text with its open places filled; evaluates nothing."""
    for name in PLACES:
        words = words.replace(f"{{{name}}}", facts.get(name, f"{{{name}}}"))
    return words


def read_months(text: str, field_name: str = "months") -> int | None:
    """A number of months; empty means that of the institution. Raises Refusal."""
    if not text.strip():
        return None
    if not text.strip().isdecimal() or not 1 <= int(text[:9]) <= LONGEST:
        raise Refusal("Give a number of months between 1 and %(longest)d.", field=field_name, longest=LONGEST)
    return int(text)


def read_words(text: str, field_name: str) -> str:
    """A text of the office, on one line. Raises Refusal when it is too long, or leaves open what nothing fills."""
    words = " ".join(text.split())
    if len(words) > LONGEST_WORDS:
        raise Refusal("At most %(number)d characters.", field=field_name, number=LONGEST_WORDS)
    rest = filled(words, dict.fromkeys(PLACES, ""))
    if "{" in rest or "}" in rest:
        raise Refusal(
            "Between braces, only these words are filled in: %(names)s.", field=field_name, names=", ".join(PLACES)
        )
    return words
