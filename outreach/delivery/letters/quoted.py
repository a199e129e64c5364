"""Quoted-printable (RFC 2045 6.7) such that pieces encoded apart can be joined at a soft line break."""

import re
from collections.abc import Iterator
from typing import Final

from outreach.delivery.letters.headers import Malformed

SOFT_BREAK: Final = b"=\r\n"
_WIDTH: Final = 75  # the 76th column is for the soft break
_CHUNK: Final = _WIDTH - 2  # room to encode the first character, should the line then start badly
_STARTS: Final = (".", "F")
_SAFE: Final = re.compile(r"[!-<>-~](?:[ -<>-~]*[!-<>-~])?")
_AS_IT_IS: Final = re.compile(rf"[!-\-/-<>-EG-~](?:[ -<>-~]{{0,{_WIDTH - 2}}}[!-<>-~])?")
_NEW_LINE: Final = re.compile(r"\r\n|\r|\n")
_UNSAFE: Final = re.compile(rb"[^ -<>-~]")


def encode(text: str) -> bytes:
    """The text in lines of at most 76 columns, CRLF between them; no line starts with a dot or "From ".

    What is encoded starts a line and ends without a line break, so that `encode(a) + SOFT_BREAK + encode(b)` decodes
    to a + b whatever they hold, and so does `encode(a) + CRLF + encode(b)` to a, a line break, b. Raises Malformed on
    NUL and on half a surrogate pair.
    """
    if "\0" in text:
        raise Malformed("A text holds a NUL, which no mail can carry.")
    return "\r\n".join([_line(line) for line in _NEW_LINE.split(text)]).encode()


def encode_value(value: str) -> bytes:
    """The same as `encode`, quick where a value is one short line that needs no encoding."""
    return value.encode() if _AS_IT_IS.fullmatch(value) else encode(value)


def _line(line: str) -> str:
    """One line of text, over as many as it needs."""
    if not line or _SAFE.fullmatch(line):
        return _plain(line)
    try:
        octets = line.encode()
    except UnicodeEncodeError as error:
        raise Malformed("A text holds a character that does not exist.") from error
    quoted = _UNSAFE.sub(lambda found: b"=%02X" % found[0][0], octets).decode()
    if quoted[-1] == " ":
        quoted = quoted[:-1] + "=20"
    return "=\r\n".join(_wrapped(quoted))


def _plain(line: str) -> str:
    """A line without anything to encode but its beginnings."""
    if len(line) <= _WIDTH:
        return line if line[:1] not in _STARTS else _started(line)
    return "=\r\n".join([_started(line[at : at + _CHUNK]) for at in range(0, len(line), _CHUNK)])


def _wrapped(quoted: str) -> Iterator[str]:
    """Lines of an encoded text; no `=XX` is cut in two."""
    at = 0
    while len(quoted) - at > _CHUNK:
        end = at + _CHUNK
        sign = quoted.rfind("=", end - 2, end)
        end = end if sign < 0 else sign
        yield _started(quoted[at:end])
        at = end
    yield _started(quoted[at:])


def _started(line: str) -> str:
    """A dot that starts a line would be doubled on the way, and "From " be taken for the start of a mailbox."""
    if line[:1] == ".":
        return "=2E" + line[1:]
    return "=46" + line[1:] if line[:5] == "From " else line
