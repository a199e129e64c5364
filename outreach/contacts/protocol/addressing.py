"""Forms of address: what opens a letter, what closes it, what stands on the envelope.

The table itself is forms_of_address.toml, one row per office, in the order of protocol, for a protocol officer to read.
"""

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from outreach.contacts.kinds import Gender, Kind
from outreach.contacts.names import of_place
from outreach.contacts.protocol.offices import Standing, row_of
from outreach.contacts.protocol.precedence import Quality
from outreach.contacts.protocol.table import CLOSINGS, FORMS, Form


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
    """Line under it: « Députée », « Maire du Mans »; "" when there is none."""


class Person(NamedTuple):
    """What is known of somebody, as far as a form of address goes."""

    gender: Gender = Gender.UNKNOWN
    family_name: str = ""
    given_name: str = ""
    own_form: str | None = None
    """What the person asked for, « Madame l’Intendante » or "Dear Dr Watson", in letters of its own language."""
    masculine_title: bool = False
    """« Madame le Maire »: her title in the masculine, in French, where she asked for it."""


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
    """The form for a contact of this kind, whose role is written `office` (« Présidente », "Directeur")."""
    person = Person(gender, family_name, given_name, own_form)
    return form_for(Quality(kind, row_of(kind, office)), person, language)


def form_for(one: Quality, person: Person, language: str) -> FormOfAddress:
    """The form for somebody in one quality, in "fr" or "en"; the neutral one when the gender is not known."""
    form = FORMS[row_for(one, person)]
    address, title = _words(form, one, person, language)
    if person.own_form and _language_of(person.own_form) == language:
        address = person.own_form.strip().rstrip(",").strip().removeprefix("Dear ")
    return FormOfAddress(
        salutation=f"{address}," if language == "fr" else f"Dear {address},",
        address=address,
        closing=_closing(form.closing, language, address),
        envelope=_envelope(person.gender, language, f"{person.given_name} {person.family_name}".strip(), address),
        title=title,
    )


def row_for(one: Quality, person: Person) -> str:
    """The row that holds: of their office, else a person's or a desk's."""
    return one.row or ("person" if person.family_name or one.kind is Kind.INDIVIDUAL else "desk")


def _words(form: Form, one: Quality, person: Person, language: str) -> tuple[str, str]:
    """(in the letter, title under the name), with what goes with honour, order and place."""
    gender = person.gender
    address, title = form.words[language, gender]
    if "{name}" in address and not person.family_name:
        address, title = form.words[language, Gender.UNKNOWN]
    if language == "fr" and person.masculine_title and gender is Gender.FEMININE:
        his_address, his_title = form.words["fr", Gender.MASCULINE]
        if his_address.startswith("Monsieur"):
            address, title = f"Madame{his_address.removeprefix('Monsieur')}", his_title
            gender = Gender.MASCULINE
    if one.standing is Standing.HONORARY and form.honorary_is_named and language == "fr" and " " in address:
        address = address if person.gender is Gender.UNKNOWN else _honorary(address)
    title = _placed(_titled(title, one, gender, language), form, one, language)
    return address.replace("{name}", person.family_name), title


_SPLIT: Final = re.compile(r" (?=du |de |de la |d’(?!État)|des |à )")


def _honorary(words: str) -> str:
    """« Présidente honoraire du conseil régional », « Adjoint au maire honoraire »."""
    first, *rest = _SPLIT.split(words, maxsplit=1)
    return " ".join([first, "honoraire", *rest])


_FIRST: Final = {
    ("fr", Gender.FEMININE): "Première ",
    ("fr", Gender.MASCULINE): "Premier ",
    ("en", Gender.FEMININE): "First ",
    ("en", Gender.MASCULINE): "First ",
    ("en", Gender.UNKNOWN): "First ",
}
_ORDINALS: Final = {1: "st", 2: "nd", 3: "rd"}


def _titled(title: str, one: Quality, gender: Gender, language: str) -> str:
    """The title with what its holder's standing and place among equals add to it."""
    if not title:
        return ""
    if one.standing is Standing.HONORARY:
        return _honorary(title) if language == "fr" else f"Honorary {title}"
    if one.standing is Standing.FORMER:
        if language == "en":
            return f"Former {title}"
        former = {Gender.FEMININE: "Ancienne ", Gender.MASCULINE: "Ancien "}.get(gender, "")
        return former + (title if title.startswith("Premi") else title[0].lower() + title[1:]) if former else ""
    if one.position == 1:
        first = _FIRST.get((language, gender), "")
        return first + (title[0].lower() + title[1:] if first and language == "fr" else title)
    if one.position:
        small = "ᵉ " if language == "fr" else f"{_ORDINALS.get(one.position, 'th')} "
        return f"{one.position}{small}{title[0].lower() + title[1:] if language == 'fr' else title}"
    return title


def _placed(title: str, form: Form, one: Quality, language: str) -> str:
    if not (title and form.of_commune and one.place):
        return title
    return f"{title} {of_place(one.place)}" if language == "fr" else f"{title} of {one.place}"


def _language_of(own_form: str) -> str:
    return "en" if own_form.strip().startswith("Dear ") else "fr"


def _closing(name: str, language: str, address: str) -> str:
    if address == "Sir or Madam":
        name = "desk"
    return CLOSINGS[name][language].replace("{address}", address)


_CIVILITIES: Final = {
    ("fr", Gender.FEMININE): "Madame ",
    ("fr", Gender.MASCULINE): "Monsieur ",
    ("en", Gender.FEMININE): "Ms ",
    ("en", Gender.MASCULINE): "Mr ",
}


def _envelope(gender: Gender, language: str, name: str, address: str) -> str:
    if not name:
        return "" if gender is Gender.UNKNOWN or language == "en" or address.startswith("Mesdames") else address
    return _CIVILITIES.get((language, gender), "") + name
