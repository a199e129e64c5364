"""The mailbox to which reports come, over IMAP (RFC 3501): what is unread is read, and marked once it is kept."""

import imaplib
import ipaddress
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from urllib.parse import unquote, urlsplit

from outreach.delivery.returns.parts import READ
from outreach.delivery.returns.sources import Found
from outreach.errors import Refusal

PATIENCE: Final = 30.0
"""Seconds that the server may take for one answer."""
MOST: Final = 500
"""Mails of one visit; the next visit reads on."""


class Unreachable(Refusal):
    """The mailbox cannot be read now."""


class Security(StrEnum):
    """How the way to the mailbox is protected."""

    NONE = "imap"
    STARTTLS = "imap+starttls"
    TLS = "imaps"


_PORTS: Final = {Security.NONE: 143, Security.STARTTLS: 143, Security.TLS: 993}


@dataclass(frozen=True, slots=True)
class Place:
    """A mailbox on a server. The password never shows in the representation."""

    host: str
    port: int
    security: Security
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"

    def __str__(self) -> str:
        return f"{self.user}@{self.host}/{self.folder}"


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail of the mailbox."""

    uid: str
    found: Found


class Box:
    """An open mailbox."""

    def __init__(self, client: imaplib.IMAP4, place: Place) -> None:
        self._client = client
        self._place = place

    def unread(self) -> Iterator[Letter]:
        """What is unread, the oldest first; reading leaves it unread, and takes no more than is looked at."""
        for uid in self._ask("SEARCH", "UNSEEN").split()[:MOST]:
            number = uid.decode("ascii")
            _status, found = self._client.uid("FETCH", number, f"(BODY.PEEK[]<0.{READ}>)")
            raw = next((part[1] for part in found if isinstance(part, tuple)), None)
            if raw is not None:  # somebody else may have removed it meanwhile
                yield Letter(number, Found(f"{self._place} {number}", bytes(raw)))

    def put_away(self, letter: Letter, *, sound: bool) -> None:
        """Mark it as read, once it is kept; what could not be read is flagged as well, for a person to look at."""
        self._ask("STORE", letter.uid, "+FLAGS.SILENT", r"(\Seen)" if sound else r"(\Seen \Flagged)")

    def count(self) -> int:
        """How many are unread."""
        return len(self._ask("SEARCH", "UNSEEN").split())

    def _ask(self, *words: str) -> bytes:
        status, found = self._client.uid(*words)
        if status != "OK":
            raise imaplib.IMAP4.error(f"{words[0]}: {status}")
        return bytes(found[0] or b"") if not isinstance(found[0], tuple) else b""


def parse_place(url: str, *, loopback_only: bool = False) -> Place:
    """Read imaps://user:password@host:port/FOLDER; imap+starttls:// and, on this machine only, imap:// likewise.

    Raises Refusal when it cannot be read, or is not allowed.
    """
    try:
        parts = urlsplit(url)
        security, port = Security(parts.scheme), parts.port
    except ValueError as error:
        raise Refusal("The address of the mailbox is not imaps://, imap+starttls:// or imap://.") from error
    if not parts.hostname or not parts.username:
        raise Refusal("The address of the mailbox names no host, or nobody whose mailbox it is.")
    if loopback_only and not _is_here(parts.hostname):
        raise Refusal("The mailbox on %(host)s is not on this machine; nothing may leave it.", host=parts.hostname)
    if security is Security.NONE and not _is_here(parts.hostname):
        raise Refusal(
            "A password would travel in the clear to %(host)s: use imaps:// or imap+starttls://.", host=parts.hostname
        )
    user, password = unquote(parts.username), unquote(parts.password or "")
    folder = unquote(parts.path.strip("/")) or "INBOX"
    if not (user + password + folder).isascii():  # LOGIN and SELECT take nothing else (RFC 3501, 9)
        raise Refusal("The name, the password and the folder of the mailbox have to be without accents.")
    return Place(parts.hostname, port or _PORTS[security], security, user, password, folder)


@contextmanager
def opened(place: Place) -> Iterator[Box]:
    """The mailbox, as long as the block lasts. Raises Unreachable, also when the connection ends inside the block."""
    try:
        client = _connected(place)
        try:
            client.login(place.user, place.password)
            status, said = client.select(_quoted(place.folder))
            if status != "OK":
                raise imaplib.IMAP4.error(_words(said[0]))
            yield Box(client, place)
        finally:
            client.shutdown()
    except (imaplib.IMAP4.error, OSError) as error:
        reason = str(error) or type(error).__name__
        raise Unreachable("The mailbox %(place)s cannot be read: %(reason)s", place=place, reason=reason) from error


def _connected(place: Place) -> imaplib.IMAP4:
    context = ssl.create_default_context()
    if place.security is Security.TLS:
        return imaplib.IMAP4_SSL(place.host, place.port, ssl_context=context, timeout=PATIENCE)
    client = imaplib.IMAP4(place.host, place.port, timeout=PATIENCE)
    if place.security is Security.STARTTLS:
        try:
            client.starttls(context)
        except BaseException:
            client.shutdown()
            raise
    return client


def _quoted(folder: str) -> str:
    """A name as IMAP takes it; one with accents has to be given in its modified UTF-7."""
    return '"' + re.sub(r'(["\\])', r"\\\1", folder) + '"'


def _words(said: object) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else str(said)


def _is_here(host: str) -> bool:
    try:
        found = {str(ipaddress.ip_address(host))}
    except ValueError:
        try:
            found = {str(info[4][0]) for info in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
        except OSError:
            return False
    return all(ipaddress.ip_address(one.partition("%")[0]).is_loopback for one in found)
