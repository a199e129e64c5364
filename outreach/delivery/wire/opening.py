"""The opening of a connection: greeting, EHLO, TLS, sign-in. It may block, so it runs beside the rounds."""

import base64
import contextlib
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from outreach.delivery.states import Answer, Failure, Phase, Reply
from outreach.delivery.wire.replies import Extensions, Garbled, ReplyReader, read_extensions
from outreach.delivery.wire.route import Route, Security

_AT_ONCE: Final = 0.001
"""Seconds to wait for a relay with which patience has ended; none would mean not to wait at all."""


class Unavailable(Exception):  # noqa: N818 - the relay's state, not a fault of the program
    """The relay could not be reached, or declined us before any message was named."""

    def __init__(self, phase: Phase, answer: Answer) -> None:
        super().__init__(f"{phase}: {answer}")
        self.phase = phase
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: for the connection, for one command, and for the reply to a whole message (RFC 5321 4.5.3.2).

    `leaving`: for the replies to what is on the wire once we were asked to end.
    """

    connect: float = 30.0
    command: float = 60.0
    after_dot: float = 600.0
    leaving: float = 90.0


@dataclass(frozen=True, slots=True)
class Opened:
    """A connection ready for messages, its socket non-blocking."""

    socket: socket.socket
    extensions: Extensions


def open_connection(route: Route, timeouts: Timeouts, context: ssl.SSLContext, helo: str) -> Opened:
    """Connect, protect, sign in. Raises Unavailable with the phase, Refusal when the route is not allowed."""
    with _blamed(Phase.CONNECT):
        connection = _connected(route, timeouts)
    opening = _Opening(connection, route, context, helo, timeouts.command)
    try:
        extensions = opening.run()
        opening.socket.setblocking(False)
    except BaseException:
        opening.socket.close()
        raise
    return Opened(opening.socket, extensions)


def _connected(route: Route, timeouts: Timeouts) -> socket.socket:
    last: OSError | None = None
    for address in route.addresses():
        try:
            connection = socket.create_connection(address, timeout=timeouts.connect)
        except OSError as error:
            last = error
        else:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connection
    raise last or OSError


@contextlib.contextmanager
def _blamed(phase: Phase) -> Iterator[None]:
    """Turns what sockets raise into what happened, and in which phase."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise Unavailable(phase, Failure.CERTIFICATE) from error
    except TimeoutError as error:
        raise Unavailable(phase, Failure.TIMEOUT) from error
    except Garbled as error:
        raise Unavailable(phase, Failure.GARBLED) from error
    except OSError as error:
        raise Unavailable(phase, Failure.DISCONNECTED) from error


class _Opening:
    """The dialogue up to the first MAIL, one command at a time."""

    def __init__(
        self, connection: socket.socket, route: Route, context: ssl.SSLContext, helo: str, patience: float
    ) -> None:
        self.socket = connection
        self._route = route
        self._context = context
        self._helo = helo
        self._patience = patience
        self._reader = ReplyReader()
        self._replies: list[Reply] = []

    def run(self) -> Extensions:
        """What the relay offers once it knows us."""
        if self._route.security is Security.TLS:
            self._protect()
        with _blamed(Phase.CONNECT):
            self._expect(Phase.CONNECT, self._read(), 220)
            extensions = self._greet()
        if self._route.security is Security.STARTTLS:
            extensions = self._start_tls(extensions)
        if self._route.user:
            with _blamed(Phase.AUTH):
                self._sign_in(extensions)
        return extensions

    def _greet(self) -> Extensions:
        reply = self._ask(f"EHLO {self._helo}")
        if reply.code in {500, 502, 504}:
            self._expect(Phase.CONNECT, self._ask(f"HELO {self._helo}"), 250)
            return Extensions()
        self._expect(Phase.CONNECT, reply, 250)
        return read_extensions(reply)

    def _start_tls(self, extensions: Extensions) -> Extensions:
        if not extensions.starttls:
            raise Unavailable(Phase.TLS, Failure.NO_TLS)
        with _blamed(Phase.TLS):
            self._expect(Phase.TLS, self._ask("STARTTLS"), 220)
            if self._replies or not self._reader.empty:
                raise Garbled  # words in the clear after the answer would count as protected
        self._protect()
        with _blamed(Phase.TLS):
            return self._greet()

    def _protect(self) -> None:
        self.socket.settimeout(self._patience)
        with _blamed(Phase.TLS):
            self.socket = self._context.wrap_socket(self.socket, server_hostname=self._route.host)

    def _sign_in(self, extensions: Extensions) -> None:
        user, password = self._route.user, self._route.password
        if "PLAIN" in extensions.mechanisms:
            reply = self._ask(f"AUTH PLAIN {_base64(f'{chr(0)}{user}{chr(0)}{password}')}")
        elif "LOGIN" in extensions.mechanisms:
            self._expect(Phase.AUTH, self._ask("AUTH LOGIN"), 334)
            self._expect(Phase.AUTH, self._ask(_base64(user)), 334)
            reply = self._ask(_base64(password))
        else:
            raise Unavailable(Phase.AUTH, Failure.NO_AUTH)
        self._expect(Phase.AUTH, reply, 235)

    def _ask(self, command: str) -> Reply:
        self.socket.settimeout(self._patience)
        self.socket.sendall(f"{command}\r\n".encode())
        return self._read()

    def _read(self) -> Reply:
        """The next reply, whole within our patience, however its words drip."""
        end = time.monotonic() + self._patience
        while not self._replies:
            self.socket.settimeout(max(end - time.monotonic(), _AT_ONCE))
            octets = self.socket.recv(65_536)
            if not octets:
                raise ConnectionResetError
            self._replies += self._reader.feed(octets)
        return self._replies.pop(0)

    @staticmethod
    def _expect(phase: Phase, reply: Reply, code: int) -> None:
        if reply.code != code:
            raise Unavailable(phase, reply)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
