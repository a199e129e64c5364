"""Where the relay is: its URL read and checked, and the guard that keeps trials on this machine."""

import ipaddress
import socket
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from urllib.parse import unquote, urlsplit

from outreach.errors import Refusal


class Security(StrEnum):
    """How the way to the relay is protected."""

    NONE = "smtp"
    STARTTLS = "smtp+starttls"
    TLS = "smtps"


_PORTS: Final = {Security.NONE: 25, Security.STARTTLS: 587, Security.TLS: 465}


class NotLoopback(Refusal):
    """A relay that is not on this machine, where only this machine is allowed."""


@dataclass(frozen=True, slots=True)
class Route:
    """The relay of an installation. A password never shows in the representation."""

    host: str
    port: int
    security: Security = Security.NONE
    user: str = ""
    password: str = field(default="", repr=False)
    loopback_only: bool = False

    def addresses(self) -> list[tuple[str, int]]:
        """Where to connect, in order. Raises NotLoopback where that is forbidden, OSError when the name is unknown."""
        targets = [(host, self.port) for host in _resolved(self.host)]
        for host, _ in targets:
            away = not ipaddress.ip_address(host.partition("%")[0]).is_loopback
            if away and self.loopback_only:
                raise NotLoopback("The relay %(host)s is not on this machine; nothing may leave it.", host=self.host)
            if away and self.user and self.security is Security.NONE:
                raise Refusal(
                    "A password would travel in the clear to %(host)s: use smtps:// or smtp+starttls://.",
                    host=self.host,
                )
        return targets


def _resolved(host: str) -> list[str]:
    try:
        return [str(ipaddress.ip_address(host))]  # asks nobody
    except ValueError:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        return list(dict.fromkeys(str(info[4][0]) for info in found))


def parse_route(url: str, *, loopback_only: bool = False) -> Route:
    """Read smtp://host:port, smtp+starttls://user:password@host:587 or smtps://user:password@host."""
    parts = urlsplit(url)
    try:
        security, port = Security(parts.scheme), parts.port
    except ValueError as error:
        raise Refusal("The address of the relay is not smtp://, smtp+starttls:// or smtps://.") from error
    if not parts.hostname or parts.path.strip("/"):
        raise Refusal("The address of the relay names no host, or more than a host.")
    return Route(
        host=parts.hostname,
        port=port or _PORTS[security],
        security=security,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        loopback_only=loopback_only,
    )
