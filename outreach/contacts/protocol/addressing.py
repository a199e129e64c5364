"""Forms of address: what opens a letter, what closes it, what stands on the envelope.

The table itself is forms_of_address.toml, one row per office, gender and language, for a protocol officer to read.
"""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import NamedTuple

from outreach.contacts.kinds import Gender, Kind
from outreach.contacts.protocol.offices import read_office

LANGUAGES = ("fr", "en")

PRECEDENCE: tuple[Kind, ...] = (
    Kind.PREFECT,
    Kind.DEPUTY,
    Kind.SENATOR,
    Kind.MEP,
    Kind.MAYOR,
    Kind.INTERCOMMUNALITY_PRESIDENT,
    Kind.REGIONAL_COUNCILLOR,
    Kind.DEPARTMENTAL_COUNCILLOR,
    Kind.DEPUTY_MAYOR,
    Kind.INSTITUTION,
    Kind.CCAS,
    Kind.ASSOCIATION,
    Kind.PARTNER,
    Kind.PRESS,
    Kind.INDIVIDUAL,
)
"""Highest first, after décret n° 89-655 of 13 September 1989, article 3 (as since 1 March 2024): 1 prefect, 2 deputies,
3 senators, 4 representatives in the European Parliament, 5 and 6 presidents of the regional and of the departmental
council (see `rank`), 7 mayor of the commune. What follows the mayor here is our own default, since article 18 admits
local usage and the decree knows no associations. Article 13: ranks are not delegated, so a representative keeps the
rank of their own office."""

_BY_OFFICE = frozenset(PRECEDENCE[:9])
_PRESIDENCIES = {Kind.REGIONAL_COUNCILLOR: 5, Kind.DEPARTMENTAL_COUNCILLOR: 6}
_COUNCILS = frozenset(_PRESIDENCIES)


@dataclass(frozen=True, slots=True)
class FormOfAddress:
    """How one person, or one desk, is written to in one language."""

    salutation: str
    """Opens the letter: « Madame la Députée, » or "Dear Senator,"."""
    address: str
    """Inside the letter: « Madame la Députée »."""
    closing: str
    envelope: str
    """First line on the envelope: « Madame Marie Dupont »; "" when the organisation's name comes first."""
    title: str
    """Line under it: « Députée »; "" when there is none."""


def form_of_address(
    kind: Kind,
    gender: Gender,
    language: str,
    family_name: str = "",
    *,
    given_name: str = "",
    office: str = "",
    own_form: str | None = None,
) -> FormOfAddress:
    """The form for a contact in "fr" or "en". An unknown gender gets the neutral form, never a wrong one.

    `office` is the function in an organisation as it is written (« Présidente », "Directeur"); `own_form` is what the
    person asked for, « Madame le maire » or "Dear Dr Watson", and holds for letters in its own language.
    """
    form = FORMS[_row(kind, family_name, office)]
    address, title = form.words[language, gender]
    if "{name}" in address and not family_name:
        address, title = form.words[language, Gender.UNKNOWN]
    address = address.replace("{name}", family_name)
    if own_form and _language_of(own_form) == language:
        address = own_form.strip().rstrip(",").strip().removeprefix("Dear ")
    return FormOfAddress(
        salutation=f"{address}," if language == "fr" else f"Dear {address},",
        address=address,
        closing=_closing(form.closing, language, address),
        envelope=_envelope(gender, language, f"{given_name} {family_name}".strip(), address),
        title=title,
    )


def rank(kind: Kind, office: str = "") -> int:
    """The place of an office in protocol, 1 first; who presides over a council comes before the mayors."""
    if kind in _COUNCILS and read_office(office).function == "president":
        return _PRESIDENCIES[kind]
    position = PRECEDENCE.index(kind) + 1
    return position if position <= 4 else position + 2


class Held(NamedTuple):
    """An office held from a day to a day, each None where it is not known."""

    kind: Kind
    since: date | None
    until: date | None


def highest(own: Kind, office: str, mandates: Collection[Held], day: date) -> Kind:
    """The first in protocol order of the mandates held on a day and of the contact's own kind.

    A kind whose mandates are all over no longer counts: a former mayor is written to as anybody is.
    """
    if not mandates:
        return own
    held = {
        one.kind
        for one in mandates
        if (one.since is None or one.since <= day) and (one.until is None or one.until >= day)
    }
    if own not in {one.kind for one in mandates}:
        held.add(own)
    return min(held or {Kind.INDIVIDUAL}, key=lambda kind: rank(kind, office))


@dataclass(frozen=True, slots=True)
class _Form:
    closing: str
    words: dict[tuple[str, Gender], tuple[str, str]]


def _load() -> tuple[dict[str, _Form], dict[str, dict[str, str]]]:
    table = tomllib.loads((files("outreach.contacts.protocol") / "forms_of_address.toml").read_text(encoding="utf-8"))
    forms = {
        name: _Form(
            row["closing"],
            {(language, gender): tuple(row[language][gender.value]) for language in LANGUAGES for gender in Gender},
        )
        for name, row in table["forms"].items()
    }
    return forms, table["closings"]


FORMS, CLOSINGS = _load()


def _row(kind: Kind, family_name: str, office: str) -> str:
    """The row of the table that holds for a contact: by office, else by function, else a person or a desk."""
    function = read_office(office).function
    if kind in _COUNCILS and function:
        return function
    if kind in _BY_OFFICE:
        return kind.value
    if function and kind is not Kind.INDIVIDUAL:
        return function
    return "person" if family_name or kind is Kind.INDIVIDUAL else "desk"


def _language_of(own_form: str) -> str:
    return "en" if own_form.strip().startswith("Dear ") else "fr"


def _closing(name: str, language: str, address: str) -> str:
    if address == "Sir or Madam":
        name = "desk"
    return CLOSINGS[name][language].replace("{address}", address)


def _envelope(gender: Gender, language: str, name: str, address: str) -> str:
    if not name:
        return "" if gender is Gender.UNKNOWN or language == "en" or address.startswith("Mesdames") else address
    civilities = {
        ("fr", Gender.FEMININE): "Madame ",
        ("fr", Gender.MASCULINE): "Monsieur ",
        ("en", Gender.FEMININE): "Ms ",
        ("en", Gender.MASCULINE): "Mr ",
    }
    return civilities.get((language, gender), "") + name
