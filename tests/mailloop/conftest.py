"""The loop: a signing relay, its mailboxes, and the service that sends through them; all of it on loopback."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask

from config import Config
from tests.mailloop import recipients
from tests.mailloop.dovecot import Dovecot, dovecot
from tests.mailloop.postfix import Postfix, postfix
from tests.mailloop.servers import private_folder, why_not
from tests.mailloop.signing import Signer, signer
from tests.server import free_port

FIGURES = pytest.StashKey[list[str]]()


@dataclass(frozen=True, slots=True)
class Loop:
    """Everything that runs."""

    folder: Path
    relay: Postfix
    boxes: Dovecot
    signer: Signer


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print what the tests have counted."""
    if lines := config.stash.get(FIGURES, []):
        terminalreporter.section("mail loop")
        for line in lines:
            terminalreporter.write_line(line)


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> list[str]:
    """Lines to print at the end."""
    return request.config.stash.setdefault(FIGURES, [])


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where the servers keep everything; without them the test is skipped, and says why."""
    if reason := why_not():
        pytest.skip(reason)
    with private_folder() as path:
        yield path


@pytest.fixture
def config(config: Config) -> Config:
    """The settings, with the loop as relay."""
    return replace(config, smtp_url=f"smtp://127.0.0.1:{free_port()}", bounce_domain=recipients.RETURNS)


@pytest.fixture
def loop(app: Flask, config: Config, folder: Path) -> Iterator[Loop]:
    """The running servers."""
    port = int(config.smtp_url.rpartition(":")[2])
    with ExitStack() as stack:
        milter = stack.enter_context(signer(folder))
        boxes = stack.enter_context(dovecot(folder, free_port(), port, recipients.mailboxes()))
        relay = stack.enter_context(postfix(folder, port, milter.socket, boxes.lmtp, recipients.plan()))
        yield Loop(folder, relay, boxes, milter)
