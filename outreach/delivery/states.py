"""The states of a message, and what each answer of a relay makes of it."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class MessageState(StrEnum):
    """Where one message stands. Open ones ask for something; of the ended, `sent` may bounce, and a merge be undone."""

    QUEUED = "queued"
    LEASED = "leased"
    RETRY = "retry"
    IN_DOUBT = "in_doubt"
    SENT = "sent"
    FAILED = "failed"
    REJECTED = "rejected"
    BOUNCED = "bounced"
    CANCELLED = "cancelled"
    SUPPRESSED = "suppressed"


OPEN: Final = frozenset({MessageState.QUEUED, MessageState.LEASED, MessageState.RETRY, MessageState.IN_DOUBT})
ENDED: Final = frozenset(MessageState) - OPEN


class Phase(StrEnum):
    """How far the dialogue about one message had come when it ended."""

    CONNECT = "connect"  # connection, greeting, EHLO
    TLS = "tls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"  # DATA, and the body as long as its final dot has not left
    DOT = "dot"  # the final dot has left: from here on only a reply tells whether it was accepted


OPENING: Final = frozenset({Phase.CONNECT, Phase.TLS, Phase.AUTH})
ENVELOPE: Final = frozenset({Phase.MAIL, Phase.RCPT, Phase.DATA})


class Failure(StrEnum):
    """An end of the dialogue that is not a reply."""

    DISCONNECTED = "disconnected"
    TIMEOUT = "timeout"
    GARBLED = "garbled"  # something that is not SMTP
    CERTIFICATE = "certificate"  # not trusted, expired, or of another name
    NO_TLS = "no_tls"  # asked for in the URL, not offered
    NO_AUTH = "no_auth"  # a password is set, no mechanism of ours is offered
    NEEDS_SMTPUTF8 = "needs_smtputf8"  # an address with accents, and a relay that does not know them
    TOO_LARGE = "too_large"  # larger than the SIZE the relay states
    MALFORMED = "malformed"  # we refuse to write this message
    UNTRIED = "untried"  # its turn did not come: the connection ended over something else


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply of the relay (RFC 5321 4.2), with its enhanced status (RFC 3463) or an empty string."""

    code: int
    enhanced: str = ""
    text: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (str(self.code), self.enhanced, self.text)))


Answer = Reply | Failure


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the dialogue about one envelope ended. `key` is the envelope's, meaningless here."""

    key: int
    phase: Phase
    answer: Answer

    @property
    def reason(self) -> str:
        """For the row and the person who reads it: the phase and the relay's own words."""
        return f"{self.phase}: {self.answer}"


class Pause(StrEnum):
    """What must wait besides this message."""

    NONE = "none"
    RELAY = "relay"  # back off, for `relay_back_off`
    ALL = "all"  # until a person has looked


@dataclass(frozen=True, slots=True)
class Trial:
    """What the row knows: this attempt (1 is the first), when the first one was, and until when it is of use.

    `once_more`: its campaign has a message in doubt sent once more, instead of holding it for a person. `doubted`: it
    was in doubt before.
    """

    attempt: int
    since: datetime
    useful_until: datetime | None = None
    once_more: bool = False
    doubted: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of the message, its address, and everybody else's messages."""

    state: MessageState
    retry_at: datetime | None = None
    suppress: bool = False  # this address does not exist
    suspect: bool = False  # a bare 550: two campaigns of those suppress the address
    policy: bool = False  # we are refused, not the address: 20 in a row pause the campaign
    pause: Pause = Pause.NONE
    doubtful: bool = False  # nobody can say whether the relay has it, whatever is done about that


class _Effect(StrEnum):
    SENT = "sent"
    DOUBT = "doubt"
    UNTOUCHED = "untouched"
    RETRY = "retry"
    RETRY_LATER = "retry, and back off the relay"
    WAIT = "untouched, and back off the relay"
    STOP = "untouched, and stop everything"
    FAIL = "fail"
    REJECT = "reject"


_ANY: Final = frozenset(Phase)
_UNTRUSTED: Final = (Failure.CERTIFICATE, Failure.NO_TLS, Failure.NO_AUTH)
_UNSENDABLE: Final = (Failure.NEEDS_SMTPUTF8, Failure.TOO_LARGE, Failure.MALFORMED)
_LOST: Final = (Failure.DISCONNECTED, Failure.TIMEOUT, Failure.GARBLED)
_AUTHENTICATE: Final = ("530", "534", "535", "538")

# The first row that fits decides: phases, what ended the dialogue (a failure, or how the code begins), effect.
_TABLE: Final[tuple[tuple[AbstractSet[Phase], tuple[Failure | str, ...], _Effect], ...]] = (
    ({Phase.DOT}, ("2",), _Effect.SENT),
    (_ANY, (Failure.UNTRIED,), _Effect.UNTOUCHED),
    (_ANY, _UNTRUSTED, _Effect.STOP),
    ({Phase.AUTH}, ("5",), _Effect.STOP),
    (ENVELOPE, _AUTHENTICATE, _Effect.STOP),
    (OPENING, (*_LOST, "2", "3", "4", "5"), _Effect.WAIT),
    (_ANY, _UNSENDABLE, _Effect.FAIL),
    (_ANY, ("421",), _Effect.RETRY_LATER),
    (_ANY, ("4",), _Effect.RETRY),
    (_ANY, ("5",), _Effect.REJECT),
    (ENVELOPE, (*_LOST, "2", "3"), _Effect.RETRY),
    ({Phase.DOT}, (*_LOST, "3"), _Effect.DOUBT),
)

