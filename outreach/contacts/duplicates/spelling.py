"""Decides what two spellings of a name share: particles, initials, hyphens, abbreviations, a slip of the hand."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from outreach.contacts.duplicates.places import plain_place
from outreach.contacts.folding import fold

_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")
_DOTTED = re.compile(r"\b(?:[a-z]\.){2,}[a-z]?\b")
_PARTICLES = frozenset({"de", "du", "des", "d", "la", "le", "les", "l", "van", "von", "der", "den", "di", "da", "dos"})
_SMALL = _PARTICLES | {"et", "a", "au", "aux", "en", "pour", "sur", "par", "the", "of", "and"}
_EMPTY_OF_MEANING = frozenset(
    {"association", "associations", "assoc", "asso", "ass", "loi", "1901", "monsieur", "madame"}
)
_SHORT_FORMS = (
    ("centre communal d action sociale", "ccas"),
    ("centre intercommunal d action sociale", "cias"),
    ("centre social", "cs"),
    ("maison des jeunes et de la culture", "mjc"),
    ("communaute de communes", "cc"),
    ("com com", "cc"),
    ("communaute d agglomeration", "ca"),
    ("communaute agglomeration", "ca"),
    ("communaute urbaine", "cu"),
    ("association des parents d eleves", "ape"),
    ("association famil(les|iale) rurales?", "afr"),
    ("familles rurales", "afr"),
    ("aide a domicile en milieu rural", "admr"),
    ("etablissement d hebergement pour personnes agees dependantes", "ehpad"),
    ("association sportive", "as"),
    ("union sportive", "us"),
    ("etoile sportive", "es"),
    ("football club", "fc"),
    ("office de tourisme", "ot"),
    ("amicale laique", "al"),
    ("conseil departemental", "cd"),
    ("conseil general", "cd"),
    ("conseil regional", "cr"),
    ("hotel de ville", "mairie"),
    ("ville (de|du|des|d)", "mairie"),
    ("commune (de|du|des|d)", "mairie"),
    ("st", "saint"),
    ("ste", "sainte"),
    ("fed", "federation"),
    ("fede", "federation"),
    ("dept", "departementale"),
    ("departemental", "departementale"),
)
"""Longest first where one holds another; each is put in the place of the words as a whole."""
_SHORTENED = tuple((re.compile(rf"\b{long}\b"), short) for long, short in _SHORT_FORMS)
_FEMININE_ENDINGS = ("e", "le", "ne", "ie", "te", "ine", "ette", "a")


@lru_cache(maxsize=65_536)
def parts(name: str) -> tuple[str, ...]:
    """The plain words of a person's name, particles left out unless there is nothing else."""
    found = tuple(_NOT_A_LETTER.sub(" ", fold(name)).split())
    kept = tuple(word for word in found if word not in _PARTICLES)
    return kept or found


@lru_cache(maxsize=65_536)
def given_names(name: str) -> tuple[tuple[str, ...], ...]:
    """The given names in order, each as its parts: « Jean-Pierre, Marie » gives ((jean, pierre), (marie,))."""
    return tuple(
        split for one in re.split(r"[\s,]+", fold(name)) if (split := tuple(_NOT_A_LETTER.sub(" ", one).split()))
    )


@dataclass(frozen=True, slots=True)
class HouseName:
    """The name of an organisation as it is compared."""

    plain: str
    words: frozenset[str]
    """Without small words, « association » and the commune it is in; abbreviations are one word."""
    initials: str


@lru_cache(maxsize=65_536)
def house_name(name: str, locality: str) -> HouseName:
    """An organisation's name, for comparing: « Association Familles Rurales d'Allonnes », at Allonnes."""
    plain = _DOTTED.sub(lambda found: found[0].replace(".", ""), fold(name))
    plain = " ".join(_NOT_A_LETTER.sub(" ", plain).split())
    short = plain
    for long, put in _SHORTENED:
        short = long.sub(put, short)
    here = frozenset(plain_place(locality).split())
    full = [word for word in short.split() if word not in _SMALL]
    told = [word for word in full if word not in _EMPTY_OF_MEANING] or full
    apart = [word for word in told if word not in here] or told
    initials = "".join(word[0] for word in plain.split() if word not in _SMALL)
    own = {"".join(word[0] for word in apart if word != one) for one in apart} | {initials}
    kept = [word for word in apart if not (len(word) >= 3 and word in own and len(apart) > 2)]
    return HouseName(plain, frozenset(kept or apart), initials)


def slips(one: str, other: str, most: int = 2) -> int:
    """How many letters to change, add, leave out or swap with the next to get from one to the other; most + 1 if more.

    Damerau and Levenshtein's distance, each place touched once.
    """
    if one == other:
        return 0
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, facing in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != facing))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == facing:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return min(last[-1], most + 1)


@lru_cache(maxsize=65_536)
def is_near(one: str, other: str) -> bool:
    """True for words of five letters or more one slip apart, or of nine or more two slips apart."""
    shorter = min(len(one), len(other))
    return shorter >= 5 and slips(one, other) <= (2 if shorter >= 9 else 1)


def is_feminine_of(one: str, other: str) -> bool:
    """True when one given name is the feminine of the other: Michel and Michèle, Jean and Jeanne."""
    short, long = sorted((one, other), key=len)
    return short != long and any(long == short + ending for ending in _FEMININE_ENDINGS)


def begins_alike(one: Sequence[str], other: Sequence[str]) -> bool:
    """True when a given name is shortened to initials or first letters: J., J.-P. or JP for Jean-Pierre, Marie-Do."""
    first, second = "".join(one), "".join(other)
    if first == _initials(other) or second == _initials(one):
        return True
    if len(one) != len(other):
        return min(len(first), len(second)) == 1 and first[0] == second[0]
    return all(_is_short_for(a, b) or _is_short_for(b, a) for a, b in zip(one, other, strict=True))


def _is_short_for(short: str, long: str) -> bool:
    return short == long or (len(short) <= 3 and long.startswith(short) and not is_feminine_of(short, long))


def _initials(words: Iterable[str]) -> str:
    return "".join(word[0] for word in words)


def leftovers(one: frozenset[str], other: frozenset[str]) -> tuple[set[str], set[str], int]:
    """The words that each has alone once near spellings are matched, and how many were matched so."""
    mine, theirs = set(one - other), set(other - one)
    near = 0
    for word in sorted(mine):
        match = next((each for each in sorted(theirs) if is_near(word, each) or _is_abbreviation(word, each)), None)
        if match is not None:
            mine.discard(word)
            theirs.discard(match)
            near += 1
    return mine, theirs, near


def _is_abbreviation(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= 4 and len(long) >= len(short) + 3 and long.startswith(short)
