"""Senders in processes of their own, to be killed, frozen and woken."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Final

from config import Config
from tests.server import ROOT

ONCE: Final = ("send", "--due", "--json")
"""Sends what is due, and ends."""
ENGINE: Final = ("clock",)
"""Sends for ever."""
_GLANCE: Final = 0.002
_PATIENCE: Final = 120.0
"""Seconds after which what was waited for never comes."""


class Process:
    """One command of ours at work, its words kept for when it fails; its clock may be `ahead` of the machine's."""

    def __init__(self, config: Config, *arguments: str, ahead: timedelta | None = None) -> None:
        command = ["outreach.cli"] if ahead is None else ["tests.faults.elsewhen", str(ahead.total_seconds())]
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        self._process = subprocess.Popen(
            [sys.executable, "-m", *command, *arguments],
            cwd=ROOT,
            env=replace(config, log_format="console").environment(),
            stdin=subprocess.DEVNULL,
            stdout=self._said,
            stderr=self._said,
        )

    @property
    def number(self) -> int:
        """What the system knows it by."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """True until it has ended, however."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End it without a chance to do anything about it."""
        self._process.kill()
        self._process.wait()

    def freeze(self) -> None:
        """Stop it between two instructions."""
        self._process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        """Let it go on where it was."""
        self._process.send_signal(signal.SIGCONT)

    def finish(self) -> str:
        """Wait for its end, which must be a good one; what it said."""
        status = self._process.wait()
        assert status == 0, self.said()
        return self.said()

    def leave(self) -> None:
        """Ask it to end, and wait."""
        self._process.terminate()
        self._process.wait()

    def said(self) -> str:
        """Everything it wrote so far."""
        size = os.fstat(self._said.fileno()).st_size
        return os.pread(self._said.fileno(), size, 0).decode(errors="replace")

    def close(self) -> None:
        """Leave nothing behind."""
        if self.is_alive:
            self.kill()
        self._said.close()


@contextmanager
def started(config: Config, *arguments: str, ahead: timedelta | None = None) -> Iterator[Process]:
    """One process for as long as the block lasts."""
    process = Process(config, *arguments, ahead=ahead)
    try:
        yield process
    finally:
        process.close()


@contextmanager
def several(config: Config, number: int, *arguments: str) -> Iterator[list[Process]]:
    """So many at once."""
    made = [Process(config, *arguments) for _ in range(number)]
    try:
        yield made
    finally:
        for process in made:
            process.close()


def until(happens: Callable[[], object], *workers: Process) -> None:
    """Wait for it, or for the end of all these processes."""
    end = time.monotonic() + _PATIENCE
    while not happens() and (not workers or any(worker.is_alive for worker in workers)):
        time.sleep(_GLANCE)
        assert time.monotonic() < end, "\n".join(["it never happened", *(worker.said()[-3000:] for worker in workers)])
