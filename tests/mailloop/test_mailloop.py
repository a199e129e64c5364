"""Two hundred messages through a real relay into real mailboxes: what arrives, and how."""

import re
from email import message_from_bytes, policy

from sqlalchemy import select

from outreach.database import db
from outreach.delivery.models import Message
from outreach.delivery.returns.verp import Door
from outreach.delivery.service import return_addresses
from outreach.delivery.states import MessageState
from tests.mailloop import recipients
from tests.mailloop.conftest import REPORTS, Loop, states
from tests.mailloop.recipients import Fate, addresses
from tests.mailloop.scoring import score
from tests.mailloop.signing import signed_headers

SIGNED = ("From", "To", "Subject", "Date", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Feedback-ID")
PARTS = ["text/plain", "text/html", "text/calendar"]


def test_what_the_relay_takes_is_sent_and_what_it_refuses_rejected(sent: Loop) -> None:
    refused = len(addresses(Fate.REFUSED))
    assert states() == {MessageState.SENT: len(addresses()) - refused, MessageState.REJECTED: refused}


def test_every_mailbox_has_its_message_once_and_whole(sent: Loop, figures: list[str]) -> None:
    rows = {row.email: row.message_id for row in db.session.scalars(select(Message))}
    db.session.rollback()
    verified = 0
    for to in addresses(Fate.READ, Fate.SLOW, Fate.POLITE):
        (raw,) = sent.boxes.received(to)
        message = message_from_bytes(raw, policy=policy.default)
        assert message["Message-ID"] == rows[to]
        assert message["To"].addresses[0].addr_spec == to
        assert sent.signer.verify(raw), to
        verified += 1
    figures.append(f"DKIM: {verified} messages received, {verified} signatures verify.")


def test_the_letter_in_the_mailbox_is_as_providers_ask(sent: Loop) -> None:
    for to in recipients.READERS.values():
        (raw,) = sent.boxes.received(to)
        message = message_from_bytes(raw, policy=policy.default)
        assert {name.lower() for name in SIGNED} <= signed_headers(raw)
        assert [len(message.get_all(name, [])) for name in (*SIGNED, "Message-ID", "MIME-Version")] == [1] * 10
        https, mailto = re.findall(r"<([^>]*)>", message["List-Unsubscribe"])
        assert https.startswith("https://invitations.ville.example/u/")
        assert return_addresses().read(mailto.removeprefix("mailto:").partition("?")[0]).door is Door.STOP
        assert return_addresses().read(message["Return-Path"]).door is Door.BOUNCE
        assert [part.get_content_type() for part in message.iter_parts()] == PARTS
        assert max(map(len, raw.splitlines())) <= 998
        assert len(raw) < 100_000


def test_reports_name_their_message_three_times_and_bring_back_its_headers_alone(sent: Loop) -> None:
    ids = {f"m{row.id}": row.message_id for row in db.session.scalars(select(Message))}
    db.session.rollback()
    reports = [message_from_bytes(raw, policy=policy.default) for raw in sent.returns(REPORTS)]
    made = [report for report in reports if report.get_content_type() == "multipart/report"]
    assert len(made) == REPORTS - len(addresses(Fate.AWAY))
    for report in made:
        _words, machine, headers = report.iter_parts()
        message_id = ids[return_addresses().read(report["To"].addresses[0].addr_spec).key]
        assert f"Original-Envelope-Id: {message_id.strip('<>')}" in machine.as_string()
        assert headers.get_content_type() == "text/rfc822-headers"
        assert f"Message-ID: {message_id}" in headers.get_content()


def test_spamassassin_minds_nothing(sent: Loop, figures: list[str]) -> None:
    for language, to in recipients.READERS.items():
        (raw,) = sent.boxes.received(to)
        points = score(raw, sent.folder)
        figures.append(f"SpamAssassin, letter in {language}, {len(raw)} octets: {points}")
        assert points.total <= 1.0, points
