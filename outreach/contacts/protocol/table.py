"""The table of forms of address, as forms_of_address.toml has it: a row for each office, in the order of protocol."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

from outreach.contacts.kinds import Gender, Kind

LANGUAGES: Final = ("fr", "en")


@dataclass(frozen=True, slots=True)
class Form:
    """How the holders of one office are written to."""

    name: str
    rank: int
    """The place of the row in the table, 1 first: the order of protocol."""
    kind: Kind | None
    """What the directory calls its holders; None for a function in any organisation."""
    function: str
    """president, vice_president: what the function becomes for that kind; "" for an office of its own."""
    decree: str
    """Where decree no. 89-655 gives the rank: « art. 3, 2° »; "" where it does not."""
    closing: str
    of_commune: bool
    """Whether the commune follows the title."""
    honorary_is_named: bool
    """« Monsieur le Maire honoraire »; False: « Madame la Sénatrice », whose envelope says « Sénatrice honoraire »."""
    kept_after: bool
    """The title stays by courtesy once the office is over."""
    words: Mapping[tuple[str, Gender], tuple[str, str]]
    """(language, gender) -> (in the letter, title under the name)."""

    def title(self, language: str, gender: Gender) -> str:
        """What stands under the name on an envelope; "" where nothing does."""
        return self.words[language, gender][1]


def _form(name: str, rank: int, row: Mapping[str, Any]) -> Form:
    return Form(
        name=name,
        rank=rank,
        kind=Kind(row["kind"]) if "kind" in row else None,
        function=row.get("function", ""),
        decree=row.get("decree", ""),
        closing=row["closing"],
        of_commune=row.get("of", False),
        honorary_is_named=row.get("honorary", "named") == "named",
        kept_after=row.get("former") == "kept",
        words={(one, gender): tuple(row[one][gender.value]) for one in LANGUAGES for gender in Gender},
    )


_TABLE: Final = tomllib.loads(files(__package__).joinpath("forms_of_address.toml").read_text(encoding="utf-8"))

FORMS: Final[Mapping[str, Form]] = {
    name: _form(name, rank, row) for rank, (name, row) in enumerate(_TABLE["forms"].items(), 1)
}
CLOSINGS: Final[Mapping[str, Mapping[str, str]]] = _TABLE["closings"]

OF_KIND: Final[Mapping[tuple[Kind, str], str]] = {
    (form.kind, form.function): name for name, form in FORMS.items() if form.kind and form.function
}
"""(kind, function) -> row: a vice-president of a departmental council has a row of their own."""

FUNCTIONS: Final = frozenset(
    name for name, form in FORMS.items() if form.kind is None and name not in {"person", "desk"}
)
"""Rows for functions that somebody may have in any organisation."""

OFFICES: Final[tuple[str, ...]] = tuple(name for name, form in FORMS.items() if form.kind)
"""Rows for offices, in the order of protocol."""
