"""What the values of a column look like: enough to bear its name out, or to tell what it holds without a name."""

import re
from collections.abc import Callable, Sequence

from outreach.contacts.folding import fold, squeeze
from outreach.contacts.geography import country_of, department_of, department_of_postal_code
from outreach.contacts.imports.rows.cells import day, postal_block, postal_code, telephone, usual_number
from outreach.contacts.imports.rows.mailboxes import ABSENT
from outreach.contacts.imports.rows.vocabulary import Field
from outreach.contacts.kinds import Gender
from outreach.contacts.names import gender_of, split_full_name
from outreach.contacts.protocol.offices import kind_of, read_office

Look = Callable[[str], bool]

_TITLE = re.compile(r"(?:m|mr|mme|mlle|mrs|ms|monsieur|madame|mademoiselle|mme/m|m/mme)\.?", re.IGNORECASE)
_CIVIL = re.compile(r"(?:m\.|mme|mlle|monsieur|madame|mr|mrs|ms)\.? \S+ \S", re.IGNORECASE)
_STREET = re.compile(
    r"\d+[\w ]{0,5},? (?:rue|avenue|av|bd|boulevard|place|pl|chemin|route|impasse|all[ée]e|quai|cours|square|street)\b",
    re.IGNORECASE,
)
_INTERNATIONAL = re.compile(r"(?:\+|00)\d[\d .()/-]{7,18}")
_PAGE = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_PLACE = re.compile(r"[^\W\d_][^\d@:/]{1,44}")


def _is_block(value: str) -> bool:
    return bool(postal_block(value).postal_code)


def _is_name(value: str) -> bool:
    return "@" not in value and not value[:1].isdigit()


BEAR_OUT: dict[Field, Look] = {
    Field.EMAIL: lambda value: "@" in value or fold(value) in ABSENT,
    Field.KIND: lambda value: kind_of(value) is not None,
    Field.GENDER: lambda value: gender_of(value) is not Gender.UNKNOWN or bool(_TITLE.fullmatch(value)),
    Field.POSTAL_CODE: lambda value: bool(postal_code(value)) or not value.isalpha(),
    Field.POSTAL_BLOCK: _is_block,
    Field.STREET: lambda value: not _is_block(value) and "@" not in value,
    Field.DEPARTMENT: lambda value: bool(department_of(value)),
    Field.COUNTRY: lambda value: bool(country_of(value)),
    Field.PHONE: lambda value: len(telephone(value)) >= 4,
    Field.WEBSITE: lambda value: "." in value and "@" not in value,
    Field.SINCE: lambda value: day(value) is not None,
    Field.FULL_NAME: _is_name,
    Field.FAMILY_NAME: _is_name,
    Field.COMMUNE: lambda value: not value.isdigit(),
    Field.ORGANISATION: lambda value: not value.isdigit() and "@" not in value,
}
"""What a value may be in a column that is named for a field."""

TELL: dict[Field, Look] = {
    Field.EMAIL: lambda value: "@" in value,
    Field.POSTAL_BLOCK: _is_block,
    Field.STREET: lambda value: bool(_STREET.match(value)) and not _is_block(value),
    Field.PHONE: lambda value: bool(usual_number(value) or _INTERNATIONAL.fullmatch(value)),
    Field.GENDER: lambda value: bool(_TITLE.fullmatch(value)),
    Field.WEBSITE: lambda value: bool(_PAGE.fullmatch(value)),
    Field.OFFICE: lambda value: bool(read_office(value).row),
    Field.FULL_NAME: lambda value: bool(_CIVIL.match(value) or split_full_name(value)[0]),
    Field.POSTAL_CODE: lambda value: len(value) == 5 and bool(department_of_postal_code(value)),
}
"""What a value must be in a column whose name says nothing; the surest first."""

ENOUGH = {Field.KIND: 0.8}
"""The share of values that bears a name out, where it is not three in ten."""


def share(look: Look, sample: Sequence[str]) -> float:
    """How many of the values look so, from 0 to 1."""
    return sum(map(look, sample)) / len(sample) if sample else 0.0


def told(sample: Sequence[str], unnamed: bool) -> tuple[Field, float] | None:
    """The field that values alone tell, and the share of them that does; None when they tell none.

    Postal codes are told in a column without any name only: figures under a name are what that name says.
    """
    present = [value for value in sample if fold(value) not in ABSENT]
    for field, look in TELL.items():
        if field is Field.POSTAL_CODE and not unnamed:
            continue
        if share(look, present[:20]) > 0.5 and (fitting := share(look, present)) > 0.8:
            return field, fitting
    return None


def is_beside(codes: Sequence[str], places: Sequence[str]) -> bool:
    """True for a column of words in which every postal code has its own: the town beside the code."""
    pairs = {(code, squeeze(place)) for code, place in zip(codes, places, strict=True) if code and place}
    worded = all(_PLACE.fullmatch(place) for place in places if place)
    return worded and bool(pairs) and 10 * len({code for code, _ in pairs}) >= 7 * len(pairs)


_PARTIES = frozenset(
    """
    divers gauche;divers droite;divers centre;sans etiquette;union de la gauche;union de la droite;union du centre
    extreme gauche;extreme droite;les republicains;parti socialiste;rassemblement national;front national;renaissance
    la france insoumise;la republique en marche;horizons;modem;mouvement democrate;parti communiste francais;centriste
    europe ecologie les verts;les ecologistes;ecologiste;reconquete;regionaliste;nouveau front populaire;socialiste
    socialistes et apparentes;la france insoumise - nouveau front populaire;ensemble pour la republique;non inscrits
    dvg;dvd;dvc;exg;exd;lr;ps;rn;fn;lfi;fi;lrem;rem;ren;hor;mdm;pcf;eelv;ecolo;vec;udi;udr;nfp;lft;liot;gdr;epr
    rdpi;rdse;crce;crce-k;lesrep;ump;ldvg;ldvd;ldvc;ldiv;lug;lud;luc;lexg;lexd;llr;lsoc;lrn;lfn;lren;lhor;lmdm;lcom
    lvec;lrec;ludi;leco;lreg;lgjs
    """.replace("\n", ";").split(";")
)
_NAMES_OF_PARTIES = frozenset(name for part in _PARTIES if (name := " ".join(part.split())))


def is_political(sample: Sequence[str]) -> bool:
    """True when most values name a party, a political group or a shade of opinion (« DVG », « Les Républicains »)."""
    return 2 * sum(fold(value).removeprefix("groupe ") in _NAMES_OF_PARTIES for value in sample) > len(sample)
