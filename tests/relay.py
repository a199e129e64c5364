"""A scripted SMTP relay on loopback: records every message it accepts and misbehaves when told to.

The `relay` fixture is one running relay for one test:

    relay.url                   "smtp://127.0.0.1:PORT", to give to whoever sends
    relay.received              every accepted message, in order: Received(sender, recipient, raw, ...) with .message
    relay.recipients            the recipients alone, in order
    relay.say("rcpt", "550 5.1.1 Unknown", to="ada@association.test")       refuse one recipient
    relay.say("dot", "451 4.3.0 Later", to=..., times=1)                    refuse the body once, then accept
    relay.say("dot", None, to=...)                                          read the body, hang up without answering
    relay.say("dot", "250 2.0.0 Ok", to=..., then="reset")                  accept it, then reset the connection
    relay.say("dot", "250 Ok", to=..., then="stall")                        never answer again, nor hang up
    relay.say("dot", "250 2.0.0 Ok", to=..., then="lose")                   accept it, hang up without saying so
    relay.say("mail", "421 4.3.2 Enough", nth=100, then="close")            the hundredth envelope of a connection
    relay.script = lambda step, to, count: Fault("rcpt", "450 Later") if ... else None      decide step by step

Accepted means that the body was answered with 2xx; a body read and answered otherwise, or not at all, is in
`relay.dropped`.
"""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator

import pytest

from tests.dialogue import Fault, HangUp, Received, Session, Step, Then

__all__ = ["Fault", "Received", "Relay", "Script", "relay"]

Script = Callable[[Step, str | None, int], Fault | None]
"""Decides at a step, for one recipient (or sender), the nth of its connection; called by one thread at a time."""


class Relay:
    """Listens on 127.0.0.1 from the start; `stop()` ends it. Every setting may be changed while it runs."""

    def __init__(self, *, port: int = 0) -> None:
        self.extensions = ["PIPELINING", "SIZE 10485760", "8BITMIME", "SMTPUTF8", "DSN", "ENHANCEDSTATUSCODES"]
        self.users: dict[str, str] = {}
        self.auth_mechanisms = "PLAIN LOGIN"
        self.tls: ssl.SSLContext | None = None
        self.implicit_tls = False
        self.delay = 0.0
        self.limit: int | None = None
        self.lenient = False  # says 354 even when it has refused every recipient
        self.received: list[Received] = []
        self.dropped: list[Received] = []
        self.commands: list[str] = []
        self.script: Script | None = None
        self.violations: list[str] = []
        self.connections = 0
        self.open = 0
        self.peak = 0
        self._faults: list[Fault] = []
        self._present: set[int] = set()
        self.lock = threading.Lock()
        self._sockets: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", port), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it listens, without TLS or name."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def recipients(self) -> list[str]:
        """Who received something, in order of arrival."""
        return [message.recipient for message in list(self.received)]

    def say(
        self,
        step: Step,
        reply: str | None,
        *,
        to: str | None = None,
        times: int | None = None,
        nth: int | None = None,
        then: Then | None = None,
    ) -> None:
        """Answer so at a step (None: hang up in silence): to one recipient, so many times, the nth of a connection."""
        with self.lock:
            self._faults.append(Fault(step, reply, to, times, nth, then))

    def behave(self) -> None:
        """Forget every fault."""
        with self.lock:
            self._faults.clear()
            self.script = None

    def without(self, *names: str) -> None:
        """Stop offering extensions, such as "PIPELINING"."""
        self.extensions = [line for line in self.extensions if line.split()[0] not in names]

    def clear(self) -> None:
        """Forget what was received."""
        with self.lock:
            self.received, self.dropped, self.commands = [], [], []

    def hang_up(self) -> None:
        """Close every open connection, as a relay that restarts does."""
        with self.lock:
            for connection in list(self._sockets):
                _shut(connection)

    def stop(self) -> None:
        """Stop listening and close everything."""
        _shut(self._listener)
        self._listener.close()
        self.hang_up()
        self._thread.join(5)

    def fault(self, step: Step, to: str | None, count: int) -> Fault | None:
        """The fault that applies here, used up by one."""
        with self.lock:
            for fault in self._faults:
                if fault.step != step or fault.times == 0:
                    continue
                if fault.to not in (None, to) or fault.nth not in (None, count):
                    continue
                if fault.times is not None:
                    fault.times -= 1
                return fault
            return self.script(step, to, count) if self.script else None

    def count_out(self, number: int) -> None:
        """This connection counts as open no more, before its end is told: who hears of it may open another at once."""
        with self.lock:
            if number in self._present:
                self._present.discard(number)
                self.open -= 1

    def record(self, message: Received, *, accepted: bool) -> None:
        """Remember one message."""
        with self.lock:
            (self.received if accepted else self.dropped).append(message)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with self.lock:
            self.connections += 1
            self.open += 1
            self.peak = max(self.peak, self.open)
            number = self.connections
            self._present.add(number)
            self._sockets.add(connection)
        session = Session(self, connection, number)
        try:
            session.run()
        except (HangUp, OSError):
            pass
        finally:
            with self.lock:
                self._sockets.discard(connection)
            self.count_out(number)
            session.connection.close()


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


@pytest.fixture
def relay() -> Iterator[Relay]:
    """A relay that behaves, until told otherwise."""
    running = Relay()
    yield running
    running.stop()
