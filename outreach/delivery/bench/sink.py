"""How fast messages leave: our transfer, and Postfix's own smtp-source, to the same smtp-sink on loopback."""

import contextlib
import os
import resource
import shutil
import socket
import subprocess
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from outreach.delivery.states import Outcome, Phase, Reply
from outreach.delivery.wire.pipeline import Pace, PipelinedMailer
from outreach.delivery.wire.route import parse_route
from outreach.delivery.wire.smtp import Envelope
from outreach.errors import Refusal

_WHERE: Final = "/usr/sbin:/usr/lib/postfix/sbin:/usr/local/sbin:" + os.defpath


@dataclass(frozen=True, slots=True)
class Measure:
    """One run of ours: per second and per message."""

    messages: int
    per_second: float
    cpu_us: float
    peak_mb: float

    def as_dict(self) -> dict[str, float]:
        """For --json."""
        return asdict(self)


@contextlib.contextmanager
def sink() -> Iterator[int]:
    """An smtp-sink on loopback that forgets what it receives; yields its port. Raises Refusal where there is none."""
    program = shutil.which("smtp-sink", path=_WHERE)
    if program is None:
        raise Refusal("smtp-sink is not installed: it comes with Debian's package postfix.")
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    running = subprocess.Popen([program, *user, f"127.0.0.1:{port}", "1000"])  # noqa: S603
    try:
        _wait_for(port)
        yield port
    finally:
        running.terminate()
        running.wait()


def _wait_for(port: int) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.02)
    raise Refusal("smtp-sink did not start.")


def source_rate(port: int, messages: int, octets: int, sessions: int = 10) -> float | None:
    """Messages per second of `smtp-source -d`, or None where it is not installed."""
    program = shutil.which("smtp-source", path=_WHERE)
    if program is None:
        return None
    sizes = ["-s", str(sessions), "-m", str(messages), "-l", str(octets)]
    begun = time.perf_counter()
    subprocess.run(  # noqa: S603
        [program, "-d", *sizes, "-f", "a@bench.test", "-t", "b@bench.test", f"127.0.0.1:{port}"], check=True
    )
    return messages / (time.perf_counter() - begun)


def transfer_rate(port: int, letters: Iterable[Envelope], connections: int) -> Measure:
    """Our transfer alone: no table, every intent allowed at once."""
    book = _Counter()
    mailer = PipelinedMailer(parse_route(f"smtp://127.0.0.1:{port}", loopback_only=True), Pace(connections))
    begun, cpu = time.perf_counter(), time.process_time()
    mailer.deliver(letters, book)
    seconds, spent = time.perf_counter() - begun, time.process_time() - cpu
    mailer.close()
    return Measure(book.sent, book.sent / seconds, spent / max(book.sent, 1) * 1e6, peak_mb())


def peak_mb() -> float:
    """The most memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class _Counter:
    """A book that only counts."""

    def __init__(self) -> None:
        self.sent = 0

    def settle(self, outcomes: Sequence[Outcome], candidates: Sequence[int]) -> Collection[int]:
        for outcome in outcomes:
            accepted = isinstance(outcome.answer, Reply) and outcome.answer.code // 100 == 2
            self.sent += outcome.phase is Phase.DOT and accepted
        return candidates