GIVE_UP_AFTER: Final = timedelta(hours=72)
_BACK_OFF: Final = (5, 10, 20, 40, 60)
_RELAY_BACK_OFF: Final = (0.5, 1, 2, 5, 10, 15)
_NO_SUCH_ADDRESS: Final = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
_BLAMES_SENDER: Final = frozenset({"5.1.7", "5.1.8"})


def back_off(attempt: int, jitter: float) -> timedelta:
    """How long after attempt n (1 is the first) to try again; jitter from 0 to 1 adds up to a fifth."""
    return timedelta(minutes=_BACK_OFF[min(attempt, len(_BACK_OFF)) - 1]) * (1 + jitter / 5)


def relay_back_off(times: int, jitter: float) -> timedelta:
    """How long to leave the relay alone after the nth refusal in a row."""
    return timedelta(minutes=_RELAY_BACK_OFF[min(times, len(_RELAY_BACK_OFF)) - 1]) * (1 + jitter / 5)


def verdict(answer: Answer, phase: Phase, trial: Trial, now: datetime, jitter: float = 0.0) -> Verdict:
    """What becomes of a message whose dialogue ended so.

    What was in doubt before ends by a yes to the final dot alone: that this copy is refused says nothing of the other.
    """
    judged = _of_itself(answer, phase, trial, now, jitter)
    if trial.doubted and judged.state in ENDED and judged.state is not MessageState.SENT:
        return replace(judged, state=MessageState.IN_DOUBT, doubtful=True)
    return judged


def _of_itself(answer: Answer, phase: Phase, trial: Trial, now: datetime, jitter: float) -> Verdict:
    """The same of a message of which nobody doubts that it has not left."""
    match _effect(answer, phase):
        case _Effect.SENT:
            return Verdict(MessageState.SENT)
        case _Effect.DOUBT:
            return doubt(trial, now, jitter)
        case _Effect.UNTOUCHED:
            return Verdict(MessageState.QUEUED)
        case _Effect.WAIT:
            return Verdict(MessageState.QUEUED, pause=Pause.RELAY)
        case _Effect.STOP:
            return Verdict(MessageState.QUEUED, pause=Pause.ALL)
        case _Effect.FAIL:
            return Verdict(MessageState.FAILED)
        case _Effect.REJECT:
            return _rejected(answer, phase)
        case _Effect.RETRY_LATER:
            return _again(trial, now, jitter, Pause.RELAY)
        case _Effect.RETRY:
            return _again(trial, now, jitter, Pause.NONE)


def doubt(trial: Trial, now: datetime, jitter: float = 0.0) -> Verdict:
    """What becomes of a message that may have been accepted: held for a person; or sent once more, at its first doubt.

    What the relay has put off or refused before that it does not have: only a doubt may mean a second copy.
    """
    if trial.once_more and not trial.doubted:
        again = _again(trial, now, jitter, Pause.NONE)
        if again.retry_at:
            return replace(again, doubtful=True)
    return Verdict(MessageState.IN_DOUBT, doubtful=True)


def _effect(answer: Answer, phase: Phase) -> _Effect:
    for phases, endings, effect in _TABLE:
        if phase in phases and any(_fits(answer, ending) for ending in endings):
            return effect
    return _Effect.DOUBT if phase is Phase.DOT else _Effect.RETRY


def _fits(answer: Answer, ending: Failure | str) -> bool:
    if isinstance(answer, Failure) or isinstance(ending, Failure):
        return answer is ending
    return str(answer.code).startswith(ending)


def _again(trial: Trial, now: datetime, jitter: float, pause: Pause) -> Verdict:
    """Try again in a while, or give up when that would be too late to be of use."""
    at = now + back_off(trial.attempt, jitter)
    last = trial.since + GIVE_UP_AFTER
    if trial.useful_until is not None:
        last = min(last, trial.useful_until)
    if at > last:
        return Verdict(MessageState.FAILED, pause=pause)
    return Verdict(MessageState.RETRY, retry_at=at, pause=pause)


def _rejected(answer: Answer, phase: Phase) -> Verdict:
    """A final refusal: of the address only where the reply says so, of us where it says that."""
    status = answer.enhanced if isinstance(answer, Reply) else ""
    about_recipient = phase in {Phase.RCPT, Phase.DOT}
    return Verdict(
        MessageState.REJECTED,
        suppress=about_recipient and status in _NO_SUCH_ADDRESS,
        suspect=phase is Phase.RCPT and not status and isinstance(answer, Reply) and answer.code == 550,
        policy=status.startswith("5.7.") or status in _BLAMES_SENDER or phase is Phase.MAIL,
    )
