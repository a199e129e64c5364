"""A directory of invented people and organisations, some of them twice under another spelling."""

# ruff: noqa: SIM905 - lists of names are easier to read as words

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import insert

from outreach.contacts.folding import fold
from outreach.contacts.kinds import Kind, OrganisationKind
from outreach.contacts.models import Address, Contact, Mandate, Organisation
from outreach.contacts.particulars import sort_name
from outreach.contacts.searching.communes import names as communes
from outreach.database import db, now, transaction
from outreach.links import links

_GIVEN: Final = (
    "Marie Jean Pierre Michel Philippe Nathalie Isabelle Alain Patrick Catherine Sylvie Christophe Nicolas Stéphane "
    "Sandrine Céline Véronique Laurent Frédéric Éric Christine David Pascal Anne Jean-Pierre Jean-Claude Anne-Marie "
    "Marie-Christine Thierry Olivier Valérie Julien Sébastien Aurélie Émilie Camille Léa Hugo Lucas Inès Aïcha Mohamed "
    "Karim Fatima Gaëlle Loïc Yann Solène Béatrice François Françoise Jean-François Bernadette Gérard Hélène Jérôme"
).split()
_BEGINS: Final = (
    "Bar Ber Beau Bou Cha Che Cour Dau Del Du Fau Fer Gau Ger Gué Jou Lam Lan Le Lef Mar Mer Mon Per".split()
)
_MIDDLES: Final = "a an ar el en er i in o on ou ro ri li lé mi mé na ni vi vo ta té ti ga gu ba be bi do da ja".split()
_ENDINGS: Final = (
    "ard eau et ier in lot mann ois on ot ou ville and ac ès elle eux ault ron val net gny lin bert".split()
)
_HOUSES: Final = (
    "Comité des fêtes",
    "Familles rurales",
    "Association des parents d’élèves",
    "Amicale laïque",
    "Club de football",
    "Union sportive",
    "Anciens combattants",
    "Secours populaire français",
    "Restos du cœur",
    "Banque alimentaire",
    "École de musique",
    "Générations mouvement",
    "Centre communal d’action sociale",
    "Mairie",
    "Donneurs de sang",
    "Maison des jeunes et de la culture",
    "Société de chasse",
    "Atelier de théâtre",
    "Aide à domicile en milieu rural",
    "Judo club",
)
_DEPARTMENTS: Final = tuple(f"{number:02}" for number in range(1, 96) if number != 20)
_TOGETHER: Final = 5_000


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of somebody invented, or labelled."""

    person: str
    """The same for the same person or organisation."""
    kind: Kind
    given: str = ""
    family: str = ""
    organisation: str = ""
    locality: str = ""
    postal_code: str = ""
    department: str = ""
    phone: str = ""
    email: str = ""
    gender: str = "unknown"
    constituency: str = ""


def crowd(count: int, twice: float = 0.03, seed: int = 1) -> Iterator[Card]:
    """So many, of whom that share is somebody who came before, spelled otherwise."""
    chance = random.Random(seed)  # noqa: S311 - names, not keys
    towns = [(name, chance.choice(_DEPARTMENTS)) for name in sorted(communes())]
    families = sorted({_family(chance) for _ in range(60_000)})
    weights = [1 / (place + 50) for place in range(len(families))]
    drawn = iter(chance.choices(families, weights, k=count))
    made: list[Card] = []
    for number in range(count):
        if made and chance.random() < twice:
            yield _otherwise(chance.choice(made), chance)
            continue
        one = _somebody(number, next(drawn), chance.choice(towns), chance)
        if len(made) < _TOGETHER:
            made.append(one)
        yield one


def _somebody(number: int, family: str, town: tuple[str, str], chance: random.Random) -> Card:
    locality, department = town
    place = {"locality": locality, "department": department, "postal_code": f"{department}{chance.randrange(999):03}"}
    phone = f"0{chance.randrange(1, 6)}{chance.randrange(10**8):08}" if chance.random() < 0.5 else ""
    if chance.random() < 0.4:
        house = chance.choice(_HOUSES)
        email = f"{fold(house).replace(' ', '')[:8]}{number}@asso.example" if chance.random() < 0.7 else ""
        return Card(
            str(number), Kind.ASSOCIATION, organisation=f"{house} de {locality}", phone=phone, email=email, **place
        )
    given = chance.choice(_GIVEN)
    email = f"{fold(given)}.{fold(family)}{number}@mail.example".replace(" ", "") if chance.random() < 0.7 else ""
    return Card(str(number), Kind.INDIVIDUAL, given, family, phone=phone, email=email, **place)


def _family(chance: random.Random) -> str:
    parts = [chance.choice(_BEGINS), *(chance.choice(_MIDDLES) for _ in range(chance.randint(0, 2)))]
    return "".join([*parts, chance.choice(_ENDINGS)])


def _otherwise(one: Card, chance: random.Random) -> Card:
    """The same, as another file has it."""
    bare = replace(
        one, phone="" if chance.random() < 0.5 else one.phone, email="" if chance.random() < 0.7 else one.email
    )
    ways: Sequence[Callable[[Card, random.Random], Card]] = _PEOPLE if one.family else _ORGANISATIONS
    return chance.choice(ways)(bare, chance)


def _slip(text: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(text) - 1)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


_PEOPLE: Final[Sequence[Callable[[Card, random.Random], Card]]] = (
    lambda one, chance: replace(one, family=fold(one.family).upper(), given=fold(one.given).upper()),
    lambda one, chance: replace(one, given=f"{one.given[0]}."),
    lambda one, chance: replace(one, family=f"{one.family}-{_family(chance)}"),
    lambda one, chance: replace(one, family=_slip(one.family, chance)),
    lambda one, chance: replace(one, given=one.family, family=one.given),
    lambda one, chance: replace(one, given=f"{one.given} {chance.choice(_GIVEN)}"),
    lambda one, chance: replace(one, locality="", postal_code=""),
)
_ORGANISATIONS: Final[Sequence[Callable[[Card, random.Random], Card]]] = (
    lambda one, chance: replace(one, organisation=fold(one.organisation).upper()),
    lambda one, chance: replace(one, organisation=f"Association {one.organisation}"),
    lambda one, chance: replace(one, organisation=one.organisation.removesuffix(f" de {one.locality}")),
    lambda one, chance: replace(one, organisation=_slip(one.organisation, chance)),
    lambda one, chance: replace(one, locality=f"{one.locality} CEDEX"),
)


def keep(cards: Sequence[Card]) -> list[int]:
    """Keep them all, a few statements whatever their number; their numbers, from 1 on in an empty database."""
    at = now()
    houses = {(one.organisation, one.department) for one in cards if one.organisation}
    number_of = {house: number for number, house in enumerate(sorted(houses), 1)}
    rows = list(enumerate(cards, 1))
    with transaction():
        _insert(Organisation, [_house(number, house, at) for house, number in number_of.items()])
        _insert(
            Contact,
            [_contact(number, one, number_of.get((one.organisation, one.department)), at) for number, one in rows],
        )
        _insert(Address, [_address(number, one, at) for number, one in rows if one.email])
        held = [(number, one) for number, one in rows if one.constituency]
        _insert(
            Mandate,
            [{"contact_id": number, "kind": one.kind, "constituency": one.constituency} for number, one in held],
        )
    return [number for number, _ in rows]


def _insert(table: type[Any], rows: list[dict[str, Any]]) -> None:
    for first in range(0, len(rows), _TOGETHER):
        db.session.execute(insert(table), rows[first : first + _TOGETHER])


def _house(number: int, house: tuple[str, str], at: Any) -> dict[str, Any]:
    name, department = house
    told = {"kind": OrganisationKind.ASSOCIATION, "name": name, "folded": fold(name)}
    return {"id": number, "department": department or None, "created_at": at, **told}


def _contact(number: int, one: Card, house: int | None, at: Any) -> dict[str, Any]:
    plain = {"postal_code": one.postal_code, "locality": one.locality, "phone": one.phone, "gender": one.gender}
    names = {"given_name": one.given, "family_name": one.family, "organisation_id": house}
    sorted_by = sort_name(one.given, one.family, one.organisation, str(number))
    said = {"id": number, "kind": one.kind, "department": one.department or None, "sort_name": sorted_by}
    return {**said, **names, **plain, "created_at": at, "changed_at": at}


def _address(number: int, one: Card, at: Any) -> dict[str, Any]:
    told = {"contact_id": number, "email": one.email, "digest": links().digest(one.email)}
    return {**told, "source": "bench", "collected_on": at.date()}
