"""French départements with their regions, and the European countries we write to.

The départements come from the npm package @etalab/decoupage-administratif (MIT licence, Etalab), slimmed by
tools/geography.py into departements.json.
"""

import json
import re
from dataclasses import dataclass
from importlib.resources import files

from outreach.contacts.folding import fold, squeeze


@dataclass(frozen=True, slots=True)
class Department:
    """A département, or an overseas collectivity (which belongs to no region)."""

    code: str
    name: str
    region: str


def _load() -> dict[str, Department]:
    rows = json.loads((files("outreach.contacts") / "departements.json").read_text(encoding="utf-8"))
    return {row["code"]: Department(**row) for row in rows}


DEPARTMENTS = _load()
REGIONS = tuple(sorted({one.region for one in DEPARTMENTS.values() if one.region}))
_NAME_AND_CODE = re.compile(r"([a-z]+)(\d[\dab]\d?)")
_BY_NAME = {squeeze(d.name): d.code for d in DEPARTMENTS.values()}

# Corsica shares 20xxx: the third figure tells the two départements apart (cedex codes included).
_CORSICA = {"0": "2A", "1": "2A", "3": "2A", "7": "2A", "2": "2B", "4": "2B", "6": "2B"}


def department_of_postal_code(postal_code: str) -> str:
    """The code of the département a French postal code points to, or "" when it points to none.

    Some forty communes are served by a post office of the next département, so their postal code names that one;
    a file that states the département itself is believed before this.
    """
    if len(postal_code) != 5 or not (postal_code.isascii() and postal_code.isdigit()):
        return ""
    if postal_code.startswith("20"):
        return _CORSICA.get(postal_code[2], "")
    code = postal_code[:3] if postal_code.startswith(("97", "98")) else postal_code[:2]
    # 977 and 978 have their own codes but are served by Guadeloupe's post: 97133 and 97150.
    code = {"97133": "977", "97150": "978"}.get(postal_code, code)
    return code if code in DEPARTMENTS else ""


def department_of(text: str) -> str:
    """The code of the département written "1", "01", "2a", "971", "Sarthe", "72 - Sarthe", "Sarthe (72)"; else ""."""
    plain = squeeze(text)
    if plain in _BY_NAME:
        return _BY_NAME[plain]
    if (named := _NAME_AND_CODE.fullmatch(plain)) and _BY_NAME.get(named[1]) == named[2].upper():
        return named[2].upper()
    first = fold(text).split(" ")[0].strip("-(),:;").upper()
    for code in (first, first.zfill(2)):
        if code in DEPARTMENTS:
            return code
    return ""


@dataclass(frozen=True, slots=True)
class Country:
    """A country by its ISO 3166 code, and its name in the two languages of the pages."""

    code: str
    french: str
    english: str


_COUNTRIES = """
    AD Andorre|Andorra;               AL Albanie|Albania;             AT Autriche|Austria
    BA Bosnie-Herzégovine|Bosnia and Herzegovina;                     BE Belgique|Belgium
    BG Bulgarie|Bulgaria;             CH Suisse|Switzerland;          CY Chypre|Cyprus
    CZ Tchéquie|Czechia;              DE Allemagne|Germany;           DK Danemark|Denmark
    EE Estonie|Estonia;               ES Espagne|Spain;               FI Finlande|Finland
    FR France|France;                 GB Royaume-Uni|United Kingdom;  GR Grèce|Greece
    HR Croatie|Croatia;               HU Hongrie|Hungary;             IE Irlande|Ireland
    IS Islande|Iceland;               IT Italie|Italy;                LI Liechtenstein|Liechtenstein
    LT Lituanie|Lithuania;            LU Luxembourg|Luxembourg;       LV Lettonie|Latvia
    MC Monaco|Monaco;                 MD Moldavie|Moldova;            ME Monténégro|Montenegro
    MK Macédoine du Nord|North Macedonia;                             MT Malte|Malta
    NL Pays-Bas|Netherlands;          NO Norvège|Norway;              PL Pologne|Poland
    PT Portugal|Portugal;             RO Roumanie|Romania;            RS Serbie|Serbia
    SE Suède|Sweden;                  SI Slovénie|Slovenia;           SK Slovaquie|Slovakia
    SM Saint-Marin|San Marino;        UA Ukraine|Ukraine;             XK Kosovo|Kosovo
"""


def _countries() -> dict[str, Country]:
    entries = [entry.split() for entry in _COUNTRIES.replace("\n", ";").split(";") if entry.strip()]
    named = {code: " ".join(names).split("|") for code, *names in entries}
    return {code: Country(code, french, english) for code, (french, english) in named.items()}


COUNTRIES = _countries()
_COUNTRY_BY_NAME = {squeeze(name): c.code for c in COUNTRIES.values() for name in (c.code, c.french, c.english)} | {
    squeeze(other): code
    for other, code in {
        "UK": "GB",
        "Great Britain": "GB",
        "Grande-Bretagne": "GB",
        "République tchèque": "CZ",
        "Czech Republic": "CZ",
        "The Netherlands": "NL",
        "Hollande": "NL",
        "FRA": "FR",
        "République française": "FR",
    }.items()
}


def country_of(text: str) -> str:
    """The ISO code of a country named in French, in English or by its code; "" when we do not know it."""
    return _COUNTRY_BY_NAME.get(squeeze(text), "")
