"""Two hundred messages through a real relay into real mailboxes: what arrives, and how."""

from email import message_from_bytes, policy

from sqlalchemy import select

from outreach.database import db
from outreach.delivery.models import Message
from outreach.delivery.states import MessageState
from tests.mailloop import recipients
from tests.mailloop.conftest import Loop, states
from tests.mailloop.recipients import Fate, addresses
from tests.mailloop.scoring import score


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
