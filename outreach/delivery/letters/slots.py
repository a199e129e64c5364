"""The places of a letter that differ from one recipient to the next, and how a value is written into each."""

import html
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache, lru_cache
from typing import Final, NamedTuple
from urllib.parse import quote

from outreach.delivery.letters.headers import URI, Malformed, unstructured
from outreach.delivery.letters.quoted import SOFT_BREAK, encode, encode_value

Values = Mapping[str, str]
_Escape = Callable[[str], str]
_Part = str | tuple[str, _Escape]

_SECRET: Final = secrets.token_hex(8)
"""Nobody can write a mark of ours into a name or a letter: it holds this, and lives no longer than the process."""
_SLOT: Final = re.compile(rf"SLOT-{_SECRET}-([a-z0-9_]+)-TOLS")
_FOLD: Final = 75
_UNRESERVED: Final = re.compile(r"[A-Za-z0-9._~-]*")


class Writer(NamedTuple):
    """Writes what differs at one place of a letter, from the values of these names."""

    names: tuple[str, ...]
    write: Callable[[Values], bytes]


Piece = bytes | Writer


class Kind(StrEnum):
    """What a value is, wherever it stands."""

    WORDS = "words"
    URL = "url"  # a whole address of ours
    PARAMETER = "parameter"  # a piece of an address, percent-encoded


Kinds = Mapping[str, Kind]


def slot(name: str) -> str:
    """The mark to put where a value belongs, in a subject, text, HTML or calendar; passes markup and URLs unchanged."""
    return f"SLOT-{_SECRET}-{name}-TOLS"


def apart(text: str) -> list[str]:
    """Fixed text and names of slots by turns, to be kept; `together` makes them one text again, in any process."""
    return _SLOT.split(text)


def together(parts: Sequence[str]) -> str:
    """The text that `apart` took apart, with the marks of this process."""
    return "".join([slot(part) if at % 2 else part for at, part in enumerate(parts)])


def words_of_text(text: str, kinds: Kinds) -> Iterator[Piece]:
    """The pieces of a plain text."""
    return _pieces(text, {name: _PLAIN[kind] for name, kind in kinds.items()})


def words_of_html(markup: str, kinds: Kinds) -> Iterator[Piece]:
    """The pieces of an HTML page; values are escaped, in text and in quoted attributes alike."""
    return _pieces(markup, {name: _HTML[kind] for name, kind in kinds.items()})


def words_of_calendar(calendar: str, kinds: Kinds) -> Iterator[Piece]:
    """The pieces of an iCalendar object, folded at 75 octets by ourselves (RFC 5545 3.1), line by line.

    A piece of an address stands alone between two folds, and should have no more than 74 octets: so it is written once
    for all its places, those in other parts of the message among them.
    """
    escapes = {name: _CALENDAR[kind] for name, kind in kinds.items()}
    lines = _lines(calendar).replace("\n ", "").replace("\n\t", "").strip("\n").split("\n")
    for line in lines:
        stretch: list[_Part] = []
        for part in _split(line, escapes):
            if isinstance(part, tuple) and part[1] is _parameter:
                yield from (*_stretch(stretch), b"=20" + SOFT_BREAK, _writer(*part), b"\r\n")
                stretch = [" "]
            else:
                stretch.append(part)
        yield from _stretch(stretch)


def subject(text: str, kinds: Kinds) -> Piece:
    """The line of the subject."""
    parts = _split(text, {name: _PLAIN[kind] for name, kind in kinds.items()})
    if len(parts) == 1:
        return unstructured("Subject", text)
    return Writer(_names(parts), lambda values: unstructured("Subject", _joined(parts, values)))


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _pieces(text: str, escapes: Mapping[str, _Escape]) -> Iterator[Piece]:
    """Fixed text and values by turns, each starting a line of its own: at a line break of the text, or a soft one."""
    parts = _split(_lines(text), escapes)
    for at, part in enumerate(parts):
        if isinstance(part, str):
            before = SOFT_BREAK if at > 0 and not part.startswith("\n") else b""
            after = SOFT_BREAK if at < len(parts) - 1 and part and not part.endswith("\n") else b""
            if part:
                yield before + encode(part) + after
            elif 0 < at < len(parts) - 1:
                yield SOFT_BREAK
        else:
            yield _writer(*part)


