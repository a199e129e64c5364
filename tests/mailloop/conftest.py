"""The loop: a signing relay, its mailboxes, and the service that sends through them; all of it on loopback."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from config import Config
from outreach.campaigns.models import Campaign
from outreach.database import db, now, transaction
from outreach.delivery import launching
from outreach.delivery.models import Message
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState
from tests import people
from tests.mailloop import recipients
from tests.mailloop.dovecot import Dovecot, dovecot
from tests.mailloop.postfix import Postfix, postfix
from tests.mailloop.recipients import Fate, addresses
from tests.mailloop.servers import eventually, private_folder, why_not
from tests.mailloop.signing import Signer, signer
from tests.server import free_port

REPORTS = len(addresses(Fate.NOBODY, Fate.PASSED_ON, Fate.FULL, Fate.SLOW, Fate.AWAY))
"""How many of the messages have a report, or a machine's answer, come back."""
FIGURES = pytest.StashKey[list[str]]()


@dataclass(frozen=True, slots=True)
class Loop:
    """Everything that runs."""

    folder: Path
    relay: Postfix
    boxes: Dovecot
    signer: Signer

    def returns(self, number: int) -> list[bytes]:
        """What lies in the mailbox of the reports, once that many are there."""
        box = recipients.RETURN_BOX
        eventually(lambda: len(self.boxes.received(box)) >= number, "reports are missing", self.relay.log)
        found = self.boxes.received(box)
        assert len(found) == number
        return found


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


@pytest.fixture
def sent(loop: Loop) -> Loop:
    """The campaign has left, everything has come back that will, and what was late has arrived."""
    with transaction():
        number = recipients.campaign().id
    with transaction() as session:
        campaign = session.get_one(Campaign, number)
        launching.approve(campaign, people.member().id, now())
        launching.launch(campaign, now())
    with sender() as post:
        assert post.send_due() == len(addresses())
    loop.returns(REPORTS)
    loop.relay.hurry()
    eventually(lambda: loop.relay.waiting() == REPORTS, "the relay keeps messages back", loop.relay.log)
    loop.returns(REPORTS)
    return loop


def states() -> Counter[MessageState]:
    """How many messages are in each state."""
    found = Counter(db.session.scalars(select(Message.state)))
    db.session.rollback()
    return found
