"""Decides what a letter may leave open, and fills it: one fixed list, and a substituter that evaluates nothing."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from outreach.errors import N_, Refusal

OPEN: Final = re.compile(r"(?<!\\)\{([^{}\n]*)\}")
"""A placeholder as it is typed. A backslash before the brace makes it an ordinary one."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a compiled letter that a value fills, recipient by recipient."""

    name: str


Piece = str | Slot


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A name that may stand between braces, and what it becomes."""

    name: str
    meaning: str
    per_recipient: bool


PLACEHOLDERS: Final = {
    one.name: one
    for one in (
        Placeholder("salutation", N_("the opening: « Madame la Députée, »"), per_recipient=True),
        Placeholder("form_of_address", N_("the form of address inside a sentence"), per_recipient=True),
        Placeholder("closing", N_("the closing formula"), per_recipient=True),
        Placeholder("first_name", N_("the recipient’s first name"), per_recipient=True),
        Placeholder("last_name", N_("the recipient’s last name"), per_recipient=True),
        Placeholder("organisation", N_("the recipient’s organisation"), per_recipient=True),
        Placeholder("event", N_("the title of the event"), per_recipient=False),
        Placeholder("question", N_("the question under which it stands"), per_recipient=False),
        Placeholder("dates", N_("when it takes place, in words"), per_recipient=False),
        Placeholder("short_dates", N_("the same in short"), per_recipient=False),
        Placeholder("place", N_("where it takes place"), per_recipient=False),
        Placeholder("place_address", N_("the postal address of that place"), per_recipient=False),
        Placeholder("contact", N_("the contact mailbox of the event"), per_recipient=False),
        Placeholder("answer_by", N_("until when answers are expected"), per_recipient=False),
        Placeholder("institution", N_("the name of the institution"), per_recipient=False),
        Placeholder("signatory", N_("the name of the signatory"), per_recipient=False),
        Placeholder("signatory_titles", N_("the titles of the signatory, one a line"), per_recipient=False),
    )
}
NAMED: Final = frozenset({"first_name", "last_name"})
"""Placeholders that say nothing to a desk."""


def names_in(text: str) -> tuple[str, ...]:
    """The placeholders of a text, each once, in order. Raises Refusal naming one that is not in the list."""
    names = tuple(dict.fromkeys(OPEN.findall(text)))
    for name in names:
        if name not in PLACEHOLDERS:
            raise Refusal(
                "There is no placeholder called {%(name)s}. Choose one from the list, or write \\{ for a brace.",
                name=name,
            )
    return names


def split(text: str) -> Iterator[Piece]:
    """Words and slots by turns. Raises Refusal naming a placeholder that is not in the list."""
    names_in(text)
    for at, part in enumerate(OPEN.split(text)):
        if at % 2:
            yield Slot(part)
        elif part:
            yield part


def fill(pieces: tuple[Piece, ...], values: Mapping[str, str]) -> str:
    """The pieces joined, each slot with its value, or with nothing when there is none."""
    return "".join(piece if isinstance(piece, str) else values.get(piece.name, "") for piece in pieces)
