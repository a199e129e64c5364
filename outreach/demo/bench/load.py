"""Sends requests over connections that stay open, in a process of its own; a task comes in as JSON, figures go out.

Nothing but sockets: whatever asks costs the machine less than whatever answers.
"""

import json
import selectors
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from outreach.errors import Refusal

_ROOM: Final = 262_144
_END: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length:"
_SILENCE: Final = 20.0
"""Seconds without any reply after which none will come."""


@dataclass(frozen=True, slots=True)
class Task:
    """What to send to a port of loopback: requests by turns for so many seconds, or each once at a steady rate."""

    port: int
    requests: Sequence[str]
    connections: int
    seconds: float = 0.0
    per_second: float = 0.0
    """Requests a second, whatever the replies take; 0: the next one as soon as a reply is there."""
    status: int = 200
    """Any other is an error."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What came back. Milliseconds count from when a request was due."""

    replies: int
    errors: int
    seconds: float
    p50_ms: float
    p99_ms: float
    slowest_ms: float
    octets: int
    """Of the largest reply, with its headers."""

    @property
    def per_second(self) -> float:
        """Replies."""
        return self.replies / self.seconds


def load(task: Task) -> Figures:
    """Do it in a process of its own."""
    command = [sys.executable, "-m", __name__]
    told = json.dumps(asdict(task))
    done = subprocess.run(command, input=told, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    if done.returncode:
        raise Refusal("The web server does not answer as it should.")
    return Figures(**json.loads(done.stdout))


class _Line:
    """One connection: what it asked for, and what has come so far."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.due = 0.0
        self._come = bytearray()
        self._wanted = 0

    def ask(self, request: bytes, due: float) -> None:
        """Send one; the reply before has come."""
        self.due = due
        self._come.clear()
        self._wanted = 0
        self.socket.sendall(request)

    def reply(self) -> tuple[int, int] | None:
        """Status and octets once all of it has come; status 0 when the server hangs up."""
        read = self.socket.recv(_ROOM)
        if not read:
            return 0, len(self._come)
        self._come += read
        if not self._wanted and (end := self._come.find(_END)) >= 0:
            head = bytes(self._come[:end]).lower()
            at = head.find(_LENGTH)
            body = int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            self._wanted = end + len(_END) + body
        if self._wanted and len(self._come) >= self._wanted:
            return int(self._come[9:12]), len(self._come)
        return None


class _Run:
    """A task being done."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._requests = [request.encode("latin-1") for request in task.requests]
        self._took: list[float] = []
        self._errors = self._octets = self._sent = 0

    def do(self) -> Figures:
        """To its end."""
        lines = [_Line(self._task.port) for _number in range(self._task.connections)]
        begun = time.perf_counter()
        with selectors.DefaultSelector() as waiting:
            for line in lines:
                waiting.register(line.socket, selectors.EVENT_READ, line)
            self._turn(waiting, lines, begun)
        return self._figures(time.perf_counter() - begun)

    def _turn(self, waiting: selectors.BaseSelector, lines: Sequence[_Line], begun: float) -> None:
        idle, asking = deque(lines), 0
        while True:
            asking += self._ask(idle, begun)
            if not asking and self._is_over(begun):
                return
            ready = waiting.select(_SILENCE if not self._task.per_second else 0.001)
            for key, _events in ready:
                line: _Line = key.data
                if (came := line.reply()) is None:
                    continue
                self._note(line, *came)
                asking -= 1
                idle.append(line)
            if not ready and not self._task.per_second:
                raise TimeoutError

    def _ask(self, idle: deque[_Line], begun: float) -> int:
        """Send what is due over the connections that are free; how many."""
        asked, rate = 0, self._task.per_second
        while idle and not self._is_over(begun):
            at = time.perf_counter()
            due = begun + self._sent / rate if rate else at
            if due > at:
                break
            idle.popleft().ask(self._requests[self._sent % len(self._requests)], due)
            self._sent += 1
            asked += 1
        return asked

    def _is_over(self, begun: float) -> bool:
        if self._task.per_second:
            return self._sent >= len(self._requests)
        return time.perf_counter() - begun >= self._task.seconds

    def _note(self, line: _Line, status: int, octets: int) -> None:
        if not status:
            raise ConnectionError
        self._took.append((time.perf_counter() - line.due) * 1000)
        self._errors += status != self._task.status
        self._octets = max(self._octets, octets)

    def _figures(self, seconds: float) -> Figures:
        took = sorted(self._took) or [0.0]
        half, most = took[len(took) // 2], took[min(len(took) - 1, int(len(took) * 0.99))]
        return Figures(len(self._took), self._errors, seconds, half, most, took[-1], self._octets)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(_Run(Task(**json.load(sys.stdin))).do())))
