"""Decides how the life of one message reads: what happened, what it says now, what a person can do about it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from outreach.delivery.states import MessageState
from outreach.errors import N_

PLANNED: Final = N_("Planned: batch %(number)s, which leaves on %(moment)s")
LEASED: Final = N_("Taken by a sender (%(owner)s)")
ANNOUNCED: Final = N_("Announced: from here on its letter may leave")
TRIED: Final = N_("Not accepted at try %(tries)s; next one on %(moment)s")
TRIED_NOW: Final = N_("Not accepted at try %(tries)s; the next one follows")
DOUBTED: Final = N_("In doubt after try %(tries)s: its letter left, and no answer came back")
TAKEN: Final = N_("Recorded as accepted by a person who looked in the relay’s log")
AGAIN: Final = N_("To be sent once more, the same to the letter")
GIVEN_UP: Final = N_("Given up by a person")
HURRIED: Final = N_("Its next try is to be made at once")
RESTORED: Final = N_("In doubt: the database was put back to a backup, and it may have left since")
HELD: Final = N_("Held: no further try until a person decides")
WAS_ACCEPTED: Final = N_("Accepted by the relay, before a report came back")

_ENDS: Final[Mapping[MessageState, tuple[str, str]]] = {
    MessageState.SENT: (N_("Accepted by the relay"), "good"),
    MessageState.REJECTED: (N_("Refused by the relay for good"), "bad"),
    MessageState.FAILED: (N_("Given up"), "bad"),
    MessageState.BOUNCED: (N_("Returned: a report says that it did not reach its recipient"), "bad"),
    MessageState.CANCELLED: (N_("Cancelled: it will never leave"), ""),
    MessageState.SUPPRESSED: (N_("Held back: this address must not be written to"), "bad"),
}
_SETTLED: Final[Mapping[MessageState, tuple[str, str]]] = {
    MessageState.SENT: (TAKEN, "good"),
    MessageState.RETRY: (AGAIN, "warn"),
    MessageState.FAILED: (GIVEN_UP, "bad"),
}

_NOW: Final[Mapping[MessageState, str]] = {
    MessageState.QUEUED: N_("It waits for its batch."),
    MessageState.LEASED: N_("A sender has it in hand."),
    MessageState.RETRY: N_("The relay asked us to come back later, and so we do."),
    MessageState.IN_DOUBT: N_(
        "Its letter left and no answer came back: nobody here can say whether the relay took it. It is held until a "
        "person decides; its campaign does not finish before."
    ),
    MessageState.SENT: N_("The relay accepted it, and nothing came back. Nobody can know more."),
    MessageState.REJECTED: N_("The relay refused it for good: it was never accepted."),
    MessageState.FAILED: N_("It was given up: it is not known to have been accepted, and nothing more leaves."),
    MessageState.BOUNCED: N_("The relay accepted it, and a report came back: it did not reach its recipient."),
    MessageState.CANCELLED: N_("It had become useless before it left."),
    MessageState.SUPPRESSED: N_("It did not leave, because this address must not be written to."),
}
HELD_NOW: Final = N_("A person holds it: no further try is made until somebody decides.")
DUE_NOW: Final = N_("It is due, and leaves as soon as a sender takes it.")
ON_ITS_WAY: Final = N_("A sender has announced it: its letter is on its way.")
RESTORED_NOW: Final = N_(
    "The database was put back to a backup, which does not know whether this message left since: the relay’s log does. "
    "It is held until a person decides; its campaign does not finish before."
)
STALLED: Final = N_("The sender that had it in hand is no more: the next sender that starts settles it.")


class Why(StrEnum):
    """Why a message never left, as far as it can still be told."""

    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"
    ANSWERED = "answered"
    OVER = "over"
    OPT_OUT = "opt_out"
    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    STAFF = "staff"
    ERASURE = "erasure"


WHY: Final[Mapping[Why, str]] = {
    Why.STOPPED: N_("Its campaign was stopped."),
    Why.WITHDRAWN: N_("The invitation was withdrawn."),
    Why.ANSWERED: N_("Its reader had answered: the reminder was no longer needed."),
    Why.OVER: N_("The event was over, or will not take place."),
    Why.OPT_OUT: N_("Its reader asked not to be written to."),
    Why.BOUNCE: N_("Messages to this address come back."),
    Why.COMPLAINT: N_("Its reader reported our messages as unwanted."),
    Why.STAFF: N_("The office decided not to write to this address."),
    Why.ERASURE: N_("Its reader asked to be erased."),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One step as it was kept."""

    kind: str
    at: datetime
    state: MessageState
    tries: int
    intent_at: datetime | None
    due_at: datetime
    said: str
    by: str


