"""Why a message was refused, from the words of mail servers, their codes, and when in the dialogue it was."""

import re
import unicodedata
from typing import Final

from outreach.delivery.returns.blame import CLEAR, VAGUE
from outreach.delivery.returns.outcomes import Cause
from outreach.delivery.returns.tongues import TONGUES

_ENHANCED: Final = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?!\d|\.\d)")
_CODE: Final = re.compile(r"(?:^|[\s:;'\"(<>])([45][0-5]\d)(?=[\s:-]|$)(?!-?\d)")
_PHASE: Final = re.compile(
    r"(?:in reply to|response to|after|our|>>>|sent|\bin|command:?|\()\s*(?:the\s+)?(?:end of\s+)?"
    r"(mail from|rcpt(?: to| command)|data\b|ehlo|helo|connect)",
    re.IGNORECASE,
)
_JOINED: Final = re.compile(r"(?<=[A-Za-z])[_-](?=[A-Za-z])")
"""Words that a program has joined, such as `address_not_found`."""
_LINK: Final = re.compile(r"https?://\S+|\bwww\.\S+", re.IGNORECASE)
_MAILBOX: Final = re.compile(r"<?[^\s<>()\[\]:;,\"']+@[^\s<>()\[\]:;,\"']+>?")

_BLOCK_LIST: Final = re.compile(
    r"spamhaus|spamcop|sorbs\.net|barracudacentral|dnsbl|uribl|surbl|(?<!may be )blacklist|blocklist", re.IGNORECASE
)
_MERELY_UNKNOWN: Final = re.compile(r"unknown user|user unknown", re.IGNORECASE)
_SURELY_UNKNOWN: Final = re.compile(r"no such (?:user|mail ?box|recipient|address)|validrcptto", re.IGNORECASE)
"""What a server says of an address even where its code speaks of policy."""
_NAMES_NOBODY: Final = re.compile(r"(?:^|[\d:])\s*:\s*user unknown", re.IGNORECASE)

_BY_STATUS: Final[tuple[tuple[str, Cause], ...]] = (
    ("5.1.10", Cause.NO_MAIL),
    ("5.1.1", Cause.NO_ADDRESS),
    ("5.1.2", Cause.NO_DOMAIN),
    ("5.1.3", Cause.NO_ADDRESS),
    ("5.1.6", Cause.MOVED),
    ("5.4.4", Cause.NO_DOMAIN),
    ("5.2.1", Cause.DISABLED),
    ("5.2.2", Cause.FULL),
    ("4.2.2", Cause.FULL),
    ("5.2.3", Cause.TOO_LARGE),
    ("5.3.4", Cause.TOO_LARGE),
)
_AT_THE_DOOR: Final = frozenset({"mail from", "ehlo", "helo", "connect"})
"""Phases in which no recipient was named yet: whatever is said there is about us."""


def enhanced(text: str) -> str:
    """The most telling enhanced status code in these words, the last that says more than a class, or ""."""
    found = _ENHANCED.findall(text)
    telling = [one for one in found if not one.endswith(".0.0")]
    return str((telling or found or [""])[-1])


def reply_code(text: str) -> int | None:
    """The reply code in these words, or None."""
    found = _CODE.search(text)
    return int(found[1]) if found else None


def phase(text: str) -> str:
    """In reply to which command it was said: `mail from`, `rcpt to`, `data` and so on, or an empty string."""
    found = _PHASE.findall(text)
    return str(found[-1]).lower().removesuffix(" command") if found else ""


def cause(words: str, status: str, around: str = "") -> Cause:
    """Why, from what was said, the status, and the text around them that tells the phase."""
    said, when = by_words(words), phase(words) or phase(around)
    if said is Cause.NO_MAIL:
        return said
    if status.startswith(("5.7.", "4.7.")) or status in {"5.1.7", "5.1.8"}:
        sure = status == "5.7.1" and said is Cause.NO_ADDRESS and when not in _AT_THE_DOOR
        return said if sure and _SURELY_UNKNOWN.search(words) else Cause.REFUSED
    if status == "5.4.1" and "recipient address rejected" in words.lower():
        return Cause.NO_ADDRESS  # Microsoft's words for somebody who is not in the directory
    if when in _AT_THE_DOOR and said is not Cause.UNREACHED:
        return Cause.REFUSED
    if said is Cause.NO_ADDRESS and status == "5.2.1" and "inactive" in words.lower():
        return Cause.DISABLED
    if said is Cause.NO_ADDRESS and _is_a_filter(words, status, when):
        return Cause.REFUSED
    return next((one for one in (said, by_status(status), _first(VAGUE, words)) if one is not Cause.UNKNOWN), said)


def by_words(words: str) -> Cause:
    """Why, from words that leave no doubt; links and addresses in them say nothing."""
    if _BLOCK_LIST.search(words):
        return Cause.REFUSED
    tried = (_first(table, words) for table in (CLEAR, TONGUES))
    return next((one for one in tried if one is not Cause.UNKNOWN), Cause.UNKNOWN)


def by_status(status: str) -> Cause:
    """Why, from the enhanced status code alone (RFC 3463, 3)."""
    return next((cause for known, cause in _BY_STATUS if status == known), Cause.UNKNOWN)


def replies(text: str) -> str:
    """The lines of a text that hold a final reply of a server, or an empty string when there is none."""
    return "\n".join(line for line in text.splitlines() if (reply_code(f" {line}") or 0) >= 500)


def _first(table: tuple[tuple[Cause, re.Pattern[str]], ...], words: str) -> Cause:
    plain = " ".join(_MAILBOX.sub("X", _LINK.sub(" ", _without_accents(words))).split())[:4000]
    readings = dict.fromkeys((plain, _JOINED.sub(" ", plain)))
    return next((cause for said in readings for cause, pattern in table if pattern.search(said)), Cause.UNKNOWN)


def _without_accents(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text[:8000].replace("\u2019", "'"))
    return unicodedata.normalize("NFC", "".join(one for one in parts if not "\u0300" <= one <= "\u036f"))


def _is_a_filter(words: str, status: str, when: str) -> bool:
    """A bare “user unknown” where no address is judged any more: once the message was read, or naming nobody."""
    if not _MERELY_UNKNOWN.search(words) or status.startswith("5.1."):
        return False
    return when == "data" or status.startswith(("5.3.", "5.6.")) or bool(_NAMES_NOBODY.search(words))
