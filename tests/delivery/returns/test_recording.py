"""What follows from a report: once, for the right message, and never for a forged one."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from outreach.accounts.models import AuditEntry
from outreach.campaigns.lifecycle import CampaignState
from outreach.contacts.models import SuppressionReason
from outreach.database import db, now, transaction
from outreach.delivery import breaker, figures, leasing, outbox
from outreach.delivery.history.models import Step, StepKind
from outreach.delivery.models import Message, Notice, NoticePurpose
from outreach.delivery.notices import notify
from outreach.delivery.queries import refused_elsewhere
from outreach.delivery.returns import intake, queries, recording
from outreach.delivery.returns.outcomes import Cause, Kind
from outreach.delivery.returns.sources import Found
from outreach.delivery.returns.verp import Door, ReturnAddresses
from outreach.delivery.service import return_addresses
from outreach.delivery.states import MessageState
from outreach.invitations.models import Invitation
from outreach.invitations.stop_actions import Scope, stopped
from tests.delivery import campaigns
from tests.delivery.returns import house
from tests.delivery.returns.house import ADA, MAYOR
from tests.delivery.returns.letters import RETURNED, feedback_report, plain, status_report

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("app")]


def take(raw: bytes) -> intake.Taken:
    db.session.rollback()
    return intake.take(Found("a test", raw))


def report_about(message: Message, said: str = "550 5.1.1 User unknown", status: str = "5.1.1", **more: Any) -> bytes:
    return status_report(said, status, to=house.return_address(message), recipient=message.email or "", **more)


def test_a_message_that_came_back_is_returned_and_its_address_ended() -> None:
    campaign = house.accepted()
    assert take(report_about(house.message_to(ADA, campaign))).kept
    message = house.message_to(ADA, campaign)
    assert (message.state, message.reply_code, message.reply_status) == (MessageState.BOUNCED, 550, "5.1.1")
    assert message.reply_text == "550 5.1.1 User unknown"
    assert house.suppressed(ADA) is SuppressionReason.BOUNCE
    assert house.suppressed(MAYOR) is None
    assert figures.counts(campaign) == {MessageState.SENT: 4, MessageState.BOUNCED: 1}
    assert house.counts_hold(campaign)
    (kept,) = queries.reports_of_message(message.id)
    assert (kept.kind, kept.cause, kept.permanent, kept.status) == (Kind.BOUNCE, Cause.NO_ADDRESS, True, "5.1.1")
    assert kept.subject == "Undelivered Mail Returned to Sender"
    assert "550 5.1.1 User unknown" in kept.human
    assert "MAILER-DAEMON@relais.example" in kept.headers
    (step,) = db.session.scalars(select(Step))
    assert (step.kind, step.state) == (StepKind.RETURNED, MessageState.SENT)


def test_the_same_report_read_twice_changes_nothing() -> None:
    campaign = house.accepted()
    raw = report_about(house.message_to(ADA, campaign))
    assert take(raw).kept
    ended = house.message_to(ADA, campaign).ended_at
    arrived = b"Received: from elsewhere\r\n" + raw.replace(b"\n", b"\r\n") + b"\r\n"
    assert not take(raw).kept
    assert not take(arrived).kept
    assert house.message_to(ADA, campaign).ended_at == ended
    assert len(house.kept()) == 1
    assert house.counts_hold(campaign)


def test_another_report_about_the_same_message_is_kept_beside_it() -> None:
    campaign = house.accepted()
    message = house.message_to(ADA, campaign)
    assert take(report_about(message, "452 4.2.2 Mailbox full", "4.2.2", action="delayed", seed="1")).kept
    assert house.message_to(ADA, campaign).state is MessageState.SENT
    assert take(report_about(message, "552 5.2.2 Mailbox full", "5.2.2", seed="2")).kept
    assert house.message_to(ADA, campaign).state is MessageState.BOUNCED
    assert house.suppressed(ADA) is None
    assert [one.kind for one in house.kept()] == [Kind.DELAY, Kind.BOUNCE]


@pytest.mark.parametrize(
    ("said", "status", "ended"),
    [
        ("550 5.1.1 User unknown", "5.1.1", True),
        ("550 5.1.2 Host unknown", "5.1.2", True),
        ("501 5.1.3 Bad recipient address syntax", "5.1.3", True),
        ("551 5.1.6 Mailbox has moved", "5.1.6", True),
        ("556 5.1.10 Recipient address has null MX", "5.1.10", True),
        ("550 5.2.1 The email account is disabled", "5.2.1", True),
        ("550 5.1.7 Bad sender address", "5.1.7", False),
        ("553 5.1.8 Domain of sender address does not exist", "5.1.8", False),
        ("550 5.7.1 User unknown", "5.7.1", False),
        ("552 5.2.2 Mailbox full", "5.2.2", False),
        ("550 User unknown", "5.0.0", False),
        ("452 4.2.2 Mailbox full", "4.2.2", False),
    ],
)
def test_only_what_is_final_ends_an_address(said: str, status: str, *, ended: bool) -> None:
    campaign = house.accepted()
    take(report_about(house.message_to(ADA, campaign), said, status))
    assert house.message_to(ADA, campaign).state is MessageState.BOUNCED
    assert (house.suppressed(ADA) is SuppressionReason.BOUNCE) is ended


def test_a_bare_550_ends_an_address_after_two_campaigns() -> None:
    first, second = house.accepted(), house.accepted()
    bare = ("550 User unknown", "5.0.0")
    take(report_about(house.message_to(ADA, first), *bare, seed="1"))
    take(report_about(house.message_to(ADA, first), *bare, seed="2"))
    assert house.suppressed(ADA) is None
    take(report_about(house.message_to(ADA, second), *bare, seed="3"))
    assert house.suppressed(ADA) is SuppressionReason.BOUNCE
    assert house.suppressed(MAYOR) is None


def test_what_a_report_suspects_the_relay_may_confirm() -> None:
    first, second = house.accepted(), house.accepted()
    take(report_about(house.message_to(ADA, first), "550 User unknown", "5.0.0"))
    assert refused_elsewhere(ADA, second)
    assert not refused_elsewhere(ADA, first)
    take(report_about(house.message_to(MAYOR, first), "550 Rejected as spam", "5.0.0"))
    assert not refused_elsewhere(MAYOR, second)
    db.session.rollback()


@pytest.mark.parametrize("header", ["Delivered-To", "X-Original-To", "Original-Recipient", "Envelope-To", "Cc"])
def test_the_return_address_is_found_wherever_servers_write_it_in_any_case(header: str) -> None:
    campaign = house.accepted()
    message = house.message_to(ADA, campaign)
    address = house.return_address(message).upper()
    raw = f"{header}: rfc822;<{address}>\n".encode() + status_report(to="postmaster@ville.example", recipient=ADA)
    assert take(raw).kept
    assert house.message_to(ADA, campaign).state is MessageState.BOUNCED


def test_an_address_of_the_key_before_is_still_ours(app: Flask) -> None:
    campaign = house.accepted()
    message = house.message_to(ADA, campaign)
    old = ReturnAddresses(app.config["SECRET_KEY_FALLBACKS"], app.config["BOUNCE_DOMAIN"])
    assert take(status_report(to=old.make(Door.BOUNCE, f"m{message.id}"))).kept


def test_the_message_id_with_the_sealed_address_of_its_reader_names_it_too() -> None:
    campaign = house.accepted()
    message = house.message_to(ADA, campaign)
    stop = house.stop_address(message)
    returned = RETURNED.format(recipient=ADA, message_id=message.message_id)
    returned = f"List-Unsubscribe: <https://ville.example/u/x>,\n <mailto:{stop}>\n{returned}"
    assert take(status_report(to="postmaster@ville.example", returned=returned)).kept
    assert house.message_to(ADA, campaign).state is MessageState.BOUNCED
    assert not stopped_of(house.message_to(ADA, campaign))


def test_the_envelope_id_with_the_sealed_address_of_its_reader_names_it_too() -> None:
    campaign = house.accepted()
    message = house.message_to(ADA, campaign)
    returned = f"List-Unsubscribe: <mailto:{house.stop_address(message)}>\nSubject: x"
    envid = message.message_id.strip("<>")
    assert take(status_report(to="postmaster@ville.example", envid=envid, returned=returned)).kept
    assert house.message_to(ADA, campaign).state is MessageState.BOUNCED


def test_what_is_forged_or_names_nothing_of_ours_changes_nothing() -> None:
    campaign = house.accepted()
    ada, mayor = house.message_to(ADA, campaign), house.message_to(MAYOR, campaign)
    genuine = house.return_address(ada)
    other = ReturnAddresses(["somebody else's key"], "retours.ville.example").make(Door.BOUNCE, f"m{ada.id}")
    forged = [
        status_report(to=other, recipient=ADA),
        status_report(to=genuine[:6] + ("a" if genuine[6] != "a" else "b") + genuine[7:], recipient=ADA),
        status_report(to="b@retours.ville.example", recipient=ADA),
        status_report(to="x@ville.example", returned=RETURNED.format(recipient=ADA, message_id=ada.message_id)),
        status_report(to="x@ville.example", envid=ada.message_id.strip("<>"), recipient=ADA),
        status_report(
            to="x@ville.example",
            returned=f"List-Unsubscribe: <mailto:{house.stop_address(mayor)}>\nMessage-ID: {ada.message_id}",
        ),
        plain(f"550 5.1.1 {genuine} unknown", to="x@ville.example", from_="mailer-daemon@x.example", subject="failure"),
        status_report(to=return_addresses().make(Door.BOUNCE, "m999999")),
        status_report(to=return_addresses().make(Door.BOUNCE, "nonsense")),
    ]
    assert [take(raw).kept for raw in forged] == [False] * len(forged)
    assert figures.counts(campaign) == {MessageState.SENT: 5}
    assert house.kept() == []


def test_a_report_that_brings_back_another_message_of_ours_is_not_about_this_one() -> None:
    campaign = house.accepted()
    ada, mayor = house.message_to(ADA, campaign), house.message_to(MAYOR, campaign)
    to = house.return_address(ada)
    assert not take(status_report(to=to, returned=RETURNED.format(recipient=ADA, message_id=mayor.message_id))).kept
    assert take(status_report(to=to, returned=RETURNED.format(recipient=ADA, message_id="<1@relais.example>"))).kept
    assert house.message_to(ADA, campaign).state is MessageState.BOUNCED


def test_a_report_speaks_of_the_message_it_came_back_for_and_of_no_other_address() -> None:
    campaign = house.accepted()
    ada = house.message_to(ADA, campaign)
    take(status_report(to=house.return_address(ada), recipient=MAYOR))
    assert house.message_to(ADA, campaign).state is MessageState.BOUNCED
    assert house.message_to(MAYOR, campaign).state is MessageState.SENT
    assert house.suppressed(MAYOR) is None


def stopped_of(message: Message) -> Scope | None:
    return stopped(db.session.get_one(Invitation, message.invitation_id))


def audited() -> list[tuple[str, int | None]]:
    """What the audit log says of readers."""
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    db.session.rollback()
    return [(one.action, one.subject_id) for one in entries if one.action.startswith("reader.")]


def test_a_complaint_stops_everything() -> None:
    campaign = house.accepted()
    message = house.message_to(ADA, campaign)
    returned = f"Return-Path: <{house.return_address(message)}>\nSubject: x"
    assert take(feedback_report(to="plaintes@ville.example", returned=returned)).kept
    assert house.suppressed(ADA) is SuppressionReason.COMPLAINT
    assert stopped_of(house.message_to(ADA, campaign)) is Scope.EVERYTHING
    assert house.message_to(ADA, campaign).state is MessageState.SENT
    assert audited() == [("reader.complained", message.invitation_id)]


def test_a_report_between_machines_about_signatures_stops_nothing() -> None:
    campaign = house.accepted()
    assert take(feedback_report("auth-failure", to=house.return_address(house.message_to(ADA, campaign)))).kept
    assert house.suppressed(ADA) is None


def test_a_mail_to_the_address_for_stopping_stops_even_when_a_program_wrote_it() -> None:
    campaign = house.accepted()
    for email, more in ((ADA, {}), (MAYOR, {"auto_submitted": "auto-replied"})):
        to = house.stop_address(house.message_to(email, campaign))
        taken = take(plain("Unsubscribe", to=to, from_=email, subject="unsubscribe", **more))
        assert [one.kind for one in taken.outcomes] == [Kind.STOP]
        assert house.suppressed(email) is SuppressionReason.OPT_OUT
        assert audited()[-1] == ("reader.stopped_by_mail", house.message_to(email, campaign).invitation_id)


def test_a_bounce_to_the_address_for_stopping_stops_nothing() -> None:
    campaign = house.accepted()
    assert take(status_report(to=house.stop_address(house.message_to(ADA, campaign)))).kept
    assert house.suppressed(ADA) is None


def test_an_absence_is_noted_and_changes_nothing() -> None:
    campaign = house.accepted()
    to = house.return_address(house.message_to(ADA, campaign))
    taken = take(plain("Je suis absente.", to=to, from_=ADA, subject="Réponse automatique : Congrès"))
    assert taken.kept
    assert [one.kind for one in taken.outcomes] == [Kind.AUTO_REPLY]
    assert house.message_to(ADA, campaign).state is MessageState.SENT
    assert house.suppressed(ADA) is None
    assert db.session.scalar(select(Step.id)) is None


@pytest.mark.parametrize(
    ("state", "action", "after"),
    [
        (MessageState.IN_DOUBT, "failed", MessageState.BOUNCED),
        (MessageState.IN_DOUBT, "delayed", MessageState.SENT),
        (MessageState.RETRY, "failed", MessageState.BOUNCED),
        (MessageState.QUEUED, "failed", MessageState.QUEUED),
        (MessageState.REJECTED, "failed", MessageState.REJECTED),
    ],
)
def test_a_doubt_is_settled_by_what_comes_back(state: MessageState, action: str, after: MessageState) -> None:
    campaign = house.accepted(state)
    take(report_about(house.message_to(ADA, campaign), action=action))
    assert house.message_to(ADA, campaign).state is after
    assert house.counts_hold(campaign)


def test_a_report_that_comes_before_the_result_is_written_waits_for_it() -> None:
    campaign = house.accepted(MessageState.QUEUED)
    with transaction():
        leases = leasing.lease(Message, "a sender", 10, now() + timedelta(days=1))
    message = house.message_to(ADA, campaign)
    (lease,) = (one for one in leases if one.id == message.id)
    assert take(report_about(message)).kept
    assert house.message_to(ADA, campaign).state is MessageState.LEASED
    assert house.suppressed(ADA) is SuppressionReason.BOUNCE
    assert intake.follow_up() == 0
    with transaction():
        outbox.record(Message, [outbox.Result(lease, MessageState.SENT, code=250)], now())
    assert intake.follow_up() == 1
    assert house.message_to(ADA, campaign).state is MessageState.BOUNCED
    assert intake.follow_up() == 0
    assert house.counts_hold(campaign)


def test_a_notice_comes_back_too() -> None:
    campaign = house.accepted()
    invitation_id = house.message_to(ADA, campaign).invitation_id
    db.session.rollback()
    with transaction() as session:
        invitation = session.get_one(Invitation, invitation_id)
        notice = notify(NoticePurpose.LOST_LINK, invitation, "1", "fr", ADA, {"name": "Ada"}, now())
        notice.state = MessageState.SENT
        session.flush()
        number = notice.id
    take(status_report(to=return_addresses().make(Door.BOUNCE, f"n{number}"), recipient=ADA))
    db.session.rollback()
    assert db.session.get_one(Notice, number).state is MessageState.BOUNCED
    assert house.suppressed(ADA) is SuppressionReason.BOUNCE
    assert [one.notice_id for one in queries.reports_of_notice(number)] == [number]


def test_full_mailboxes_say_nothing_against_their_addresses() -> None:
    campaign = house.accepted()
    take(report_about(house.message_to(ADA, campaign), "552 5.2.2 Mailbox full", "5.2.2"))
    assert breaker._standings([campaign])[campaign].met.hard == 0
    take(report_about(house.message_to(MAYOR, campaign)))
    assert breaker._standings([campaign])[campaign].met.hard == 1
    assert campaigns.state(campaign) is CampaignState.RUNNING


def test_what_was_kept_is_emptied_with_the_person_and_dropped_in_time(clock: time_machine.Traveller) -> None:
    campaign = house.accepted()
    message = house.message_to(ADA, campaign)
    take(report_about(message))
    with transaction():
        recording.forget([message.invitation_id])
    (kept,) = house.kept()
    assert (kept.recipient, kept.reason, kept.subject, kept.headers, kept.human) == ("", "", "", "", "")
    assert (kept.kind, kept.status) == (Kind.BOUNCE, "5.1.1")
    db.session.rollback()
    clock.shift(timedelta(days=360))
    with transaction():
        recording.forget_old(now())
    assert len(house.kept()) == 1
    db.session.rollback()
    clock.shift(timedelta(days=10))
    with transaction():
        recording.forget_old(now())
    assert house.kept() == []


def test_odd_octets_are_kept_by_any_database() -> None:
    campaign = house.accepted()
    raw = report_about(house.message_to(ADA, campaign)).replace(b"User unknown", b"User \0\xff\xfe unknown \xf0\x9f")
    assert take(b"X-Odd: \0\xff\n" + raw).kept
