"""One connection of the scripted relay: commands in, replies or faults out."""

import base64
import re
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tests.relay import Relay

Step = Literal["connect", "ehlo", "mail", "rcpt", "data", "dot", "rset", "auth"]
Then = Literal["close", "reset", "stall", "lose"]


@dataclass(frozen=True)
class Received:
    """One message as it arrived: envelope with its parameters, and the very bytes, dots undone."""

    sender: str
    recipient: str
    raw: bytes
    mail_parameters: str = ""
    rcpt_parameters: str = ""
    connection: int = 0
    at: float = field(default_factory=time.monotonic, compare=False)
    """When it was answered, or dropped."""

    @cached_property
    def message_id(self) -> str:
        """Its Message-ID, without reading the rest."""
        found = re.search(rb"^Message-ID:\s*(<[^>]+>)", self.raw, re.IGNORECASE | re.MULTILINE)
        return found[1].decode() if found else ""

    @cached_property
    def message(self) -> EmailMessage:
        """The message as Python's own parser reads it."""
        return message_from_bytes(self.raw, policy=policy.default)

    def part(self, kind: str) -> str:
        """The decoded text of the first part of one type, such as "text/html"."""
        for part in self.message.walk():
            if part.get_content_type() == kind:
                return str(part.get_content())
        raise LookupError(kind)


@dataclass
class Fault:
    """What is answered at a step instead of the usual."""

    step: Step
    reply: str | None
    to: str | None = None
    times: int | None = None
    nth: int | None = None
    then: Then | None = None


@dataclass
class _Envelope:
    sender: str | None = None
    mail_parameters: str = ""
    recipients: list[tuple[str, str]] = field(default_factory=list)


class HangUp(Exception):  # noqa: N818
    """The server ends this connection now."""


