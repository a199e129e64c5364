"""Reports as the standards have them: delivery status (RFC 3464) and feedback from readers (RFC 5965)."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from outreach.delivery.returns import causes
from outreach.delivery.returns.outcomes import Cause, Kind, Outcome

Fields = Mapping[str, str]

_FIELD: Final = re.compile(r"[ \t]{0,4}([A-Za-z][A-Za-z0-9-]{1,40})[ \t]*:[ \t]*(.*)")
_KNOWN: Final = frozenset(
    {
        *("reporting-mta", "original-envelope-id", "dsn-gateway", "received-from-mta", "arrival-date"),
        *("original-recipient", "final-recipient", "action", "status", "remote-mta", "diagnostic-code"),
        *("last-attempt-date", "final-log-id", "will-retry-until", "x-actual-recipient", "x-supplementary-info"),
        *("x-postfix-queue-id", "x-postfix-sender", "x-display-name", "x-mailer", "expiry-date"),
        *("feedback-type", "user-agent", "version", "original-mail-from", "original-rcpt-to", "incidents"),
        *("removal-recipient", "reported-domain", "reported-uri", "source-ip", "authentication-results"),
    }
)
_GROUPS: Final = 200
"""Recipients of one report that are read."""
_CATEGORIES: Final[Mapping[str, Cause]] = {
    "bad-mailbox": Cause.NO_ADDRESS,
    "bad-domain": Cause.NO_DOMAIN,
    "inactive-mailbox": Cause.DISABLED,
    "quota-issues": Cause.FULL,
    "message-expired": Cause.UNREACHED,
    "no-answer-from-host": Cause.UNREACHED,
    "routing-errors": Cause.UNREACHED,
    "bad-connection": Cause.UNREACHED,
    "content-related": Cause.REFUSED,
    "invalid-sender": Cause.REFUSED,
    "policy-related": Cause.REFUSED,
    "relaying-issues": Cause.REFUSED,
    "spam-related": Cause.REFUSED,
    "virus-related": Cause.REFUSED,
}
"""How PowerMTA sorts its own bounces."""
_WISHES: Final = frozenset({"", "abuse", "fraud", "opt-out", "opt-out-list", "other", "miscategorized"})
"""Kinds of feedback by which a reader says that the message was unwanted; the rest is between machines (RFC 6591)."""


def groups(text: str) -> list[Fields]:
    """The blocks of fields in a text, which empty lines part; names in small letters. Lines that are none are left."""
    found: list[dict[str, str]] = []
    current: dict[str, str] = {}
    last = ""
    for line in text.splitlines():
        match = _FIELD.match(line)
        name = match[1].lower() if match else ""
        if match and (name in _KNOWN or name.startswith("x-")):
            if name in current and name in {"final-recipient", "action"}:  # no empty line between two recipients
                found.append(current)
                current = {}
            current.setdefault(name, match[2].strip())
            last = name
        elif line.strip() and last:
            current[last] = f"{current[last]} {line.strip()}"[:4000]
        elif not line.strip():
            if current:
                found.append(current)
            current, last = {}, ""
        if len(found) == _GROUPS:
            return list(found)
    return [*found, current] if current else list(found)


def recipients(parts: list[Fields]) -> list[Fields]:
    """Those blocks that speak of a recipient."""
    return [
        one for one in parts if address_of(one) and ("action" in one or "status" in one or "diagnostic-code" in one)
    ]


def address_of(fields: Fields) -> str:
    """Whom a block is about: where it was going in the end, or where we had sent it."""
    for name in ("final-recipient", "original-recipient", "x-actual-recipient"):
        kind, separator, address = fields.get(name, "").partition(";")
        found = bare(address if separator else kind)
        if "@" in found:
            return found
    return ""


def bare(text: str) -> str:
    """The address in a value such as `<ada@ville.example> (comment)`."""
    inside = re.search(r"<([^<>\s]+@[^<>\s]+)>", text)
    return (inside[1] if inside else (text.split() or [""])[0]).strip("<>\"',;")[:254]


def outcome(fields: Fields, around: str) -> Outcome:
    """What a block says of its recipient; `around` is what the report's human part says of the same."""
    diagnostic = fields.get("diagnostic-code", "")
    words = diagnostic.partition(";")[2].strip() if re.match(r"[\w.-]+\s*;", diagnostic) else diagnostic
    words = words or causes.replies(around) or around
    stated = causes.enhanced(fields.get("status", ""))
    spoken = causes.enhanced(words)
    status = spoken if spoken and (stated.endswith(".0.0") or not stated or spoken[0] == stated[0]) else stated
    code = causes.reply_code(f" {words}")
    cause = causes.cause(words, status, around)
    if cause is Cause.UNKNOWN:
        cause = causes.cause(around, status)
    if cause is Cause.UNKNOWN:
        cause = _CATEGORIES.get(fields.get("x-powermta-bouncecategory", "").lower(), cause)
    return Outcome(
        recipient=address_of(fields),
        kind=_kind(fields.get("action", "").lower(), status),
        cause=cause,
        status=status,
        code=code,
        reason=" ".join(words.split()),
        temporary=code < 500 if code else status.startswith("4"),
    )


def _kind(action: str, status: str) -> Kind:
    if action.startswith("delay"):
        return Kind.DELAY
    if action.startswith(("deliver", "relay", "expand")) or (not action and status.startswith("2")):
        return Kind.OTHER
    return Kind.BOUNCE


def feedback(fields: Fields) -> Iterator[Outcome]:
    """What a feedback report says; a report of machines about signatures is no wish of a reader."""
    kind = fields.get("feedback-type", "").lower().partition(";")[0].strip()
    said = fields.get("original-rcpt-to") or fields.get("removal-recipient") or ""
    yield Outcome(
        recipient=bare(said.partition(";")[2] or said),
        kind=Kind.COMPLAINT if kind in _WISHES else Kind.OTHER,
        reason=f"feedback: {kind or 'abuse'}",
    )
