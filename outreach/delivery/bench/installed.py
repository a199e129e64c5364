"""An installation of its own for measuring: commands of ours in processes, with settings that touch nobody else's."""

import contextlib
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from outreach.errors import Refusal

PATIENCE: Final = 60.0
"""Seconds after which processes that have not started never will."""
_GLANCE: Final = 0.05


def command_line(folder: str, relay: int, connections: int, database_url: str, **more: object) -> list[str]:
    """The command line of `outreach` with settings of its own: the same keys as in `house`."""
    values: dict[str, Any] = {
        "SECRET_KEYS": "a key",
        "SUPPRESSION_KEY": "another key",
        "BASE_URL": "https://invitations.bench.example",
        "MAIL_FROM": "congres@bench.example",
        "BOUNCE_DOMAIN": "retours.bench.example",
        "SMTP_URL": f"smtp://127.0.0.1:{relay}",
        "LOOPBACK_ONLY": 1,
        "DATABASE_URL": database_url,
        "DATA_DIR": folder,
        "CONNECTIONS": connections,
        "MESSAGES_PER_CONNECTION": 1_000_000,
        **{name.upper(): value for name, value in more.items()},
    }
    spoken = [f"OUTREACH_{name}={value}" for name, value in values.items()]
    return [shutil.which("env") or "env", *spoken, sys.executable, "-m", "outreach.cli"]


def run(command: Sequence[str]) -> None:
    """One command of ours, to its end."""
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - ours


@contextlib.contextmanager
def started(command: Sequence[str]) -> Iterator[None]:
    """A process of ours for as long as the block lasts."""
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - ours
    try:
        yield
    finally:
        running.terminate()
        running.wait()


def wait(happens: Callable[[], bool], patience: float | None = PATIENCE) -> None:
    """Until it does. Raises Refusal after so many seconds; None: never."""
    end = time.monotonic() + patience if patience else None
    while not happens():
        if end and time.monotonic() > end:
            raise Refusal("What is to be measured does not start.")
        time.sleep(_GLANCE)
