"""The service as whoever runs it sees it: commands, the engine, and what reaches mailboxes."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest

from config import Config
from tests.relay import Received, Relay
from tests.server import PATIENCE, ROOT, environment

T = TypeVar("T")
COMMAND = [sys.executable, "-m", "outreach.cli"]


@dataclass(frozen=True, slots=True)
class Service:
    """An installation, reached by its commands, each in a process of its own."""

    config: Config
    log: Path

    def run(self, *arguments: str | Path, said: str = "") -> dict[str, Any]:
        """What `outreach … --json` reports."""
        done = subprocess.run(
            [*COMMAND, *(str(argument) for argument in arguments), "--json"],
            cwd=ROOT,
            env=self._environment,
            input=said,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    @contextmanager
    def engine(self) -> Iterator[None]:
        """The engine, at work in a process of its own until the block is over; it has to stop cleanly."""
        with self.log.open("wb") as output:
            process = subprocess.Popen(
                [*COMMAND, "clock"],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            status = process.wait(PATIENCE)
        assert status == 0, self.log.read_text()

    @property
    def _environment(self) -> dict[str, str]:
        return {**os.environ, **environment(self.config)}


@dataclass(frozen=True, slots=True)
class Mailboxes:
    """Everybody's mail: what the relay accepted."""

    relay: Relay

    def of(self, address: str) -> list[Received]:
        """What somebody received, in order."""
        return [one for one in list(self.relay.received) if one.recipient == address]

    def read(self, address: str, subject: str) -> Received:
        """The message with these words in its subject, once it has come."""

        def found() -> Received | None:
            return next((one for one in self.of(address) if subject in str(one.message["Subject"])), None)

        return wait_for(found, f"no “{subject}” for {address}")


def wait_for(happens: Callable[[], T | None], otherwise: str) -> T:
    """What comes of it, as soon as there is something."""
    end = time.perf_counter() + PATIENCE
    while time.perf_counter() < end:
        if got := happens():
            return got
        time.sleep(0.05)
    pytest.fail(f"it never happened: {otherwise}")


def link(message: Received, door: str) -> str:
    """The first address in the text of a message that opens this door (`i`, `a`, `k`, `c`, `u`)."""
    found = re.search(rf"http://127\.0\.0\.1:\d+/{door}/\S+", message.part("text/plain"))
    assert found, message.part("text/plain")
    return found[0]
