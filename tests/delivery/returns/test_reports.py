"""What a mail that came back says, standard or not; and that no input is too much."""

import random

import pytest

from outreach.delivery.returns import reports
from outreach.delivery.returns.outcomes import Cause, Kind
from tests.delivery.returns.letters import feedback_report, plain, status_report


def test_a_standard_report_is_read_for_each_recipient() -> None:
    two = status_report().replace(
        b"--cut\nContent-Type: message/rfc822",
        b"\nFinal-Recipient: rfc822; bob@mairie.example\nAction: delayed\nStatus: 4.2.2\n"
        b"Diagnostic-Code: smtp; 452 4.2.2 Mailbox full\n\n--cut\nContent-Type: message/rfc822",
    )
    ada, bob = reports.read(two).outcomes
    assert (ada.recipient, ada.kind, ada.status, ada.code) == ("ada@association.example", Kind.BOUNCE, "5.1.1", 550)
    assert ada.permanent
    assert ada.reason == "550 5.1.1 User unknown"
    assert (bob.recipient, bob.kind, bob.cause, bob.permanent) == ("bob@mairie.example", Kind.DELAY, Cause.FULL, False)


@pytest.mark.parametrize(
    ("action", "kind"),
    [("failed", Kind.BOUNCE), ("delayed", Kind.DELAY), ("delivered", Kind.OTHER), ("relayed", Kind.OTHER)],
)
def test_the_action_of_a_report_says_its_kind(action: str, kind: Kind) -> None:
    assert reports.read(status_report(action=action)).outcomes[0].kind is kind


@pytest.mark.parametrize(
    ("feedback", "kind"),
    [("abuse", Kind.COMPLAINT), ("fraud", Kind.COMPLAINT), ("opt-out", Kind.COMPLAINT), ("auth-failure", Kind.OTHER)],
)
def test_feedback_is_a_complaint_unless_machines_talk_among_themselves(feedback: str, kind: Kind) -> None:
    assert reports.read(feedback_report(feedback)).outcomes[0].kind is kind


def test_a_bounce_in_free_words_is_recognised() -> None:
    text = """\
Hi. This is the qmail-send program at relais.example.
I'm afraid I wasn't able to deliver your message to the following addresses.

<ada@association.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <b+abc@retours.ville.example>
Message-ID: <1@ville.example>
From: congres@ville.example
To: ada@association.example
Subject: Congres
"""
    read = reports.read(plain(text, from_="MAILER-DAEMON@relais.example", subject="failure notice"))
    (said,) = read.outcomes
    assert (said.recipient, said.kind, said.status, said.permanent) == (
        "ada@association.example", Kind.BOUNCE, "5.1.1", True,
    )  # fmt: skip
    assert [one["Message-ID"] for one in read.returned] == ["<1@ville.example>"]


def test_a_warning_in_free_words_is_a_delay() -> None:
    text = (
        "Delivery to the following recipient has been delayed:\n\n  ada@asso.example\n\nIt will be retried for 2 days."
    )
    read = reports.read(
        plain(text, from_="mailer-daemon@relais.example", subject="Delivery Status Notification (Delay)")
    )
    assert [(one.kind, one.recipient) for one in read.outcomes] == [(Kind.DELAY, "ada@asso.example")]


@pytest.mark.parametrize(
    "headers",
    [
        {"subject": "Réponse automatique : Congrès"},
        {"subject": "Absence du bureau"},
        {"subject": "Message d'absence"},
        {"subject": "Mme Martin est absente. "},
        {"subject": "Out of Office AutoReply: Congrès"},
        {"subject": "Lu : Congrès"},
        {"subject": "Re: Congrès", "auto_submitted": "auto-replied"},
        {"subject": "Re: Congrès", "return_path": "<>", "x_autoreply": "yes"},
    ],
)
def test_an_absence_is_neither_bounce_nor_answer(headers: dict[str, str]) -> None:
    text = "Je suis absente jusqu'au 12. Votre message n'est pas transféré.\n"
    (said,) = reports.read(plain(text, from_="ada@association.example", **headers)).outcomes
    assert (said.kind, said.permanent) == (Kind.AUTO_REPLY, False)


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Re: Congrès", "Bonjour, merci, nous viendrons à deux."),
        ("Re: Undelivered Mail Returned to Sender", "Votre dernier message n'a pas pu être remis : que faire ?"),
        ("Congrès", "J'ai reçu « 550 User unknown » en vous écrivant."),
        ("Retour sur le congrès", "Voici notre retour. Le mail n'a pas pu être lu par tous."),
    ],
)
def test_what_a_person_writes_is_no_bounce(subject: str, text: str) -> None:
    (said,) = reports.read(plain(text, from_="ada@association.example", subject=subject)).outcomes
    assert said.kind is Kind.OTHER


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0" * 600_000,
        b"From: mailer-daemon@x\n\n" + b"could not be delivered " * 500_000,
        b"From: x\n"
        + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(20_000)),
        b"Content-Type: multipart/report; boundary=b\n\n" + b"--b\n\nx\n" * 200_000,
        b"Content-Type: message/delivery-status\n\n" + b"Final-Recipient: rfc822;a@b.c\nAction: failed\n\n" * 50_000,
        b"X: y\n" * 300_000,
        b"Subject: " + b"=?utf-8?q?a?= " * 100_000 + b"\n\n",
        b"Subject: =?unknown-8bit?b?////?=\nContent-Type: text/plain; charset=punycode\n\n" + b"a" * 600_000,
    ],
    ids=["empty", "nul", "long", "deep", "wide", "many recipients", "many headers", "long subject", "odd charset"],
)
def test_no_mail_is_too_much(raw: bytes) -> None:
    read = reports.read(raw)
    assert 1 <= len(read.outcomes) <= 200
    assert len(read.human) <= 64 * 1024


def test_damaged_reports_raise_nothing() -> None:
    for seed in range(400):
        chance = random.Random(seed)
        raw = bytearray(
            chance.choice([status_report(), feedback_report(), plain("550 no", from_="postmaster@x.example")])
        )
        for _ in range(20):
            raw[chance.randrange(len(raw))] = chance.randrange(256)
        assert reports.read(bytes(raw[: chance.randrange(len(raw))])).outcomes
