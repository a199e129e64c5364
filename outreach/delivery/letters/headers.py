"""Header lines as bytes: encoded and folded by ourselves (RFC 5322, RFC 2047), so that nothing re-folds them."""

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Final

import idna

from outreach.errors import Refusal

WIDTH: Final = 76
_WORD: Final = 75 - len("=?utf-8?q??=")
_FORBIDDEN: Final = re.compile(r"[\r\n\0]")
_PLAIN: Final = re.compile(r"[!-~]+(?: [!-~]+)*")
_ATOMS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_ATOM: Final = r"[^\s\x00-\x20\x7f-\x9f\ud800-\udfff<>()\[\],;:\\\"@.]+"
_LOCAL: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_DOMAIN: Final = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?")
URI: Final = re.compile(r"(?:https?://|mailto:)[!#-;=?-~]+")
_MESSAGE_ID: Final = re.compile(r"<[!#-;=?A-~]+@[!#-;=?A-~]+>")
_Q_SAFE: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")
_Q: Final = tuple(chr(octet) if octet in _Q_SAFE else "_" if octet == 0x20 else f"={octet:02X}" for octet in range(256))


class Malformed(Refusal):
    """A message that we decline to write: sent, it would be read otherwise than meant."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Somebody's name, which may be empty, and address."""

    name: str
    address: str


def unstructured(name: str, value: str) -> bytes:
    """A line of free text, such as a subject. Raises Malformed on a line break or NUL, like all the others here."""
    return _line(name, _words(name, value, len(name) + 2, _PLAIN))


def mailbox(name: str, box: Mailbox) -> bytes:
    """A line with one mailbox. An address with accents stays in UTF-8 (RFC 6532): the relay must know SMTPUTF8."""
    target = f"<{address(box.address)}>"
    shown = " ".join(_checked(name, box.name).split())
    if not shown:
        return _line(name, target[1:-1])
    start = len(name) + 2
    if not _ATOMS.fullmatch(shown) and _PLAIN.fullmatch(shown) and "=?" not in shown:
        escaped = shown.replace("\\", "\\\\").replace('"', '\\"')
        if start + len(escaped) + 2 <= WIDTH:
            return _line(name, _join(f'"{escaped}"', target, start))
    return _line(name, _join(_words(name, shown, start, _ATOMS), target, start))


def date(name: str, at: datetime) -> bytes:
    """A line with an instant, in UTC."""
    return _line(name, _formatted(at))


def uris(name: str, *targets: str) -> bytes:
    """A line of URIs in angle brackets, one a line and never encoded nor cut, whatever their length (RFC 2369)."""
    for target in targets:
        if not URI.fullmatch(target):
            raise Malformed("“%(value)s” cannot stand in the header %(name)s.", name=name, value=target)
    return _line(name, ",\r\n ".join(f"<{target}>" for target in targets))


def message_id(name: str, value: str) -> bytes:
    """A line with one identifier in angle brackets."""
    if not _MESSAGE_ID.fullmatch(value):
        raise Malformed("“%(value)s” cannot stand in the header %(name)s.", name=name, value=value)
    return _line(name, value)


def token(name: str, value: str) -> bytes:
    """A line that machines read: plain ASCII without white space at its ends, never encoded."""
    if not _PLAIN.fullmatch(value) or len(value) > 900:
        raise Malformed("“%(value)s” cannot stand in the header %(name)s.", name=name, value=value)
    return _line(name, value)


def address(value: str) -> str:
    """An address as it is written on the wire: its domain in ASCII, its local part untouched."""
    local, _, domain = value.rpartition("@")
    if not domain.isascii():
        domain = _ascii_domain(domain)
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain) or len(local.encode()) > 64 or len(domain) > 253:
        raise Malformed("“%(value)s” is not an address that can be written to.", value=value)
    return f"{local}@{domain}"


@lru_cache(maxsize=1024)
def _ascii_domain(domain: str) -> str:
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError as error:
        raise Malformed("“%(value)s” is not a domain name.", value=domain) from error


@lru_cache(maxsize=256)
def _formatted(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC))


def _line(name: str, value: str) -> bytes:
    return f"{name}: {value}\r\n".encode()


def _join(shown: str, target: str, start: int) -> str:
    """A name and its address, on two lines when one is too short."""
    last = shown.rpartition("\r\n")[2]
    width = len(last) + (start if last == shown else 0)
    return f"{shown} {target}" if width + 1 + len(target) <= WIDTH else f"{shown}\r\n {target}"


def _words(name: str, value: str, start: int, plain: re.Pattern[str]) -> str:
    """The value folded, as it is where `plain` allows, else as encoded words."""
    if not _checked(name, value) or (plain.fullmatch(value) and "=?" not in value):
        if start + len(value) <= WIDTH:
            return value
        folded = _folded(value, start)
        if folded is not None:
            return folded
    return _encoded(value, start)


def _checked(name: str, value: str) -> str:
    if _FORBIDDEN.search(value):
        raise Malformed("The header %(name)s would hold a line break or a NUL: “%(value)s”.", name=name, value=value)
    return value


def _folded(value: str, start: int) -> str | None:
    """Plain words over several lines, or None when one of them is too long for a line."""
    lines, width = [""], start
    for word in value.split(" "):
        if len(word) >= WIDTH - start:
            return None
        if width + 1 + len(word) > WIDTH:
            lines.append(word)
            width = 1 + len(word)
        else:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
            width += 1 + len(word)
    return "\r\n ".join(lines)


@lru_cache(maxsize=1024)
def _encoded(value: str, start: int) -> str:
    """Encoded words of at most 75 characters, one a line, none cutting a character (RFC 2047 section 2 and 5)."""
    try:
        data = value.encode()
    except UnicodeEncodeError as error:
        raise Malformed("A header holds a character that does not exist.") from error
    quoted = "".join([_Q[octet] for octet in data])
    if start + 12 + len(quoted) <= WIDTH:
        return f"=?utf-8?q?{quoted}?="
    if len(quoted) <= 4 * ((len(data) + 2) // 3):
        words = [f"=?utf-8?q?{word}?=" for word in _q_words(value, start)]
    else:
        words = [f"=?utf-8?b?{b64encode(word).decode()}?=" for word in _b_words(value, start)]
    return "\r\n ".join(words)


def _q_words(value: str, start: int) -> Iterator[str]:
    word, room = "", WIDTH - start - 12
    for character in value:
        quoted = "".join(_Q[octet] for octet in character.encode())
        if len(word) + len(quoted) > room and word:
            yield word
            word, room = "", _WORD
        word += quoted
    yield word


def _b_words(value: str, start: int) -> Iterator[bytes]:
    word, room = b"", (WIDTH - start - 12) // 4 * 3
    for character in value:
        octets = character.encode()
        if len(word) + len(octets) > room and word:
            yield word
            word, room = b"", _WORD // 4 * 3
        word += octets
    yield word
