"""The invented directory: some 430 addressees on reserved domains, the same at every start, as files to import."""

import csv
import io
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from outreach.contacts.folding import fold
from outreach.demo import names
from outreach.demo.catcher import GONE, PATIENT

SIMULATED: Final = "simulation"
"""The tag of those whom the demonstration lets read and answer by themselves."""
_SEED: Final = 72_000
_COLUMNS: Final = (
    "Civilité", "Prénom", "Nom", "Catégorie", "Fonction", "Structure", "Circonscription", "Adresse",
    "Code postal", "Commune", "Pays", "Courriel", "Langue", "Étiquettes",
)  # fmt: skip


@dataclass(slots=True)
class Person:
    """One row of a file; the names of the fields are those of its columns, in their order."""

    civility: str
    given_name: str
    family_name: str
    kind: str
    office: str
    house: str
    constituency: str
    street: str
    postal_code: str
    town: str
    country: str
    email: str
    language: str
    tags: str = ""

    def cells(self) -> list[str]:
        """The row."""
        return [str(getattr(self, name)) for name in self.__slots__]


@dataclass(frozen=True, slots=True)
class ContactFile:
    """A file as an office would have it."""

    name: str
    source: str
    people: Sequence[Person]

    @property
    def content(self) -> bytes:
        """CSV as French spreadsheets write it."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerow(_COLUMNS)
        writer.writerows(person.cells() for person in self.people)
        return text.getvalue().encode("utf-8-sig")


def files() -> tuple[ContactFile, ...]:
    """Every file, drawn from one seed: the same people each time."""
    draw = _Draw()
    associations = [*_associations(draw), *_centres(draw)]
    elected = [*_town_halls(draw), *_parliament(draw), *_assemblies(draw)]
    others = [*_partners(draw), *_europe(draw)]
    _unsettle(draw, [*associations, *elected, *others])
    return (
        ContactFile("associations.csv", "Annuaire des associations (démonstration)", associations),
        ContactFile("elus.csv", "Répertoire des élus (démonstration)", elected),
        ContactFile("partenaires-europe.csv", "Carnet du cabinet (démonstration)", others),
    )


class _Draw:
    """Draws names; nobody gets the same two."""

    def __init__(self) -> None:
        self.random = random.Random(_SEED)  # noqa: S311 - people, not keys
        self._used: set[tuple[str, str]] = set()
        self.towns = {code: list(_towns(self.random, code)) for code in names.DEPARTMENTS}

    def person(self) -> tuple[str, str, str]:
        """Civility, given name and family name."""
        while True:
            woman = self.random.random() < 0.5
            given = self.random.choice(names.GIVEN_F if woman else names.GIVEN_M)
            family = self.random.choice(names.FAMILY)
            if (given, family) not in self._used:
                self._used.add((given, family))
                civility = ("Madame" if woman else "Monsieur") if self.random.random() < 0.9 else ""
                return civility, given, family

    def town(self, code: str) -> tuple[str, str]:
        """Postal code and name of a commune."""
        return self.random.choice(self.towns[code])

    def street(self) -> str:
        """A street with its number."""
        return f"{self.random.randint(1, 120)} {self.random.choice(names.STREETS)}"

    def departments(self, weights: Sequence[int]) -> Iterator[str]:
        """Codes of départements, so many of each, in the order of the list."""
        for code, weight in zip(names.DEPARTMENTS, weights, strict=False):
            yield from [code] * weight


def _towns(draw: random.Random, code: str) -> Iterator[tuple[str, str]]:
    if code == "75":
        yield from (("75011", "Paris"), ("75014", "Paris"), ("75019", "Paris"))
        return
    if code == "72":
        yield from (("72000", "Le Mans"), ("72100", "Le Mans"))
    saints = draw.sample(names.SAINTS, len(names.SAINTS))
    for number, saint in enumerate(saints):
        yield f"{code}{120 + 40 * number:03d}", f"Saint-{saint}-{draw.choice(names.PLACES)}"


def host(name: str, top: str = "example") -> str:
    """A reserved domain for a house."""
    plain = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")
    return f"{plain[:40].strip('-')}.{top}"


def mailbox(given: str, family: str, domain: str) -> str:
    """Somebody's own address there."""
    local = ".".join(re.sub(r"[^a-z0-9]+", "-", fold(part)).strip("-") for part in (given, family))
    return f"{local[:60]}@{domain}"


