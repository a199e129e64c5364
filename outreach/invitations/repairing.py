"""Decides what a link may have been before a mail program, a gateway or a person copying it damaged it."""

import html
import re
from collections.abc import Iterator
from urllib.parse import unquote

from outreach.errors import N_
from outreach.links import DAMAGED

CASE_CHANGED = N_(
    "The capital letters of this link were changed on the way, and it cannot be read without them. Open it again from "
    "the message, or ask for a new one."
)
ALTERED = N_(
    "Some characters of this link were changed on the way: it is not one of ours any more. Open it again from the "
    "message, or ask for a new one."
)
WHOLE = 20 + 1 + 43
"""Characters of a token."""

_TOKEN = re.compile(r"([0-9A-Fa-f]{20})\.([A-Za-z0-9_-]{43})(?![_-]*[A-Za-z0-9])")
_LIKE_ONE = re.compile(r"[0-9A-Za-z]{20}\.[A-Za-z0-9_-]{43}[_-]*")
_WISH = re.compile(r"(?<![a-z])(reply|lang)=([a-z]{1,20})(?![a-z])")
_SOFT_BREAK = re.compile(r"=\s+")
_QUOTED = re.compile(r"=([0-9A-F]{2})", re.IGNORECASE)
_INVISIBLE = re.compile(r"[\s\u00a0\u00ad\u180e\u200b-\u200f\u202a-\u202f\u2060-\u2064\ufeff\\]+")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-") | {"．": ".", "。": "."})
_TIMES = 3
"""Gateways rewrite one after the other: a link may be percent-encoded more than once."""


def spellings(token: str) -> Iterator[str]:
    """What a token may have been, the text as it came first; only the one whose signature verifies opens anything.

    Repaired: percent-encoding, quoted-printable and HTML left in, line breaks, backslashes and invisible characters
    inside, dashes made typographic, capitals in the first part, and whatever was glued before or after (a full stop, a
    bracket, a quote, the next word after a slash). What was cut off cannot be guessed.
    """
    yield token
    for text in _plain(token):
        for found in _TOKEN.finditer(text):
            yield f"{found[1].lower()}.{found[2]}"


def wishes(query: str) -> dict[str, str]:
    """What the end of a damaged link asked for: the answer that a button chose (`reply`) and the language (`lang`).

    « ?reply=3Dyes&amp;lang=fr » asks for both. Values are not judged here.
    """
    *_earlier, text = _plain(query)
    return {found[1]: found[2] for found in _WISH.finditer(text)}


def explain(token: str) -> str:
    """Why a token that has no valid spelling may have lost it: a sentence for whoever opened the link."""
    *_earlier, text = _plain(token)
    if not (found := _LIKE_ONE.search(text)):
        return DAMAGED if len(text) < WHOLE else ALTERED
    signature = found[0][21:]
    return CASE_CHANGED if signature in (signature.lower(), signature.upper()) else ALTERED


def _plain(text: str) -> Iterator[str]:
    """The text without what programs put into links, first as if "=20" were its own, then as a soft-coded character."""
    for _ in range(_TIMES):
        text = html.unescape(unquote(text))
    text = _SOFT_BREAK.sub("", text).translate(_DASHES)
    yield _INVISIBLE.sub("", text)
    yield _INVISIBLE.sub("", _QUOTED.sub(lambda found: chr(int(found[1], 16)), text))
