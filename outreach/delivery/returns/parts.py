"""Takes a mail apart within bounds, whatever it holds: no recursion, so many parts and so much text."""

import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from quopri import decodestring
from typing import Final

READ: Final = 512 * 1024
"""Octets of a mail that are looked at: a report comes before the message that it returns."""
HEADERS: Final = 64 * 1024
TEXT: Final = 64 * 1024
"""Octets of one part that are read."""
DEPTH: Final = 8
PARTS: Final = 60

_END_OF_HEADERS: Final = re.compile(rb"\r?\n[ \t]*\r?\n|\r\r")
_KNOWN_CHARSET: Final = re.compile(
    r"(?:us-)?ascii|utf-?[0-9]+|(?:iso-?8859|windows|cp|ibm|mac|koi8|big5|gb|euc|iso-?2022|shift|ks_c|tis)[\w-]*",
    re.IGNORECASE,
)
_SHIFT: Final = b"\x1b$"
"""Begins Japanese letters in seven bits, which many servers send under any name."""
_PARSER: Final = BytesParser()


@dataclass(frozen=True, slots=True)
class Part:
    """One leaf of a mail, or the mail itself: its headers, its kind, and its octets as they came."""

    headers: Message
    body: bytes

    @property
    def kind(self) -> str:
        """Its media type, in small letters."""
        return (self.headers.get_content_type().split() or ["text/plain"])[0]

    @property
    def text(self) -> str:
        """Its words, at most `TEXT` octets of them, in whatever character set they say or seem to be."""
        return _decoded(_unwrapped(self.body, str(self.headers.get("Content-Transfer-Encoding", ""))), self._charset)

    @property
    def _charset(self) -> str:
        charset = self.headers.get_param("charset", "")
        return charset.strip() if isinstance(charset, str) else ""


def split(raw: bytes) -> Part:
    """A mail, or a part of one, as its headers and what follows them; only the first `READ` octets."""
    cut = raw[:READ].lstrip(b"\r\n")
    if cut.startswith((b"From ", b">From ")):  # the line that an mbox puts before a mail
        cut = cut.partition(b"\n")[2]
    end = _END_OF_HEADERS.search(cut)
    head, body = (cut[: end.start()], cut[end.end() :]) if end else (cut, b"")
    return Part(read_headers(head), body)


def read_headers(head: bytes) -> Message:
    """Header lines alone, at most `HEADERS` octets of them."""
    return _PARSER.parsebytes(head[:HEADERS].rstrip() + b"\n\n", headersonly=True)


def leaves(mail: Part) -> Iterator[Part]:
    """The parts in their order, as far as the bounds allow; what is not divided as it says counts as one text."""
    waiting = [(mail, 0)]
    given = 0
    while waiting and given < PARTS:
        part, depth = waiting.pop(0)
        inside = _divided(part) if part.headers.get_content_maintype() == "multipart" and depth < DEPTH else []
        if inside:
            waiting = [(one, depth + 1) for one in inside] + waiting
        else:
            given += 1
            yield part


def header(headers: Message, name: str) -> str:
    """The value of a header in one line, or an empty string; encoded words stay as they are, bare octets are read."""
    found = next((value for known, value in headers.raw_items() if known.lower() == name.lower()), "")
    return " ".join(_spelled(str(found)[:4000]).split())[:2000]


def readable(headers: Message, name: str) -> str:
    """The value of a header as a person reads it: encoded words are put into letters."""
    raw = header(headers, name)
    try:
        pieces = decode_header(raw)
    except (HeaderParseError, ValueError):
        return raw
    return " ".join("".join(_piece(*one) for one in pieces).split())[:300]


def _piece(octets: str | bytes, charset: str | None) -> str:
    if isinstance(octets, str):
        return octets
    try:
        return octets.decode(charset or "ascii", "replace")
    except (LookupError, ValueError):
        return octets.decode("latin-1")


def _spelled(value: str) -> str:
    """A header whose octets were not ASCII, as its writer most likely meant it."""
    return value if value.isascii() else _decoded(value.encode("utf-8", "surrogateescape"), "")


def _divided(part: Part) -> list[Part]:
    boundary = part.headers.get_param("boundary", "")
    if not isinstance(boundary, str) or not boundary:
        return []
    line = re.compile(rb"^--" + re.escape(boundary.encode("utf-8", "replace")) + rb"(--)?[ \t]*\r?$", re.MULTILINE)
    found: list[Part] = []
    begin: int | None = None
    for border in line.finditer(part.body):
        if begin is not None:
            found.append(_inner(part.body[begin : border.start()]))
        begin = None if border[1] else border.end() + 1
        if border[1] or len(found) == PARTS:
            return found
    if begin is not None:  # cut, or never closed
        found.append(_inner(part.body[begin:]))
    return found


def _inner(octets: bytes) -> Part:
    """A part whose headers may be missing altogether."""
    if octets.startswith((b"\n", b"\r\n")):
        return Part(Message(), octets.lstrip(b"\r\n"))
    return split(octets)


def _unwrapped(body: bytes, encoding: str) -> bytes:
    match encoding.strip().lower():
        case "base64":
            letters = re.sub(rb"[^A-Za-z0-9+/]", b"", body[: TEXT * 2])
            return b64decode(letters[: len(letters) // 4 * 4])[:TEXT]
        case "quoted-printable":
            return decodestring(body[: TEXT * 2])[:TEXT]
        case _:
            return body[:TEXT]


def _decoded(octets: bytes, charset: str) -> str:
    shifted = "iso-2022-jp" if _SHIFT in octets else ""
    for name in (charset, shifted, "utf-8"):
        if _KNOWN_CHARSET.fullmatch(name) and (name == shifted or not shifted):
            try:
                return octets.decode(name, "replace" if shifted else "strict")
            except (LookupError, ValueError):
                continue
    return octets.decode("cp1252", "replace")
