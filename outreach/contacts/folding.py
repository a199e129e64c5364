"""Text as it is compared and searched: without accents, case, ligatures or typographic apostrophes."""

import re
import unicodedata

_SPELT_OUT = str.maketrans(
    {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d"}
    | dict.fromkeys("’‘ʼ´`", "'")
    | dict.fromkeys("‐‑‒–—−", "-")
)
_WORD = re.compile(r"[^\W_]+")


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.translate(_SPELT_OUT))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


# Letter by letter for what French is written in; whatever else there is goes the long way, several times slower.
_LATIN = {code: _plain(chr(code)) for code in (ord("`"), *range(0x80, 0x250), *range(0x2000, 0x2070))}


def fold(text: str) -> str:
    """The text in plain lower-case letters, one space between words: « L’Œuvre  d'ÉTÉ » gives "l'oeuvre d'ete"."""
    spelt = text.replace("`", "'") if text.isascii() else text.translate(_LATIN)
    plain = spelt.lower() if spelt.isascii() else _plain(text)
    return " ".join(plain.split())


def words(text: str) -> tuple[str, ...]:
    """The folded words of a text, each once, in order: what a search by prefix looks up."""
    return tuple(dict.fromkeys(_WORD.findall(fold(text))))


def squeeze(text: str) -> str:
    """The folded text without anything but letters and figures: one spelling for « Code postal » and "code_postal"."""
    return "".join(_WORD.findall(fold(text)))