def _associations(draw: _Draw) -> Iterator[Person]:
    for number, code in enumerate(draw.departments((55, 14, 14, 8, 6, 5, 6, 9, 5, 4, 3, 3))):
        postal_code, town = draw.town(code)
        cause = names.CAUSES[number % len(names.CAUSES)]
        house = names.LONG_CAUSE if number == 7 else f"{cause} ({town})"
        civility, given, family = ("", "", "") if number % 4 == 3 else draw.person()
        if number == 7:
            civility, given, family = "Madame", "Marie-Clémentine", names.LONG_FAMILY
        domain = host(f"{cause} {code}", "test" if number % 11 == 5 else "example")
        email = mailbox(given, family, domain) if family and number % 3 else f"contact@{domain}"
        office = ("Présidente" if civility == "Madame" else "Président") if family and number % 2 else ""
        yield Person(
            civility,
            given,
            family,
            "association",
            office,
            house,
            "",
            draw.street(),
            postal_code,
            town,
            "FR",
            email,
            "fr",
        )


def _centres(draw: _Draw) -> Iterator[Person]:
    for number, code in enumerate(draw.departments((14, 6, 6, 4, 3, 3, 4, 0, 2, 2))):
        postal_code, town = draw.towns[code][number % len(draw.towns[code])]
        civility, given, family = draw.person() if number % 2 else ("", "", "")
        office = ("Directrice" if civility == "Madame" else "Directeur") if family else ""
        house, email = f"CCAS de {town}", f"ccas@{host(f'{town} {code}')}"
        yield Person(
            civility, given, family, "ccas", office, house, "", draw.street(), postal_code, town, "FR", email, "fr"
        )


def _town_halls(draw: _Draw) -> Iterator[Person]:
    for number, code in enumerate(draw.departments((12, 8, 8, 6, 5, 5, 6, 0, 4, 4, 3, 3))):
        postal_code, town = draw.towns[code][(number + 2) % len(draw.towns[code])]
        house, domain = f"Mairie de {town}", host(f"{town} {code}")
        for kind, office in (("mayor", "Maire"), ("deputy_mayor", "Adjointe au maire chargée des solidarités")):
            if kind == "deputy_mayor" and number % 2:
                continue
            civility, given, family = draw.person()
            words = (
                office.replace("Adjointe", "Adjoint").replace("chargée", "chargé") if civility != "Madame" else office
            )
            email = f"mairie@{domain}" if number < 3 or kind == "mayor" else mailbox(given, family, domain)
            yield Person(
                civility, given, family, kind, words, house, town, draw.street(), postal_code, town, "FR", email, "fr"
            )


def _parliament(draw: _Draw) -> Iterator[Person]:
    seats = [
        ("deputy", "Député", "Assemblée nationale", "assemblee.example", (7, 2, 2, 1, 1, 1, 1, 2)),
        ("senator", "Sénateur", "Sénat", "senat.example", (3, 1, 2, 1, 1, 1, 1, 1)),
        ("mep", "Député européen", "Parlement européen", "parlement-europeen.example", (1, 0, 1, 0, 0, 0, 1, 4, 1, 1)),
    ]
    feminine = {"Député": "Députée", "Sénateur": "Sénatrice", "Député européen": "Députée européenne"}
    for kind, office, house, domain, weights in seats:
        for number, code in enumerate(draw.departments(weights), 1):
            civility, given, family = draw.person()
            civility = civility or "Monsieur"
            words = feminine[office] if civility == "Madame" else office
            where = names.DEPARTMENTS[code]
            seat = f"{where}, {number}{'ʳᵉ' if number == 1 else 'ᵉ'} circonscription" if kind == "deputy" else where
            postal_code, town = draw.towns[code][0]
            email = mailbox(given, family, domain)
            yield Person(
                civility, given, family, kind, words, house, seat, draw.street(), postal_code, town, "FR", email, "fr"
            )


