"""Decides what a link may have been before a mail program, a gateway or a person copying it damaged it."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

_TOKEN = re.compile(r"([0-9A-Fa-f]{20})\.([A-Za-z0-9_-]{43})(?![A-Za-z0-9_-])")
_SOFT_BREAK = re.compile(r"=\s+")
_QUOTED = re.compile(r"=(2E|2D|5F|3D|20|0D|0A)", re.IGNORECASE)
_INVISIBLE = re.compile(r"[\s\u00a0\u00ad\u180e\u200b-\u200f\u202a-\u202f\u2060-\u2064\ufeff]+")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-") | {"．": ".", "。": "."})
_TIMES = 3
"""Gateways rewrite one after the other: a link may be percent-encoded more than once."""


def spellings(token: str) -> Iterator[str]:
    """What a token may have been, the text as it came first; only the one whose signature verifies opens anything.

    Repaired: percent-encoding, quoted-printable left in, line breaks and invisible characters inside, dashes made
    typographic, capitals in the first part, and whatever was glued before or after (a full stop, a bracket, a quote,
    the next word after a slash). What was cut off cannot be guessed.
    """
    yield token
    text = token
    for _ in range(_TIMES):
        text = unquote(text)
    text = _SOFT_BREAK.sub("", text)
    text = _QUOTED.sub(lambda found: chr(int(found[1], 16)), text)
    text = _INVISIBLE.sub("", text.translate(_DASHES))
    for found in _TOKEN.finditer(text):
        yield f"{found[1].lower()}.{found[2]}"
