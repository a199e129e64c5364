"""Bounces that follow no standard, recognised by who sent them, how they are built, and what they say."""

import re
from dataclasses import dataclass
from email.message import Message
from typing import Final

from outreach.delivery.returns import causes, parts, wording
from outreach.delivery.returns.outcomes import Cause, Kind, Outcome

_HEADER: Final = re.compile(r"[ \t>]{0,4}([A-Za-z][A-Za-z0-9-]{1,40})[ \t]*:")
_OF_A_MAIL: Final = frozenset(
    {
        *("received", "return-path", "message-id", "from", "to", "cc", "subject", "date", "sender", "reply-to"),
        *("mime-version", "content-type", "content-transfer-encoding", "delivered-to", "dkim-signature", "list-id"),
        *("list-unsubscribe", "references", "in-reply-to", "x-mailer", "user-agent"),
    }
)
_OF_THE_WAY: Final = frozenset({"received", "return-path"})
_OF_A_COPY: Final = _OF_THE_WAY | {"mime-version", "content-type"}
"""What only the returned message itself shows: after its headers comes its body, and nothing about the failure."""

_REPLY: Final = re.compile(
    r"(?:^|[\s:>(<])[45][0-5]\d[ -]+\S|\(#[45]\.\d\.\d|[\s(][45]\.\d\.\d{1,3}[\s)]", re.MULTILINE
)
_MAILBOX: Final = re.compile(r"[A-Za-z0-9._%+=!#$&'*/?^`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_FIRST: Final = re.compile(
    rf"^[ \t>*\-]*(?:(?:final-?)?recipient[^:\n]{{0,12}}:|rcpt to:)?[ \t]*<?({_MAILBOX.pattern})",
    re.MULTILINE | re.IGNORECASE,
)
_OFFICE: Final = re.compile(
    r"(?:postmaster|post_master|mailer-daemon|abuse|support|help|no-?reply|hostmaster|info)@", re.IGNORECASE
)
_STANDS_ALONE: Final = re.compile(rf"^[ \t>*\"'<\-]*{_MAILBOX.pattern}[ \t>\"'.;:,<]*(?:$|<)", re.MULTILINE)
"""An address on a line of its own, as reports list them."""
_ENOUGH: Final = 3
_ANSWERED: Final = re.compile(r"\s*(?:re|fwd?|tr|aw|rif|sv)\s*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a report without the message that it returns, and the headers of that message."""

    human: str
    returned: tuple[Message, ...]


def divide(text: str) -> Words:
    """Part the words about the failure from a copy of the message that follows or is shown in between."""
    kept: list[str] = []
    returned: list[Message] = []
    block: list[str] = []
    for line in [*text.splitlines(), ""]:
        if _HEADER.match(line) or (block and line.startswith((" ", "\t")) and line.strip()):
            block.append(line)
            continue
        names = {match[1].lower() for one in block if (match := _HEADER.match(one))} & _OF_A_MAIL
        if len(names) >= (2 if names & _OF_THE_WAY else 3):
            returned.append(_headers(block))
            if names & _OF_A_COPY:
                break
        else:
            kept += block
        block = []
        kept.append(line)
    return Words("\n".join(kept).strip(), tuple(returned))


def about(text: str, recipient: str, others: list[str]) -> str:
    """What a text says of one of several recipients: from its first mention to the next one's."""
    lowered = text.lower()
    begin = lowered.find(recipient.lower()) if recipient else 0
    if begin < 0:
        return text[:1500] if not others else ""
    ends = [lowered.find(other.lower(), begin + 1) for other in others if other.lower() != recipient.lower()]
    return text[begin : min([end for end in ends if end > begin], default=begin + 1500)][:1500]


def outcomes(headers: Message, subject: str, words: Words, *, has_copy: bool) -> list[Outcome]:
    """What a mail without any standard part says, when it is a bounce at all; else nothing."""
    human = words.human
    if not _is_bounce(headers, subject, human, has_copy=has_copy or bool(words.returned)):
        return []
    kind = (
        Kind.DELAY
        if wording.DELAYS.search(f"{subject}\n{human}") and not wording.GIVEN_UP.search(human)
        else Kind.BOUNCE
    )
    named = recipients(headers, words)
    return [_outcome(one, kind, about(human, one, named), "" if named[1:] else human) for one in named or [""]]


def recipients(headers: Message, words: Words) -> list[str]:
    """Whom the report is about, as far as it names anybody but its own reader."""
    failed = _MAILBOX.findall(parts.header(headers, "X-Failed-Recipients"))
    if failed:
        return _once(failed)
    ours = _addresses(
        headers, "From", "To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Apparently-To", "Sender"
    )
    for one in words.returned:
        ours |= _addresses(one, "From", "Return-Path", "Sender")
    named = [one for one in _FIRST.findall(words.human) if _is_theirs(one, ours)]
    named = named or [one for one in _MAILBOX.findall(words.human) if _is_theirs(one, ours)]
    if not named and words.returned:
        named = [one for message in words.returned for one in _MAILBOX.findall(parts.header(message, "To"))]
    return _once(named)[:50]


def _is_bounce(headers: Message, subject: str, human: str, *, has_copy: bool) -> bool:
    """True where enough speaks for it: who sent it, how it is built, and what it says. One sign alone never does."""
    if headers.get("X-Failed-Recipients") or str(headers.get_param("report-type", "")).lower() == "delivery-status":
        return True
    sender = parts.readable(headers, "From")
    path = parts.header(headers, "Return-Path").strip("<> ").upper() if "Return-Path" in headers else "?"
    announced = bool(wording.SUBJECT.search(subject)) and not _is_answer(headers, subject)
    plain = " ".join(human.split())
    fails, replied = bool(wording.FAILS.search(plain)), bool(_REPLY.search(human))
    points = (
        2 * bool(wording.DAEMON.search(sender))
        + bool(wording.MACHINE.search(sender))
        + (path in {"", "MAILER-DAEMON"})
        + announced
        + fails
        + replied
        + has_copy
        + (announced and bool(_STANDS_ALONE.search(human)))
    )
    return points >= _ENOUGH and (announced or fails or replied or bool(wording.MACHINE.search(sender)))


def _is_answer(headers: Message, subject: str) -> bool:
    """Somebody's answer to a mail, as its subject or its threads say."""
    return bool(_ANSWERED.match(subject)) and ("In-Reply-To" in headers or not wording.NOT_DELIVERED.search(subject))


def _outcome(recipient: str, kind: Kind, said: str, whole: str) -> Outcome:
    """`whole` is all of the text, where it speaks of this recipient alone: the reason may stand before the name."""
    told = causes.replies(said) or causes.replies(whole) or said
    status, code = causes.enhanced(told), causes.reply_code(f" {told}")
    cause = causes.cause(told, status, said)
    return Outcome(
        recipient=recipient,
        kind=kind,
        cause=cause if cause is not Cause.UNKNOWN else causes.cause(f"{said}\n{whole[:1500]}", status),
        status=status,
        code=code,
        reason=" ".join((told if code else said).split()),
        temporary=code < 500 if code else status.startswith("4"),
    )


def _headers(block: list[str]) -> Message:
    margin = min(len(line) - len(line.lstrip(" \t>")) for line in block[:1])
    return parts.read_headers("\n".join(line[margin:] for line in block).encode("utf-8", "replace"))


def _addresses(headers: Message, *names: str) -> set[str]:
    values = [str(value) for name in names for value in headers.get_all(name, [])]
    return {one.lower() for value in values for one in _MAILBOX.findall(value[:2000])}


def _is_theirs(address: str, ours: set[str]) -> bool:
    return address.lower() not in ours and not _OFFICE.match(address)


def _once(addresses: list[str]) -> list[str]:
    return list({one.lower(): one.strip(".'") for one in reversed(addresses)}.values())[::-1]