class Session:
    """One connection: commands in, replies out; replies leave together once all the pipelined input is read."""

    def __init__(self, relay: "Relay", connection: socket.socket, number: int) -> None:
        self.relay = relay
        self.connection = connection
        self.number = number
        self.incoming = b""
        self.outgoing = b""
        self.secure = False
        self.known = False
        self.envelope = _Envelope()
        self.counts: dict[Step, int] = {}

    def run(self) -> None:
        if self.relay.implicit_tls:
            self._wrap()
        too_many = self.relay.limit is not None and self.relay.open > self.relay.limit
        if too_many:
            self.reply("421 4.7.0 Too many connections")
            self.relay.count_out(self.number)
            self._flush()
            return
        self.answer("connect", None, "220 relay.test ESMTP")
        while True:
            line = self._line()
            with self.relay.lock:
                self.relay.commands.append(line)
            self._obey(line)

    def _obey(self, line: str) -> None:
        verb, _, rest = line.partition(" ")
        verbs: dict[str, Callable[[str], None]] = {
            "EHLO": self._ehlo,
            "STARTTLS": self._starttls,
            "AUTH": self._auth,
            "MAIL": self._mail,
            "RCPT": self._rcpt,
            "DATA": self._data,
            "RSET": self._rset,
            "QUIT": self._quit,
        }
        verbs.get(verb.upper(), self._unknown)(rest)

    def _unknown(self, _rest: str) -> None:
        self.reply("502 5.5.2 Unknown command")

    def _quit(self, _rest: str) -> None:
        self.reply("221 2.0.0 Bye")
        self.relay.count_out(self.number)
        self._flush()
        raise HangUp

    def _rset(self, _rest: str) -> None:
        self.envelope = _Envelope()
        self.answer("rset", None, "250 2.0.0 Ok")

    def _starttls(self, _rest: str) -> None:
        if self.relay.tls is None or self.secure:
            self._unknown("")
            return
        self.reply("220 2.0.0 Go ahead")
        self._flush()
        self._wrap()

    def _ehlo(self, _rest: str) -> None:
        lines = ["relay.test", *self.relay.extensions]
        if self.relay.tls and not self.secure:
            lines.append("STARTTLS")
        if self.relay.users and (self.secure or not self.relay.tls):
            lines.append(f"AUTH {self.relay.auth_mechanisms}")
        text = "\r\n".join([*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}"])
        self.envelope = _Envelope()
        self.answer("ehlo", None, text)

    def _auth(self, rest: str) -> None:
        mechanism, _, initial = rest.partition(" ")
        if mechanism.upper() == "PLAIN":
            _, user, password = _decoded(initial or self._ask("")).split("\0")
        else:
            user = _decoded(initial or self._ask("VXNlcm5hbWU6"))
            password = _decoded(self._ask("UGFzc3dvcmQ6"))
        self.known = self.relay.users.get(user) == password
        self.answer("auth", None, "235 2.7.0 Ok" if self.known else "535 5.7.8 Bad credentials")

    def _ask(self, challenge: str) -> str:
        self.reply(f"334 {challenge}")
        return self._line()

    def _mail(self, rest: str) -> None:
        found = re.match(r"FROM:<([^>]*)>\s*(.*)", rest, re.IGNORECASE)
        if not found:
            self.reply("501 5.1.7 Bad sender")
        elif self.relay.users and not self.known:
            self.reply("530 5.7.0 Authentication required")
        elif not _ascii(rest) and "SMTPUTF8" not in rest:
            self.reply("553 5.6.7 SMTPUTF8 needed")
        elif self.answer("mail", found[1], "250 2.1.0 Ok"):
            self.envelope = _Envelope(found[1], found[2])

    def _rcpt(self, rest: str) -> None:
        found = re.match(r"TO:<([^>]*)>\s*(.*)", rest, re.IGNORECASE)
        if self.envelope.sender is None:
            self.reply("503 5.5.1 MAIL first")
        elif not found or (not _ascii(rest) and "SMTPUTF8" not in self.envelope.mail_parameters):
            self.reply("501 5.1.3 Bad recipient")
        elif self.answer("rcpt", found[1], "250 2.1.5 Ok"):
            self.envelope.recipients.append((found[1], found[2]))

    def _data(self, _rest: str) -> None:
        if not self.envelope.recipients and not self.relay.lenient:
            self.reply("554 5.5.1 No valid recipients")
            return
        first = self.envelope.recipients[0][0] if self.envelope.recipients else None
        if not self.answer("data", first, "354 Go on"):
            return
        raw = self._body()
        if not self.envelope.recipients:
            self.reply("554 5.5.1 No valid recipients")
            return
        messages = [
            Received(self.envelope.sender or "", recipient, raw, self.envelope.mail_parameters, parameters, self.number)
            for recipient, parameters in self.envelope.recipients
        ]
        to = messages[0].recipient
        self.envelope = _Envelope()
        fault = self._fault("dot", to)
        line = "250 2.0.0 Ok: queued" if fault is None else fault.reply
        for message in messages:
            self.relay.record(message, accepted=line is not None and line.startswith("2"))
        self._say(line, fault)

    def _fault(self, step: Step, to: str | None) -> Fault | None:
        self.counts[step] = self.counts.get(step, 0) + 1
        return self.relay.fault(step, to, self.counts[step])

    def answer(self, step: Step, to: str | None, usual: str) -> bool:
        """Reply at a step, as usual or as told; was it a yes (2xx or 3xx)?"""
        fault = self._fault(step, to)
        return self._say(usual if fault is None else fault.reply, fault)

    def _say(self, line: str | None, fault: Fault | None) -> bool:
        if self.relay.delay:
            time.sleep(self.relay.delay)
        if line is None:
            self._flush()
            raise HangUp
        if fault is not None and fault.then == "stall":
            self._flush()
            while self.connection.recv(262144):
                pass
            raise HangUp
        if fault is not None and fault.then == "lose":
            self._flush()
            raise HangUp
        self.reply(line)
        if fault is not None and fault.then:
            self.relay.count_out(self.number)
            self._flush()
            self._end(fault.then)
        return line[0] in "23"

    def _end(self, then: Then) -> None:
        """Close, having read what was still coming (unread input would turn it into a reset); or reset on purpose."""
        if then == "close":
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(2)
            while self.connection.recv(262144):
                pass
        else:
            time.sleep(0.05)  # a reset would also destroy the reply, were it not read by now
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise HangUp

    def reply(self, line: str) -> None:
        """Queue one reply."""
        self.outgoing += line.encode() + b"\r\n"

    def _flush(self) -> None:
        if self.outgoing:
            self.connection.sendall(self.outgoing)
            self.outgoing = b""

    def _line(self) -> str:
        if self.incoming and not any(line == "PIPELINING" for line in self.relay.extensions):
            self.relay.violations.append(self.incoming[:80].decode("latin-1"))
        while (end := self.incoming.find(b"\r\n")) < 0:
            self._read()
        line, self.incoming = self.incoming[:end], self.incoming[end + 2 :]
        return line.decode("utf-8", "surrogateescape")

    def _body(self) -> bytes:
        if self.incoming and "PIPELINING" not in self.relay.extensions:
            self.relay.violations.append("body before 354")
        chunk = b"\r\n" + self.incoming
        while (end := chunk.find(b"\r\n.\r\n")) < 0:
            self.incoming = b""
            self._read()
            chunk += self.incoming
        self.incoming = chunk[end + 5 :]
        return chunk[: end + 2].replace(b"\r\n..", b"\r\n.")[2:]

    def _read(self) -> None:
        self._flush()
        more = self.connection.recv(262144)
        if not more:
            raise HangUp
        self.incoming += more

    def _wrap(self) -> None:
        assert self.relay.tls is not None
        self.connection = self.relay.tls.wrap_socket(self.connection, server_side=True)
        self.secure = True
        self.incoming = b""


def _decoded(text: str) -> str:
    return base64.b64decode(text).decode()


def _ascii(text: str) -> bool:
    return text.isascii()
