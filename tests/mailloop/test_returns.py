"""What comes back of two hundred messages, by IMAP and through a pipe: every message ends as its mailbox did."""

import imaplib
import json
from collections import Counter
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import select

from outreach.campaigns.models import Campaign, CampaignState
from outreach.contacts.models import Suppression, SuppressionReason
from outreach.database import db
from outreach.delivery import figures as kept
from outreach.delivery.models import Message
from outreach.delivery.returns.commands import LATER
from outreach.delivery.returns.models import ReturnedReport
from outreach.delivery.states import MessageState
from tests.conftest import Runner
from tests.mailloop import strangers
from tests.mailloop.conftest import REPORTS, Loop, states
from tests.mailloop.dovecot import PASSWORD
from tests.mailloop.recipients import RETURN_BOX, Fate, addresses
from tests.mailloop.servers import eventually

TOLD = {
    Fate.NOBODY: ("bounce", True, "5.1.1"),
    Fate.PASSED_ON: ("bounce", True, "5.1.1"),
    Fate.FULL: ("bounce", False, "5.2.2"),
    Fate.SLOW: ("delay", False, "4.4.1"),
    Fate.AWAY: ("auto_reply", False, ""),
}
"""Kind, permanence and status of what comes back."""
ENDS = {Fate.REFUSED: MessageState.REJECTED} | dict.fromkeys(
    (Fate.NOBODY, Fate.PASSED_ON, Fate.FULL), MessageState.BOUNCED
)
"""What is not `sent` in the end."""
NO_MORE = (Fate.REFUSED, Fate.NOBODY, Fate.PASSED_ON)
"""Nobody will ever read there: not to be written to again."""


class Reader:
    """Whoever reads the mailbox of the reports, and the pipe."""

    def __init__(self, loop: Loop, runner: Runner) -> None:
        self._loop = loop
        self._runner = runner

    def mailbox(self) -> list[dict[str, Any]]:
        """What the command says of what is unread there."""
        user, password = quote(RETURN_BOX, safe=""), quote(PASSWORD, safe="")
        url = f"imap://{user}:{password}@127.0.0.1:{self._loop.boxes.port}/INBOX"
        said = self._runner.run("bounces", "read", "--imap", url, "--json").stdout
        return [json.loads(line) for line in said.splitlines()]

    def forget_reading(self) -> None:
        """Everything in the mailbox is unread again."""
        with imaplib.IMAP4("127.0.0.1", self._loop.boxes.port) as client:
            client.login(RETURN_BOX, PASSWORD)
            client.select("INBOX")
            client.store("1:*", "-FLAGS.SILENT", r"(\Seen)")

    def pipe(self, away: int = 0) -> int:
        """Empty it, through a command that fails `away` times as when its database is away; how often it ran."""
        given: list[bytes] = []

        def read(report: bytes) -> int:
            given.append(report)
            if len(given) <= away:
                return LATER
            return self._runner.run("bounces", "read", "-", said=report).exit_code

        relay = self._loop.relay
        relay.open_pipe()
        eventually(lambda: not relay.read_pipe(read) and not relay.waiting(), "the pipe is not empty", relay.log)
        return len(given)


@pytest.fixture
def reader(sent: Loop, runner: Runner) -> Reader:
    """Whoever reads what came back of this loop."""
    return Reader(sent, runner)


def suppressed() -> dict[str | None, SuppressionReason]:
    """Which addresses are not written to any more, and why."""
    rows = db.session.scalars(select(Suppression)).all()
    found = {row.email: row.reason for row in rows}
    db.session.rollback()
    return found


def check() -> None:
    """Every message stands where its mailbox left it, with what came back; only what is final keeps an address out."""
    assert {row.email: row.state for row in db.session.scalars(select(Message))} == {
        to: ENDS.get(fate, MessageState.SENT) for fate in Fate for to in addresses(fate)
    }
    campaign = db.session.scalars(select(Campaign)).one()
    assert campaign.state is CampaignState.FINISHED
    assert {state: count for state, count in kept.counts(campaign.id).items() if count} == states()
    noted = select(Message.email, ReturnedReport.kind, ReturnedReport.permanent, ReturnedReport.status)
    rows = db.session.execute(noted.join(Message, Message.id == ReturnedReport.message_id)).all()
    db.session.rollback()
    assert len(rows) == REPORTS
    assert {row[0]: tuple(row[1:]) for row in rows} == {
        to: told for fate, told in TOLD.items() for to in addresses(fate)
    }
    assert suppressed() == dict.fromkeys(addresses(*NO_MORE), SuppressionReason.BOUNCE)


def test_reports_read_by_imap_put_every_message_where_its_mailbox_left_it(reader: Reader, figures: list[str]) -> None:
    said = reader.mailbox()
    told = Counter((one["kind"], one["permanent"], one["status"]) for one in said)
    assert told == Counter(outcome for fate, outcome in TOLD.items() for _to in addresses(fate))
    check()
    figures.append(f"{len(addresses())} messages, {len(said)} returns read by IMAP: {in_words()}.")


def test_reading_twice_in_any_way_changes_nothing(reader: Reader) -> None:
    reader.mailbox()
    assert reader.mailbox() == []
    reader.forget_reading()
    assert len(reader.mailbox()) == REPORTS
    check()
    assert reader.pipe() == REPORTS
    check()


def test_reports_through_a_pipe_say_the_same_and_wait_for_the_database(reader: Reader, figures: list[str]) -> None:
    assert reader.pipe(away=3) == REPORTS + 3
    check()
    figures.append(f"{len(addresses())} messages, {REPORTS} returns through a pipe, 3 of them twice: {in_words()}.")


def test_a_wish_to_stop_and_a_complaint_are_followed_and_a_forgery_is_not(sent: Loop, reader: Reader) -> None:
    reader.mailbox()
    stopping, complaining, victim = addresses(Fate.READ)[:3]
    strangers.stop(sent.relay, sent.boxes.received(stopping)[0])
    strangers.complain(sent.relay, sent.boxes.received(complaining)[0])
    strangers.forge(sent.relay, victim, sent.boxes.received(victim)[0])
    sent.returns(REPORTS + 3)
    before = states()
    assert len(reader.mailbox()) == 3
    assert states() == before
    expected = dict.fromkeys(addresses(*NO_MORE), SuppressionReason.BOUNCE)
    expected |= {stopping: SuppressionReason.OPT_OUT, complaining: SuppressionReason.COMPLAINT}
    assert suppressed() == expected


def in_words() -> str:
    """The states, for people."""
    return ", ".join(f"{count} {state.value}" for state, count in sorted(states().items()))
