"""Postfix's own tools on loopback: its smtp-sink, which forgets what it receives, and its smtp-source."""

import contextlib
import os
import resource
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from typing import Final

from outreach.errors import Refusal

_WHERE: Final = "/usr/sbin:/usr/lib/postfix/sbin:/usr/local/sbin:" + os.defpath


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


def peak_mb() -> float:
    """The most memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
