"""What others send into the loop: a wish to stop, a complaint, a report that somebody has invented."""

import smtplib
from email import message_from_bytes, policy
from email.utils import make_msgid

from tests.mailloop.postfix import Postfix
from tests.mailloop.recipients import COMPLAINTS

_STOP = """\
From: {reader}
To: {target}
Subject: unsubscribe
Message-ID: {number}

Envoyé automatiquement.
"""
_REPORT = """\
From: {writer}
To: {target}
Subject: {subject}
Message-ID: {number}
MIME-Version: 1.0
Content-Type: multipart/report; report-type={kind}; boundary=part

--part
Content-Type: text/plain; charset=utf-8

{words}
--part
Content-Type: message/{kind}

{fields}
--part
Content-Type: message/rfc822

{about}
--part--
"""
_COMPLAINT = """\
Feedback-Type: abuse
User-Agent: Boucle/1.0
Version: 1
Original-Mail-From: {sender}
Original-Rcpt-To: <{reader}>
"""
_BOUNCE = """\
Reporting-MTA: dns; ailleurs.example

Final-Recipient: rfc822; {victim}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown
"""


def stop(relay: Postfix, received: bytes) -> None:
    """The mail that a mail program writes for the button of List-Unsubscribe."""
    asked = message_from_bytes(received, policy=policy.default)
    target = str(asked["List-Unsubscribe"]).partition("<mailto:")[2].partition(">")[0].partition("?")[0]
    reader = asked["Delivered-To"]
    _carry(relay, reader, target, _STOP.format(reader=reader, target=target, number=make_msgid(domain="pc.example")))


def complain(relay: Postfix, received: bytes) -> None:
    """What a provider writes when its reader calls a message unwanted (RFC 5965)."""
    about = message_from_bytes(received, policy=policy.default)
    fields = _COMPLAINT.format(sender=about["Return-Path"], reader=about["Delivered-To"])
    said = _report("feedback-report", COMPLAINTS, fields, received.decode())
    _carry(relay, "abus@fournisseur.example", COMPLAINTS, said)


def forge(relay: Postfix, victim: str, received: bytes) -> None:
    """A bounce invented by somebody who has one message, and not the key: its address is that of another message."""
    about = message_from_bytes(received, policy=policy.default)
    local, _, domain = str(about["Return-Path"]).strip("<>").partition("@")
    target = f"{local[:4]}{'a' if local[4] != 'a' else 'b'}{local[5:]}@{domain}"
    _carry(relay, "<>", target, _report("delivery-status", target, _BOUNCE.format(victim=victim), "Subject: x\n\n"))


def _report(kind: str, target: str, fields: str, about: str) -> str:
    writer = "MAILER-DAEMON@fournisseur.example"
    words, number = "Un rapport.", make_msgid(domain="fournisseur.example")
    return _REPORT.format(
        writer=writer,
        target=target,
        subject="Report",
        number=number,
        kind=kind,
        words=words,
        fields=fields,
        about=about,
    )


def _carry(relay: Postfix, sender: str, to: str, said: str) -> None:
    with smtplib.SMTP("127.0.0.1", relay.port) as client:
        client.sendmail(sender, [to], said.replace("\n", "\r\n").encode())
