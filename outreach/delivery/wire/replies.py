"""What the relay says, read from its bytes: replies (RFC 5321 4.2), enhanced status (RFC 2034), extensions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from outreach.delivery.states import Reply

_LINE: Final = re.compile(rb"([2-5][0-9][0-9])(?:([ -])(.*))?", re.DOTALL)
_ENHANCED: Final = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}(?= |$)")
_LONGEST: Final = 65_536
_TEXT: Final = 500


class Garbled(Exception):  # noqa: N818 - what arrived, not a fault of ours
    """Something that is not SMTP."""


class ReplyReader:
    """Turns bytes as they arrive into whole replies."""

    def __init__(self) -> None:
        self._rest = b""
        self._lines: list[str] = []

    @property
    def empty(self) -> bool:
        """Nothing half read."""
        return not self._rest and not self._lines

    def feed(self, octets: bytes) -> list[Reply]:
        """The replies that are complete now. Raises Garbled."""
        *lines, self._rest = (self._rest + octets).split(b"\n")
        if len(self._rest) + sum(map(len, self._lines)) > _LONGEST:
            raise Garbled
        replies = []
        for line in lines:
            ends, text, alone = _read(line)
            if not self._lines and alone is not None:
                replies.append(alone)
                continue
            self._lines.append(text)
            if ends is not None:
                replies.append(_reply(ends, self._lines))
                self._lines = []
        return replies


@lru_cache(maxsize=128)
def _read(line: bytes) -> tuple[int | None, str, Reply | None]:
    """One line: the code if a reply ends with it, its text, and the reply if it is one by itself. Raises Garbled.

    Relays say the same few things over and over.
    """
    found = _LINE.fullmatch(line.rstrip(b"\r"))
    if found is None:
        raise Garbled
    code, dash, octets = found.groups()
    text = (octets or b"").decode("utf-8", "replace").replace("\0", "")  # a NUL has no place in a row on PostgreSQL
    return (None, text, None) if dash == b"-" else (int(code), text, _reply(int(code), [text]))


def _reply(code: int, lines: Sequence[str]) -> Reply:
    found = _ENHANCED.match(lines[0])
    if found is None:
        return Reply(code, "", "\n".join(lines)[: _LONGEST if code == 250 else _TEXT])
    status = found[0]
    text = "\n".join([line.removeprefix(status).strip() for line in lines])
    return Reply(code, status, text[:_TEXT])


@dataclass(frozen=True, slots=True)
class Extensions:
    """What the relay offers, of what we know."""

    pipelining: bool = False
    utf8: bool = False
    eight_bit: bool = False
    dsn: bool = False
    starttls: bool = False
    largest: int | None = None
    mechanisms: frozenset[str] = frozenset()


def read_extensions(ehlo: Reply) -> Extensions:
    """The extensions in a reply to EHLO; the first line is the relay's name."""
    words = [line.upper().replace("AUTH=", "AUTH ").split() for line in ehlo.text.split("\n")[1:]]
    offered = {line[0]: line[1:] for line in words if line}
    size = offered.get("SIZE", [])
    return Extensions(
        pipelining="PIPELINING" in offered,
        utf8="SMTPUTF8" in offered,
        eight_bit="8BITMIME" in offered,
        dsn="DSN" in offered,
        starttls="STARTTLS" in offered,
        largest=int(size[0]) if size and size[0].isdecimal() and int(size[0]) else None,
        mechanisms=frozenset(offered.get("AUTH", [])),
    )