def _assemblies(draw: _Draw) -> Iterator[Person]:
    councillors = draw.departments((10, 4, 4, 3, 2, 2, 3))
    yield from (_councillor(draw, code, "departmental_councillor", "départemental") for code in councillors)
    yield from (
        _councillor(draw, code, "regional_councillor", "régional") for code in draw.departments((3, 1, 2, 1, 1))
    )
    for number, code in enumerate(draw.departments((5, 3, 3, 2, 2, 1, 2))):
        civility, given, family = draw.person()
        office = "Présidente" if civility == "Madame" else "Président"
        postal_code, town = draw.town(code)
        house = f"Communauté de communes de {town.partition('-')[2].split('-')[0]} et {number + 3} Vallées"
        yield Person(
            civility, given, family, "intercommunality_president", office, house, "", draw.street(),
            postal_code, town, "FR", f"presidence@{host(house)}", "fr",
        )  # fmt: skip


def _councillor(draw: _Draw, code: str, kind: str, word: str) -> Person:
    civility, given, family = draw.person()
    feminine = civility == "Madame"
    office = f"{'Conseillère' if feminine else 'Conseiller'} {word}{'e' if feminine and word[-1] == 'l' else ''}"
    where, (postal_code, town) = names.DEPARTMENTS[code], draw.town(code)
    house = f"Conseil {word} ({where})"
    return Person(
        civility, given, family, kind, office, house, where, draw.street(), postal_code, town, "FR",
        mailbox(given, family, host(house)), "fr",
    )  # fmt: skip


def _partners(draw: _Draw) -> Iterator[Person]:
    kinds: list[tuple[str, Sequence[str], int, Callable[[str], str]]] = [
        ("partner", names.PARTNERS[:6], 12, lambda house: f"partenariats@{host(house)}"),
        ("institution", names.PARTNERS[6:], 8, lambda house: f"direction@{host(house)}"),
        ("press", names.PAPERS, 10, lambda house: f"redaction@{host(house)}"),
    ]
    codes = list(names.DEPARTMENTS)
    for kind, houses, count, address in kinds:
        for number in range(count):
            code = codes[number % 8]
            postal_code, town = draw.town(code)
            house = houses[number % len(houses)] + ("" if number < len(houses) else f" {names.DEPARTMENTS[code]}")
            civility, given, family = draw.person() if number % 3 else ("", "", "")
            yield Person(
                civility,
                given,
                family,
                kind,
                "",
                house,
                "",
                draw.street(),
                postal_code,
                town,
                "FR",
                address(house),
                "fr",
            )


def _europe(draw: _Draw) -> Iterator[Person]:
    for country, language, town, givens, families in names.EUROPE:
        for number, (given, family) in enumerate(zip(givens.split(), families.split() * 2, strict=False)):
            house = f"{town} Solidarity Network" if number < 3 else f"City of {town}"
            kind = "association" if number < 3 else "institution"
            email = mailbox(given, family, host(f"{town} solidarity"))
            tongue = "" if number == 2 else language  # unknown: the letter goes in both
            yield Person("", given, family, kind, "", house, "", draw.street(), "", town, country, email, tongue)
    for number, given in enumerate(names.ENGLISH_GIVEN):
        family = names.ENGLISH_FAMILY[number % len(names.ENGLISH_FAMILY)]
        email = mailbox(given, family, "european-food-aid.example")
        house = "European Food Aid Forum"
        yield Person("", given, family, "association", "", house, "", draw.street(), "", "Dublin", "IE", email, "en")


def _unsettle(draw: _Draw, people: Sequence[Person]) -> None:
    """What real directories hold too: no address, an address that is gone or defers. Then who is simulated."""
    for number, person in enumerate(people):
        local = person.email.partition("@")[0]
        if number % 31 == 30:
            person.email = ""
        elif number % 29 == 28:
            person.email = f"{local}.{number}@{GONE}"
        elif number % 97 == 50:
            person.email = f"{local}.{number}@{PATIENT}"
        elif person.kind != "press" and draw.random.random() < 0.33:
            person.tags = SIMULATED