def _split(text: str, escapes: Mapping[str, _Escape]) -> list[_Part]:
    """Fixed text, slot, fixed text and so on: always an odd number of parts."""
    parts: list[_Part] = []
    for at, part in enumerate(_SLOT.split(text)):
        if at % 2 == 0:
            parts.append(part)
        elif part in escapes:
            parts.append((part, escapes[part]))
        else:
            raise Malformed("The letter has a place for “%(name)s”, which nothing fills.", name=part)
    return parts


@cache
def _writer(name: str, escape: _Escape) -> Writer:
    """One and the same for the same value written the same way, so that it is written once for all its places."""
    if escape is _parameter:
        return Writer((name,), lambda values: encode_value(_parameter(values[name])))
    return Writer((name,), lambda values: _written(escape, values[name]))


@lru_cache(maxsize=8192)
def _written(escape: _Escape, value: str) -> bytes:
    """Words are often those of other recipients: titles, closings, organisations."""
    return encode_value(escape(value))


@cache
def _line_writer(parts: tuple[_Part, ...]) -> Writer:
    return Writer(_names(parts), lambda values: encode_value(_folded(_joined(parts, values))) + b"\r\n")


def _stretch(parts: Sequence[_Part]) -> Iterator[Piece]:
    """A line of a calendar between two pieces of addresses; one that goes on begins with a blank, or is one."""
    fixed = [part for part in parts if isinstance(part, str)]
    if len(fixed) < len(parts):
        yield _line_writer(tuple(parts))
    elif (line := "".join(fixed)) not in {"", " "}:
        yield encode(_folded(line)) + b"\r\n"


def _names(parts: Iterable[_Part]) -> tuple[str, ...]:
    return tuple(part[0] for part in parts if not isinstance(part, str))


def _joined(parts: Iterable[_Part], values: Values) -> str:
    return "".join([part if isinstance(part, str) else part[1](values[part[0]]) for part in parts])


def _folded(line: str) -> str:
    """A line of a calendar in lines of at most 75 octets, no character cut."""
    if len(line) <= _FOLD and (line.isascii() or len(line.encode(errors="replace")) <= _FOLD):
        return line
    if line.isascii():
        return "\n ".join([line[:_FOLD], *[line[at : at + _FOLD - 1] for at in range(_FOLD, len(line), _FOLD - 1)]])
    lines, width = [""], 0
    for character in line:
        octets = len(character.encode(errors="replace"))
        if width + octets > _FOLD:
            lines.append("")
            width = 1
        lines[-1] += character
        width += octets
    return "\n ".join(lines)


def _as_it_is(value: str) -> str:
    return value


def _url(value: str) -> str:
    if not URI.fullmatch(value):
        raise Malformed("“%(value)s” is not an address that a link can have.", value=value)
    return value


def _parameter(value: str) -> str:
    return value if _UNRESERVED.fullmatch(value) else quote(value, safe="")


def _html_url(value: str) -> str:
    return _url(value).replace("&", "&amp;").replace("'", "&#x27;")


def _calendar_words(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return _lines(escaped).replace("\n", "\\n")


_PLAIN: Final[Mapping[Kind, _Escape]] = {Kind.WORDS: _as_it_is, Kind.URL: _url, Kind.PARAMETER: _parameter}
_HTML: Final[Mapping[Kind, _Escape]] = {Kind.WORDS: html.escape, Kind.URL: _html_url, Kind.PARAMETER: _parameter}
_CALENDAR: Final[Mapping[Kind, _Escape]] = {
    Kind.WORDS: _calendar_words,
    Kind.URL: _url,
    Kind.PARAMETER: _parameter,
}
