"""Decides what the figures of an event add up to: the funnel, answers by kind and by département."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from outreach.contacts.kinds import Kind
from outreach.delivery.states import MessageState
from outreach.invitations.models import Reply


@dataclass(frozen=True, slots=True)
class Tally:
    """So many answers of one sort, and how many persons come with them."""

    kind: Kind
    department: str
    reply: Reply
    answers: int
    coming: int


@dataclass(frozen=True, slots=True)
class Displays:
    """How often a letter was displayed: a count of displays, which says nothing of how many people saw it."""

    people: int
    machines: int


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered, seen from several sides."""

    by_reply: Mapping[Reply, int]
    by_kind: tuple[tuple[Kind, int], ...]
    """The most frequent first."""
    by_department: Mapping[str, int]
    elsewhere: int
    """Answers from outside the French départements."""
    coming: int
    """Persons, companions included."""

    @property
    def total(self) -> int:
        """How many have answered."""
        return sum(self.by_reply.values())


@dataclass(frozen=True, slots=True)
class Funnel:
    """From the invited to those who come. Messages and people are counted apart: one person may get several."""

    invited: int
    accepted: int
    """Messages that the relay accepted and that have not come back."""
    returned: int
    displays: Displays
    answered: int
    coming: int
    through_others: int

    @property
    def waiting(self) -> int:
        """How many have not answered."""
        return max(self.invited - self.answered, 0)


def add_up(tallies: Iterable[Tally]) -> Answers:
    """The answers from every side, in one pass."""
    replies: Counter[Reply] = Counter()
    kinds: Counter[Kind] = Counter()
    departments: Counter[str] = Counter()
    coming = 0
    for one in tallies:
        replies[one.reply] += one.answers
        kinds[one.kind] += one.answers
        departments[one.department] += one.answers
        coming += one.coming
    elsewhere = departments.pop("", 0)
    by_kind = tuple(sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0])))
    return Answers({reply: replies[reply] for reply in Reply}, by_kind, dict(departments), elsewhere, coming)


def funnel(
    invited: int, messages: Mapping[MessageState, int], displays: Displays, answers: Answers, through_others: int
) -> Funnel:
    """The figures at the head of the dashboard."""
    return Funnel(
        invited=invited,
        accepted=messages.get(MessageState.SENT, 0),
        returned=messages.get(MessageState.BOUNCED, 0),
        displays=displays,
        answered=answers.total,
        coming=answers.coming,
        through_others=through_others,
    )
