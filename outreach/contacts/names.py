"""Names of people and places as they are written in a letter, and what a civility says of a gender."""

import re
import unicodedata
from typing import Final

from outreach.contacts.folding import fold, squeeze
from outreach.contacts.kinds import Gender

_FEMININE = frozenset(
    {"f", "f.", "femme", "feminin", "feminine", "female", "mme", "mme.", "madame", "mlle", "mademoiselle"}
) | {"ms", "ms.", "mrs", "mrs.", "miss", "w", "woman"}
_MASCULINE = frozenset(
    ("m", "m.", "h", "h.", "homme", "masculin", "masculine", "male", "monsieur", "mr", "mr.", "mister", "man")
)
_SMALL_IN_PLACES = frozenset(
    (
        "de",
        "d",
        "du",
        "des",
        "la",
        "le",
        "les",
        "l",
        "sur",
        "sous",
        "en",
        "et",
        "a",
        "à",
        "au",
        "aux",
        "lès",
        "lez",
        "ès",
    )
)
_BREAKS = re.compile(r"([\s\-'’]+)")
_WORDS, _LETTERS = 8, 80
"""More than these is no name: « Marie-Anne de la Tour du Pin Chambly de La Charce » still is one."""
_DOMAIN: Final = re.compile(r"[^\W\d_]{4,}\.\w|\.[a-zà-ÿ]")
"""What mail programs may turn into a link; « St.Pierre » and « J.-B. » are none."""
_BETWEEN: Final = frozenset(" -\u2010\u2011'’ʼ./·")
_LINK = re.compile(r"://|\bwww\.|\w\.\w{2,}/", re.IGNORECASE)


def holds_link(text: str) -> bool:
    """True when what should be a name holds a web address: no message of ours carries one to strangers."""
    return _LINK.search(text) is not None


def is_name(text: str) -> bool:
    """True when what a stranger typed reads as somebody's name, as our messages and pages repeat nothing else.

    Letters of any script with what joins them; no digits, signs, addresses nor whole sentences.
    """
    if not text or len(text) > _LETTERS or len(text.split()) > _WORDS or _DOMAIN.search(text):
        return False
    kinds = [unicodedata.category(one)[0] for one in text if one not in _BETWEEN]
    return "L" in kinds and set(kinds) <= {"L", "M"}


def gender_of(civility: str) -> Gender:
    """What « Mme », "M.", "F", "Monsieur le Maire" say; UNKNOWN for two people at once and for anything else."""
    first, *rest = fold(civility).split(" ") if civility.strip() else [""]
    if "et" in rest or "and" in rest or "/" in civility:
        return Gender.UNKNOWN
    if first in _FEMININE:
        return Gender.FEMININE
    return Gender.MASCULINE if first in _MASCULINE else Gender.UNKNOWN


def is_shouted(name: str) -> bool:
    """True when a name is written in capitals only."""
    return name.isupper() and sum(map(str.isalpha, name)) > 1


def person_name(name: str) -> str:
    """A name in capitals as it is written in a letter: Béchu, Le Goff, de La Provôté, d'Hérin, Saint-Hilaire.

    The particles « de » and « d' » are small, « Le », « La », « Du » and « Des » are not (Imprimerie nationale). A name
    that has a small letter already is left as its owner writes it.
    """
    name = " ".join(name.split())
    if not is_shouted(name):
        return name
    pieces = _BREAKS.split(name)
    for index in range(0, len(pieces), 2):
        word = pieces[index].lower()
        before_apostrophe = index + 1 < len(pieces) and pieces[index + 1] in {"'", "’"}
        particle = word == "de" or (word == "d" and before_apostrophe)
        pieces[index] = word if particle and index + 2 < len(pieces) else word.capitalize()
    return "".join(pieces)


def place_name(name: str) -> str:
    """A commune in capitals as an envelope has it: Le Bourg d'Ire, Saint-Jean-de-Luz. Others are left alone."""
    name = " ".join(name.split())
    if not is_shouted(name):
        return name
    pieces = _BREAKS.split(name)
    for index in range(0, len(pieces), 2):
        word = pieces[index].lower()
        pieces[index] = word if index and word in _SMALL_IN_PLACES else word.capitalize()
    return "".join(pieces)


def split_full_name(full_name: str) -> tuple[str, str]:
    """(given name, family name) when the family name alone is in capitals; else ("", all of it): nobody may guess."""
    words = full_name.split()
    shouted = [is_shouted(word) for word in words]
    count = sum(shouted)
    if not 0 < count < len(words):
        return "", person_name(" ".join(words))
    if shouted[-count:] == [True] * count:
        given, family = words[:-count], words[-count:]
    elif shouted[:count] == [True] * count:
        given, family = words[count:], words[:count]
    else:
        return "", " ".join(words)
    if not all(re.fullmatch(r"[^\W\d_]+(?:['’\-.][^\W\d_]*)*", word) for word in given):
        return "", " ".join(words)
    return " ".join(given), person_name(" ".join(family))


def of_place(name: str) -> str:
    """« de » and a place, contracted and elided: d'Angers, du Mans, des Sables-d'Olonne, de La Flèche, d'Hyères.

    Before an h, « de » is elided when e, é, i or y follows (d'Hérouville, d'Hyères) and stays whole elsewhere
    (de Houilles, de Haguenau): usage wavers from one commune to the next, and the contact's record may say otherwise.
    """
    for article, contracted in (("Le ", "du "), ("Les ", "des ")):
        if name.startswith(article):
            return contracted + name[len(article) :]
    return f"d'{name}" if _elides(name) else f"de {name}"


def _elides(name: str) -> bool:
    plain = squeeze(name)
    if plain[:1] == "h":
        return plain[1:2] in {"e", "i", "y"}
    if plain[:1] == "y":
        return plain[1:2] not in {"a", "o", "u", "i"}
    return plain[:1] in set("aeiou") and bool(plain)
