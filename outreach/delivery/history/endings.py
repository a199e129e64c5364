"""Decides how an end of the dialogue that is no reply of the relay reads to a person."""

from collections.abc import Mapping
from typing import Final

from outreach.delivery.states import Failure, Phase
from outreach.errors import N_

_WHEN: Final[Mapping[Phase, str]] = {
    Phase.CONNECT: N_("while connecting"),
    Phase.TLS: N_("while securing the connection"),
    Phase.AUTH: N_("while signing in"),
    Phase.MAIL: N_("at the sender’s address"),
    Phase.RCPT: N_("at the recipient’s address"),
    Phase.DATA: N_("while the letter was leaving"),
    Phase.DOT: N_("once the whole letter had left"),
}
_WHAT: Final[Mapping[Failure, str]] = {
    Failure.DISCONNECTED: N_("The connection broke"),
    Failure.TIMEOUT: N_("The relay did not answer in time"),
    Failure.GARBLED: N_("The relay answered something that is not SMTP"),
    Failure.CERTIFICATE: N_("The relay’s certificate is not to be trusted"),
    Failure.NO_TLS: N_("The relay offers no encryption"),
    Failure.NO_AUTH: N_("The relay offers no way to sign in that we know"),
    Failure.NEEDS_SMTPUTF8: N_("The relay cannot write to an address with accents"),
    Failure.TOO_LARGE: N_("The message is larger than the relay takes"),
    Failure.MALFORMED: N_("This message cannot be written"),
    Failure.UNTRIED: N_("Its turn did not come"),
}
OURS: Final = frozenset(
    {
        N_("the sender stopped before the relay's answer was recorded"),
        N_("This contact has no address."),
        N_("This message cannot be written."),
        N_("It would have come too late to be of use."),
    }
)
"""Words of ours that stand in a row where a relay's words would."""


def said_by(code: int | None, status: str | None, text: str | None) -> str:
    """The words of a relay or of a report on one line, the codes once: a report's words begin with them already."""
    words = text or ""
    ahead = [one for one in (str(code or ""), status or "") if one and one not in words.split()[:2]]
    return " ".join(filter(None, (*ahead, words)))


def plainly(said: str) -> tuple[str, str] | None:
    """What happened and when, of an end that a row keeps as `phase: failure`; None for the relay's own words."""
    phase, colon, failure = said.partition(": ")
    if not colon or phase not in set(Phase) or failure not in set(Failure):
        return None
    return _WHAT[Failure(failure)], _WHEN[Phase(phase)]