@dataclass(frozen=True, slots=True)
class Life:
    """What is known of one message."""

    state: MessageState
    due_at: datetime
    tries: int
    owner: str
    leased_at: datetime | None
    intent_at: datetime | None
    ended_at: datetime | None
    said: str
    is_held: bool
    steps: Sequence[Told] = ()
    planned_at: datetime | None = None
    planned_by: str = ""
    batch: int | None = None
    batch_at: datetime | None = None
    why: Why | None = None
    is_stalled: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened: a sentence with slots, what fills them, and the relay's own words."""

    at: datetime
    title: str
    values: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    said: str = ""
    by: str = ""
    tone: str = ""


def moments(life: Life) -> list[Moment]:
    """Everything that happened, the newest first."""
    told = [*_planned(life), *_stepped(life.steps), *_under_way(life), *_ended(life)]
    return [one for _place, one in sorted(enumerate(told), key=lambda pair: (pair[1].at, pair[0]), reverse=True)]


def standing(life: Life, now: datetime) -> str:
    """What the message says at this instant, in a sentence."""
    if life.state is MessageState.LEASED and life.is_stalled:
        return STALLED
    if life.state is MessageState.LEASED and life.intent_at is not None:
        return ON_ITS_WAY
    if life.state is MessageState.IN_DOUBT and life.steps and life.steps[-1].kind == "restored":
        return RESTORED_NOW
    if life.is_held:
        return HELD_NOW
    if life.state in {MessageState.QUEUED, MessageState.RETRY} and life.due_at <= now:
        return DUE_NOW
    return _NOW[life.state]


def _planned(life: Life) -> Iterator[Moment]:
    if life.planned_at is not None and life.batch_at is not None:
        values = {"number": life.batch, "moment": life.batch_at}
        yield Moment(life.planned_at, PLANNED, values, by=life.planned_by)


def _stepped(steps: Iterable[Told]) -> Iterator[Moment]:
    announced: set[datetime] = set()
    for step in steps:
        if step.intent_at is not None and step.intent_at not in announced and step.kind == "tried":
            announced.add(step.intent_at)
            yield Moment(step.intent_at, ANNOUNCED)
        yield _of(step)


def _of(step: Told) -> Moment:
    match step.kind:
        case "tried" if step.state is MessageState.IN_DOUBT:
            return Moment(step.at, DOUBTED, {"tries": step.tries}, said=step.said, tone="warn")
        case "tried":
            title, values = (TRIED, {"moment": step.due_at}) if step.due_at > step.at else (TRIED_NOW, {})
            return Moment(step.at, title, {"tries": step.tries, **values}, said=step.said, tone="warn")
        case "hurried":
            return Moment(step.at, HURRIED, by=step.by)
        case "held":
            return Moment(step.at, HELD, by=step.by, tone="warn")
        case "restored":
            return Moment(step.at, RESTORED, tone="warn")
        case "returned":
            return Moment(step.intent_at or step.at, WAS_ACCEPTED, said=step.said, tone="good")
        case _:
            title, tone = _SETTLED.get(step.state, (GIVEN_UP, "bad"))
            return Moment(step.at, title, by=step.by, tone=tone)


def _under_way(life: Life) -> Iterator[Moment]:
    """The last lease and its announcement, unless a step has told them."""
    known = {step.intent_at for step in life.steps}
    last_try = max((step.at for step in life.steps if step.kind == "tried"), default=None)
    if life.leased_at is not None and (last_try is None or life.leased_at > last_try):
        yield Moment(life.leased_at, LEASED if life.owner else _TAKEN_UP, {"owner": life.owner})
    if life.intent_at is not None and life.intent_at not in known:
        yield Moment(life.intent_at, ANNOUNCED)


_TAKEN_UP: Final = N_("Taken by a sender")


def _ended(life: Life) -> Iterator[Moment]:
    """How it ended; a person's decision is told by its step."""
    by_a_person = any(step.kind == "settled" and step.state is life.state for step in life.steps)
    if life.ended_at is None or life.state not in _ENDS or by_a_person:
        return
    title, tone = _ENDS[life.state]
    yield Moment(life.ended_at, title, text=WHY[life.why] if life.why else "", said=life.said, tone=tone)
