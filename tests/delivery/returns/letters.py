"""Reports as mail servers write them, made for tests."""

from email.message import EmailMessage

OURS = "b+abc@retours.ville.example"

POSTFIX = """\
From: MAILER-DAEMON@relais.example (Mail Delivery System)
Return-Path: <>
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Message-Id: <{seed}@relais.example>
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut
Content-Type: text/plain; charset=utf-8

This is the mail system at host relais.example.

<{recipient}>: host mx.example[192.0.2.1] said: {said} (in reply to {command} command)

--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; relais.example
{envid}
Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--cut
Content-Type: message/rfc822

{returned}
--cut--
"""

RETURNED = """\
From: Ville <congres@ville.example>
To: Ada <{recipient}>
Subject: Congrès
Message-ID: {message_id}

Bonjour
"""


def status_report(
    said: str = "550 5.1.1 User unknown",
    status: str = "5.1.1",
    *,
    to: str = OURS,
    recipient: str = "ada@association.example",
    action: str = "failed",
    command: str = "RCPT TO",
    envid: str = "",
    returned: str = "Subject: Congrès",
    seed: str = "1",
) -> bytes:
    """A report as Postfix writes it."""
    line = f"Original-Envelope-Id: {envid}\n" if envid else ""
    values = {"said": said, "status": status, "to": to, "recipient": recipient, "action": action, "command": command}
    return POSTFIX.format(**values, envid=line, returned=returned, seed=seed).encode()


def feedback_report(
    kind: str = "abuse", *, to: str = OURS, returned: str = "Subject: Congrès", seed: str = "1"
) -> bytes:
    """What a provider sends when a reader presses the button (RFC 5965)."""
    return f"""\
From: fbl@provider.example
To: {to}
Subject: FW: Congrès
Message-ID: <{seed}@provider.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="cut"

--cut
Content-Type: text/plain

This is a report about a message.

--cut
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: Test/1
Version: 1

--cut
Content-Type: message/rfc822

{returned}

--cut--
""".encode()


def plain(text: str, *, to: str = OURS, **headers: str) -> bytes:
    """A mail of one text part; `from_` and so on name its headers."""
    mail = EmailMessage()
    mail["To"] = to
    for name, value in headers.items():
        mail[name.strip("_").replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()
