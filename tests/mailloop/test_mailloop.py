"""Two hundred messages through a real relay into real mailboxes, and what comes back of them."""

from collections import Counter
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select

from outreach.campaigns.models import Campaign
from outreach.database import db, now, transaction
from outreach.delivery import launching
from outreach.delivery.models import Message
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState
from tests import people
from tests.mailloop import recipients
from tests.mailloop.conftest import Loop
from tests.mailloop.recipients import Fate, addresses
from tests.mailloop.scoring import score
from tests.mailloop.servers import eventually

RETURNING = (Fate.NOBODY, Fate.PASSED_ON, Fate.FULL, Fate.SLOW, Fate.AWAY)
"""A report or a machine's answer comes back for each of these."""


@pytest.fixture
def sent(loop: Loop) -> Loop:
    """The campaign has left, and everything has come back that will."""
    with transaction():
        number = recipients.campaign().id
    with transaction() as session:
        campaign = session.get_one(Campaign, number)
        launching.approve(campaign, people.member().id, now())
        launching.launch(campaign, now())
    with sender() as post:
        assert post.send_due() == len(addresses())
    reports = len(addresses(*RETURNING))
    log = loop.relay.log
    eventually(lambda: len(loop.boxes.received(recipients.RETURN_BOX)) >= reports, "reports are missing", log)
    loop.relay.hurry()
    eventually(lambda: loop.relay.waiting() == reports, "the relay keeps messages back", log)
    assert len(loop.boxes.received(recipients.RETURN_BOX)) == reports
    return loop


def states() -> Counter[MessageState]:
    """How many messages are in each state."""
    found = Counter(db.session.scalars(select(Message.state)))
    db.session.rollback()
    return found


def test_what_the_relay_takes_is_sent_and_what_it_refuses_rejected(sent: Loop) -> None:
    refused = len(addresses(Fate.REFUSED))
    assert states() == {MessageState.SENT: len(addresses()) - refused, MessageState.REJECTED: refused}


def test_every_mailbox_has_its_message_once_and_whole(sent: Loop, figures: list[str]) -> None:
    rows = {row.email: row for row in db.session.scalars(select(Message))}
    verified = 0
    for to in addresses(Fate.READ, Fate.SLOW, Fate.POLITE):
        (raw,) = sent.boxes.received(to)
        message = message_from_bytes(raw, policy=policy.default)
        assert message["Message-ID"] == rows[to].message_id
        assert message["To"].addresses[0].addr_spec == to
        assert sent.signer.verify(raw), to
        verified += 1
    db.session.rollback()
    figures.append(f"DKIM: {verified} messages received, {verified} signatures verify.")


def test_spamassassin_minds_nothing(sent: Loop, figures: list[str]) -> None:
    for language, to in recipients.READERS.items():
        (raw,) = sent.boxes.received(to)
        points = score(raw, sent.folder)
        figures.append(f"SpamAssassin, letter in {language}, {len(raw)} octets: {points}")
        assert points.total <= 1.0, points
