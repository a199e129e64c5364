"""Tells a machine that answers in somebody's place (RFC 3834) from that somebody."""

from email.message import Message
from typing import Final

from outreach.delivery.returns.parts import header
from outreach.delivery.returns.wording import any_of

_SUBJECT: Final = any_of(
    r"""
    ^(?:(?:re|aw|tr)\s*:\s*)?r[ée]ponse automatique
    ^message d[’' ]absence
    ^absence du bureau
    ^absen(?:t|ce)\b
    \best absent
    ^en (?:vacances|cong[ée])
    ^out of (?:the )?office
    ^ooo\b
    ^(?:(?:re|aw|tr)\s*:\s*)?auto(?:matic|mated)?[- :]?(?:reply|response|answer|submitted|respon)
    ^away from
    ^(?:on )?(?:vacation|leave|holiday)\b
    ^abwesen
    ^automatische antwort
    ^risposta automatica
    ^respuesta autom
    ^accus[ée] de (?:r[ée]ception|lecture)
    ^confirmation de lecture
    ^(?:lu|read|gelesen)\s*:
    ^diffusion des messages
    ^rapport de non[- ]remise
    """
)
_MARKS: Final = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply", "X-Auto-Response", "X-Vacation")


def is_automatic(headers: Message, subject: str) -> bool:
    """True for absence messages, receipts of reading and the like; to be asked of what is no bounce."""
    submitted = header(headers, "Auto-Submitted").lower()
    if submitted and not submitted.startswith("no"):
        return True
    if any(mark in headers for mark in _MARKS):
        return True
    if header(headers, "Precedence").lower() in {"auto_reply", "auto-reply", "autoreply"}:
        return True
    return headers.get_param("report-type") == "disposition-notification" or bool(_SUBJECT.search(subject))
