"""Reads one mail that came back: what it says of whom, and what else in it may name the message it is about."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.message import Message
from html import unescape
from typing import Final

from outreach.delivery.returns import informal, parts, standard, wording
from outreach.delivery.returns.auto_replies import is_automatic
from outreach.delivery.returns.outcomes import Kind, Outcome
from outreach.delivery.returns.parts import Part

_COPIES: Final = frozenset(
    {
        *("message/rfc822", "text/rfc822-headers", "text/rfc822-header", "message/rfc822-headers", "text/rfc822"),
        *("message/global", "message/global-headers", "message/partial"),
    }
)
_STATUS: Final = frozenset({"message/delivery-status", "message/global-delivery-status"})
_LONGEST: Final = 500
_MARK: Final = re.compile(
    r"<(?:style|script|head)\b.*?</(?:style|script|head)>|<[!/a-z][^<>@]*>", re.IGNORECASE | re.DOTALL
)
_READ_RECEIPT: Final = "message/disposition-notification"


@dataclass(frozen=True, slots=True)
class Report:
    """One mail as it was understood. Nothing in it is trusted yet: whose it is, its signed addresses tell."""

    outcomes: tuple[Outcome, ...]
    subject: str
    headers: Message
    returned: tuple[Message, ...] = ()
    """Headers of the messages that it brings back."""
    envelopes: tuple[str, ...] = ()
    """Envelope ids and addresses that its machine-readable fields name."""
    human: str = ""
    """Its part for people."""


@dataclass(frozen=True, slots=True)
class _Found:
    headers: Message
    subject: str
    words: informal.Words
    groups: list[standard.Fields]
    feedback: list[standard.Fields]
    returned: list[Message]
    receipt: bool


def read(raw: bytes) -> Report:
    """Understand a mail, whatever it is: in bounded time and memory, and without raising on any input."""
    found = _found(parts.split(raw))
    outcomes = tuple(map(_cut, _outcomes(found))) or (_cut(_no_bounce(found)),)
    return Report(
        outcomes=outcomes,
        subject=found.subject,
        headers=found.headers,
        returned=(*found.returned, *found.words.returned),
        envelopes=tuple(_envelopes([*found.groups, *found.feedback])),
        human=found.words.human,
    )


def _found(mail: Part) -> _Found:
    texts: list[str] = []
    groups: list[standard.Fields] = []
    feedback: list[standard.Fields] = []
    returned: list[Message] = []
    receipt = False
    for part in parts.leaves(mail):
        kind = part.kind
        if kind in _STATUS:
            groups += standard.groups(part.text)
        elif kind == "message/feedback-report":
            feedback += standard.groups(part.text)[:1]
        elif kind in _COPIES:
            returned.append(parts.split(part.body).headers)
        elif kind == _READ_RECEIPT:
            receipt = True
        elif kind == "text/plain" or (
            not kind.startswith("text/") and part.headers.get_content_maintype() == "multipart"
        ):
            texts.append(part.text)
    if not texts:  # nothing but what it says is no text: look all the same
        texts = [_readable(one) for one in parts.leaves(mail)][:1]
    text = "\n".join(texts)[: parts.TEXT]
    if not standard.recipients(groups):
        groups += [one for one in standard.groups(text) if "final-recipient" in one]
    subject = parts.readable(mail.headers, "Subject")
    return _Found(mail.headers, subject, informal.divide(text), groups, feedback, returned, receipt)


def _outcomes(found: _Found) -> Iterator[Outcome]:
    if found.feedback:
        for fields in found.feedback:
            yield from standard.feedback(fields)
        return
    named = standard.recipients(found.groups)
    if not named:
        if not found.receipt or wording.SENT_BACK.search(found.words.human):
            words = informal.Words(found.words.human, (*found.words.returned, *found.returned))
            yield from informal.outcomes(found.headers, found.subject, words, has_copy=bool(found.returned))
        return
    everybody = [standard.address_of(one) for one in named]
    for fields in named:
        around = informal.about(found.words.human, standard.address_of(fields), everybody)
        yield standard.outcome(fields, around)


def _no_bounce(found: _Found) -> Outcome:
    automatic = found.receipt or is_automatic(found.headers, found.subject)
    sender = standard.bare(parts.header(found.headers, "From"))
    kind = Kind.AUTO_REPLY if automatic else Kind.OTHER
    if found.returned and wording.COMPLAINT.search(found.subject):
        kind = Kind.COMPLAINT
    return Outcome(recipient=sender, kind=kind, reason=found.subject)


def _readable(part: Part) -> str:
    """Its words without the marks of HTML, where it is that; addresses in angle brackets stay."""
    return unescape(_MARK.sub("\n", part.text)) if part.kind == "text/html" else part.text


def _cut(one: Outcome) -> Outcome:
    """Short, and of whole characters."""
    return replace(one, recipient=_whole(one.recipient), reason=_whole(one.reason[:_LONGEST]))


def _whole(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _envelopes(fields: list[standard.Fields]) -> Iterator[str]:
    for one in fields:
        for name in ("original-envelope-id", "original-mail-from", "x-postfix-sender"):
            if value := one.get(name, ""):
                yield value.rpartition(";")[2].strip().strip("<>")[:200]
