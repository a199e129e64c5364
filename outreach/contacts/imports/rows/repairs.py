"""What may be put right in a file: each kind of repair by its name, and which are made unless somebody says no.

A repair is *harmless* when it changes no letter and no figure of what is kept (spaces, capitals, what stands around an
address), or when another cell of the same row bears it out. Every other one is a guess: it is proposed with its count
and samples, and made only when its kind was chosen. Until then its cell stays as it is, or its row is refused with the
guess in the sentence.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from outreach.errors import N_

SAMPLES = 3


class RepairKind(StrEnum):
    """One sort of repair, chosen or not as a whole."""

    SPACES = "spaces"
    PUNCTUATION = "punctuation"
    SEVERAL = "several"
    DOMAIN = "domain"
    NOTHING = "nothing"
    CAPITALS = "capitals"
    WHOLE_NAME = "whole_name"
    ARTICLE = "article"
    TOWN_WORDS = "town_words"
    PHONE_WORDS = "phone_words"
    UNREADABLE = "unreadable"
    DOUBLED_AT = "doubled_at"
    WRITTEN_AT = "written_at"
    ACCENTS = "accents"
    INNER_SPACE = "inner_space"
    NOTE_BESIDE = "note_beside"
    WEB_PAGE = "web_page"
    NO_ADDRESS = "no_address"
    PHONE_ZERO = "phone_zero"
    POSTAL_ZERO = "postal_zero"
    MISREAD = "misread"
    CUT_AMOUNT = "cut_amount"
    SHORT_ROW = "short_row"


LABELS: Mapping[RepairKind, str] = {
    RepairKind.SPACES: N_("Spaces in or around an address or a code are taken off"),
    RepairKind.PUNCTUATION: N_("“mailto”, a name before the address, brackets and full stops are taken off"),
    RepairKind.SEVERAL: N_("Several addresses in one cell are told apart"),
    RepairKind.DOMAIN: N_("The domain of an address is written as it travels: small letters, accents encoded"),
    RepairKind.NOTHING: N_("“inconnu”, “#N/D” and the like are taken as an empty cell"),
    RepairKind.CAPITALS: N_("Names in capitals are written as in a letter"),
    RepairKind.WHOLE_NAME: N_("Given and family name are told apart, where capitals show which is which"),
    RepairKind.ARTICLE: N_("The article of a town comes from its postal address"),
    RepairKind.TOWN_WORDS: N_("“Mairie de” and the like before the name of a town are left out"),
    RepairKind.PHONE_WORDS: N_("Words beside a telephone number are left out"),
    RepairKind.UNREADABLE: N_("What cannot be read as a date, a postal code or a département is left out"),
    RepairKind.DOUBLED_AT: N_("“@@” becomes “@”"),
    RepairKind.WRITTEN_AT: N_("“(at)”, “[arobase]” and the like become “@”"),
    RepairKind.ACCENTS: N_("Accents before the @ are taken off"),
    RepairKind.INNER_SPACE: N_("An address cut by a space is joined"),
    RepairKind.NOTE_BESIDE: N_("Words beside an address go to the notes"),
    RepairKind.WEB_PAGE: N_("A web page in the column of addresses becomes the web site"),
    RepairKind.NO_ADDRESS: N_("A row whose address cannot be read comes in without it"),
    RepairKind.PHONE_ZERO: N_("A telephone number gets back the zero that a spreadsheet took"),
    RepairKind.POSTAL_ZERO: N_("A postal code gets back the zero that a spreadsheet took"),
    RepairKind.MISREAD: N_("Letters read in the wrong encoding (“Ã©” for “é”) are read again"),
    RepairKind.CUT_AMOUNT: N_("An amount that a comma cut in two is joined"),
    RepairKind.SHORT_ROW: N_("A row with fewer cells than the header is completed by empty ones at its end"),
}
"""What each kind does, as a sentence to be translated."""

HARMLESS = frozenset(
    {
        RepairKind.SPACES,
        RepairKind.PUNCTUATION,
        RepairKind.SEVERAL,
        RepairKind.DOMAIN,
        RepairKind.NOTHING,
        RepairKind.CAPITALS,
        RepairKind.WHOLE_NAME,
        RepairKind.ARTICLE,
        RepairKind.TOWN_WORDS,
        RepairKind.PHONE_WORDS,
        RepairKind.UNREADABLE,
    }
)
"""The kinds that are made unless somebody says no."""


class Proposed(Protocol):
    """A repair of one cell; `records.Repair` is one."""

    @property
    def kind(self) -> RepairKind: ...

    @property
    def applied(self) -> bool: ...

    @property
    def row(self) -> int: ...

    @property
    def before(self) -> str: ...

    @property
    def after(self) -> str: ...


@dataclass(slots=True)
class Tally:
    """How often one kind of repair occurs in a file, whether it was made, and the first different (before, after)."""

    kind: RepairKind
    applied: bool
    count: int
    samples: list[tuple[str, str]]
    rows: list[int] = field(default_factory=list)
    """The row of each sample."""

    @property
    def label(self) -> str:
        """What the kind does, to be translated."""
        return LABELS[self.kind]

    def forget(self, rows: Container[int]) -> None:
        """Show nothing that stands in these rows."""
        kept = [(sample, row) for sample, row in zip(self.samples, self.rows, strict=True) if row not in rows]
        self.samples, self.rows = [sample for sample, _row in kept], [row for _sample, row in kept]


def tallies(repairs: Iterable[Proposed]) -> list[Tally]:
    """The kinds of repair that occur, those that are guesses first, each as often as it occurs."""
    found: dict[RepairKind, Tally] = {}
    for repair in repairs:
        tally = found.get(repair.kind)
        if tally is None:
            tally = found[repair.kind] = Tally(repair.kind, repair.applied, 0, [])
        tally.count += 1
        if len(tally.samples) < SAMPLES and (sample := (repair.before, repair.after)) not in tally.samples:
            tally.samples.append(sample)
            tally.rows.append(repair.row)
    return sorted(found.values(), key=lambda tally: (tally.kind in HARMLESS, -tally.count))


def chosen(names: Iterable[str]) -> frozenset[RepairKind]:
    """The kinds with these names; names of kinds that are no more are passed over."""
    known = {kind.value: kind for kind in RepairKind}
    return frozenset(known[name] for name in names if name in known)
