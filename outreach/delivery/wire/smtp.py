"""One connection to the relay during transfer: commands out, replies in, and for every end the phase it came in.

At most two envelopes are under way: one whose body has been pushed and awaits the reply to its final dot, and behind it
the following one, whose MAIL, RCPT and DATA leave in the same write where the relay knows PIPELINING (RFC 2920). Once
that one is answered 354 it is `ready`, and nothing more happens until its body is pushed or it is abandoned.
"""

import contextlib
import math
import re
import socket
import ssl
from collections import deque
from dataclasses import dataclass
from typing import Final, Literal

from outreach.delivery.states import Answer, Failure, Outcome, Phase, Reply
from outreach.delivery.wire.opening import Opened, Timeouts
from outreach.delivery.wire.replies import Extensions, Garbled, ReplyReader

_WRITABLE: Final = re.compile(r"[^\s<>\x00-\x20\x7f-\x9f]+@[^\s<>\x00-\x20\x7f-\x9f]+")
_NOT_XTEXT: Final = re.compile(r"[^!-*,-<>-~]")
_DOTTED: Final = re.compile(rb"\r\n\.")  # found sooner than by `replace`: hardly any body has one
_LATER: Final = (BlockingIOError, InterruptedError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
_READ: Final = 65_536

# What a reply answers; "empty" is the lone dot owed to a relay that says 354 to an envelope it has refused.
_Step = Phase | Literal["rset", "empty", "quit"]


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message on its way to one recipient. `key` is the caller's; `envid` names it in reports (RFC 3461)."""

    key: int
    sender: str
    recipient: str
    body: bytes
    envid: str = ""


class Connection:
    """An opened connection, used for one envelope after the other. The clock is the caller's."""

    def __init__(self, opened: Opened, timeouts: Timeouts, now: float) -> None:
        self.socket: socket.socket = opened.socket
        self.extensions = opened.extensions
        self.outcomes: list[Outcome] = []
        """How envelopes ended since the caller last took them."""
        self.ready: Envelope | None = None
        self.closed = self.failed = False
        self.carried = 0
        """Bodies pushed so far."""
        self._timeouts = timeouts
        self._reader = ReplyReader()
        self._waiting: deque[tuple[_Step, bytes]] = deque()  # for a relay that takes one command at a time
        self._awaited: deque[_Step] = deque()
        self._unsent = b""
        self._queued = self._left = 0  # octets since the beginning: given to `write`; that may be on their way
        self._body: Envelope | None = None
        self._body_end = 0  # where its final dot ends among those octets
        self._following: Envelope | None = None
        self._behind = False  # it left in one write with a body, before the relay could hang up over that
        self._reset = self._broken = False
        self._since = now

    @property
    def busy(self) -> bool:
        """Something is still to be written or awaited."""
        return not self.closed and bool(self._awaited or self._waiting)

    @property
    def blocked(self) -> bool:
        """The socket has not taken everything yet: call `write` when it can."""
        return bool(self._unsent)

    def refusal(self, envelope: Envelope) -> Failure | None:
        """Why that envelope cannot be given to this relay at all, if so."""
        if not (_WRITABLE.fullmatch(envelope.sender) and _WRITABLE.fullmatch(envelope.recipient)):
            return Failure.MALFORMED
        if not (envelope.sender + envelope.recipient).isascii() and not self.extensions.utf8:
            return Failure.NEEDS_SMTPUTF8
        if self.extensions.largest is not None and len(envelope.body) > self.extensions.largest:
            return Failure.TOO_LARGE
        return None

    def push(self, following: Envelope | None, now: float) -> None:
        """Let the body of the ready envelope leave, if there is one, and the commands of the following."""
        self._since = now
        if self.ready is not None:
            self._body, self.ready = self.ready, None
            octets = stuffed(self._body.body)
            self._waiting.append((Phase.DOT, octets))
            self._body_end = self._queued + len(octets)
            self.carried += 1
        if following is not None:
            if self._reset:
                self._waiting.append(("rset", b"RSET\r\n"))
                self._reset = False
            self._following, self._behind = following, self._body is not None
            self._waiting.extend(envelope_commands(following, self.extensions))
        self.write(now)

    def write(self, now: float) -> None:
        """Write what the socket takes."""
        while self._waiting and (self.extensions.pipelining or not self._awaited):
            step, octets = self._waiting.popleft()
            self._awaited.append(step)
            self._unsent += octets
            self._queued += len(octets)
        if not self._unsent or self.closed:
            return
        if isinstance(self.socket, ssl.SSLSocket):
            self._left = self._queued  # TLS does not say how much of a write that it has not finished is on its way
        try:
            count = self.socket.send(self._unsent)
        except _LATER:
            return
        except OSError:
            self._broken = True  # a reply that came before it broke still counts
            self.read(now)
            return
        self._unsent = self._unsent[count:]
        self._left = max(self._left, self._queued - len(self._unsent))
        self._since = now

    def read(self, now: float) -> None:
        """Read what has arrived and act on every whole reply."""
        try:
            while not self.closed:
                octets = self.socket.recv(_READ)
                if not octets:
                    self.fail(Failure.DISCONNECTED)
                    return
                for reply in self._reader.feed(octets):
                    self._since = now  # a relay that lets its words drip is waited for no longer than a silent one
                    self._answered(reply)
        except _LATER:
            if self._broken:
                self.fail(Failure.DISCONNECTED)
        except Garbled:
            self.fail(Failure.GARBLED)
        except OSError:
            self.fail(Failure.DISCONNECTED)
        if self._waiting and not self._broken:
            self.write(now)

    def _answered(self, reply: Reply) -> None:
        """One reply belongs to the step that waits longest; an uncalled one is a farewell."""
        if self.closed:
            return
        step = self._awaited.popleft() if self._awaited else None
        if step is Phase.DOT and self._body is not None:
            self.outcomes.append(Outcome(self._body.key, Phase.DOT, reply))
            self._body = None
        elif isinstance(step, Phase):
            self._envelope_answered(step, reply)
        if step in (None, "quit") or reply.code == 421:
            self.fail(reply, blame=False)

    def _envelope_answered(self, step: Phase, reply: Reply) -> None:
        if self._following is None:  # refused by an earlier reply; these are the rest of one write
            if reply.code == 354:
                self._waiting.append(("empty", b".\r\n"))
        elif reply.code == 354 if step is Phase.DATA else 200 <= reply.code < 300:
            if step is Phase.DATA:
                self.ready, self._following = self._following, None
        else:
            self.outcomes.append(Outcome(self._following.key, step, reply))
            self._following = None
            self._reset = True
            self._waiting.clear()

    def check(self, now: float, by: float = math.inf) -> None:
        """Give up when patience is at its end, or at that instant if it is sooner."""
        if self.busy and now >= min(self.deadline, by):
            self.fail(Failure.TIMEOUT)

    def hold_back(self) -> None:
        """Let the envelope that has no body on its way yet go untried; a body that is on its way is awaited."""
        if self._body is None and (self.ready or self._following):
            self.fail(Failure.UNTRIED, blame=False)

    @property
    def deadline(self) -> float:
        """When patience ends."""
        after_dot = bool(self._awaited) and self._awaited[0] is Phase.DOT and not self._unsent
        return self._since + (self._timeouts.after_dot if after_dot else self._timeouts.command)

    def fail(self, answer: Answer, *, blame: bool = True) -> None:
        """The connection ends over this: whose reply was awaited ended so, who stood behind was not tried.

        Nor was who left behind a body, where the relay has answered that one and hung up.
        """
        step = self._awaited[0] if self._awaited else None
        unread = self._behind and step is Phase.MAIL and answer is Failure.DISCONNECTED
        self.failed = True
        self.close()
        if self._body is not None:
            phase = Phase.DOT if self._left >= self._body_end else Phase.DATA
            self.outcomes.append(Outcome(self._body.key, phase, answer))
        if self._following is not None:
            if blame and self._body is None and isinstance(step, Phase) and not unread:
                self.outcomes.append(Outcome(self._following.key, step, answer))
            else:
                self.outcomes.append(Outcome(self._following.key, Phase.MAIL, Failure.UNTRIED))
        if self.ready is not None:
            self.outcomes.append(Outcome(self.ready.key, Phase.MAIL, Failure.UNTRIED))
        self._body = self._following = self.ready = None

    def abandon(self) -> None:
        """Drop the ready envelope unreported. After 354 the only way is to hang up before the final dot."""
        self.ready = None
        self.close()

    def leave(self, now: float) -> None:
        """Take leave; the connection is closed once the relay has answered."""
        self._waiting.append(("quit", b"QUIT\r\n"))
        self._since = now
        self.write(now)

    def quit(self, patience: float = 0.0) -> None:
        """Take leave, and wait so many seconds until the relay has; for a connection with nothing under way."""
        if not self.closed:
            with contextlib.suppress(OSError):
                self.socket.send(b"QUIT\r\n")
                self.socket.settimeout(patience)
                while patience and self.socket.recv(_READ):
                    pass
            self.close()

    def close(self) -> None:
        """Close the socket; nothing is reported."""
        self.closed = True
        self.socket.close()


def stuffed(body: bytes) -> bytes:
    """A body as it travels: its leading dots doubled, and the final one (RFC 5321 4.5.2)."""
    octets = body.replace(b"\r\n.", b"\r\n..") if _DOTTED.search(body) else body
    start = b"." if octets.startswith(b".") else b""
    end = b".\r\n" if octets.endswith(b"\r\n") else b"\r\n.\r\n"
    return b"".join((start, octets, end))


def envelope_commands(envelope: Envelope, offered: Extensions) -> tuple[tuple[Phase, bytes], ...]:
    """MAIL, RCPT and DATA with the parameters that this relay knows."""
    mail, rcpt = f"MAIL FROM:<{envelope.sender}>", f"RCPT TO:<{envelope.recipient}>"
    ascii_only = (envelope.sender + envelope.recipient).isascii()
    if offered.largest is not None:
        mail += f" SIZE={len(envelope.body)}"
    if not ascii_only:
        mail += " BODY=8BITMIME SMTPUTF8" if offered.eight_bit else " SMTPUTF8"
    if offered.dsn:
        mail += " RET=HDRS"
        if envelope.envid:
            mail += f" ENVID={_xtext(envelope.envid)}"
        rcpt += " NOTIFY=FAILURE,DELAY"
        if ascii_only:
            rcpt += f" ORCPT=rfc822;{_xtext(envelope.recipient)}"
    return (
        (Phase.MAIL, f"{mail}\r\n".encode()),
        (Phase.RCPT, f"{rcpt}\r\n".encode()),
        (Phase.DATA, b"DATA\r\n"),
    )


def _xtext(text: str) -> str:
    """RFC 3461 section 4."""
    return _NOT_XTEXT.sub(lambda found: "".join(f"+{octet:02X}" for octet in found[0].encode()), text)
