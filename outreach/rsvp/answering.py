"""Decides whether an answer can be taken as it is, and what it comes to."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations

from outreach.contacts.imports.rows.mailboxes import judge
from outreach.contacts.names import holds_link, is_name
from outreach.errors import Refusal
from outreach.events.kinds import SessionKind
from outreach.invitations.models import Reply
from outreach.rsvp.submission import Person, Submission

LONGEST = {"name": 200, "meal": 200, "note": 1000, "words": 4000, "delegate": 100, "email": 254, "role": 200}
"""Characters at most."""


class NotAccepted(Refusal):
    """An answer that cannot be taken as it is; `faults` says why, field by field."""

    status = 422

    def __init__(self, faults: Sequence[Refusal]) -> None:
        super().__init__("The answer is not complete yet.")
        self.faults = tuple(faults)


class AlreadyAnswered(Refusal):
    """A first answer where there is one already."""

    status = 409


@dataclass(frozen=True, slots=True)
class Slot:
    """A day or a workshop that one may come to, in the hours of the place."""

    id: int
    kind: SessionKind
    starts_at: datetime
    ends_at: datetime
    title: str = ""
    """In the language of whoever reads what is wrong."""

    def overlaps(self, other: "Slot") -> bool:
        """True when nobody can be at both."""
        return self.kind is other.kind and self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def holds(self, other: "Slot") -> bool:
        """True for the day of a workshop."""
        return (
            self.kind is SessionKind.DAY
            and other.kind is SessionKind.WORKSHOP
            and self.starts_at.date() == other.starts_at.date()
        )


@dataclass(frozen=True, slots=True)
class Programme:
    """What one may answer to, and until when."""

    answer_by: datetime
    companions_max: int
    slots: tuple[Slot, ...]
    reserved: bool = False
    """True where domains set aside for tests are accepted."""

    @property
    def days(self) -> tuple[Slot, ...]:
        """The days to attend."""
        return tuple(slot for slot in self.slots if slot.kind is SessionKind.DAY)


def check(submission: Submission, programme: Programme, at: datetime, *, by_staff: bool = False) -> None:
    """Raise NotAccepted with all that is wrong. Staff may enter an answer after the closing date."""
    if at > programme.answer_by and not by_staff:
        raise NotAccepted([Refusal("Answers closed on %(day)s.", field="", day=programme.answer_by)])
    if faults := [*_faults(submission, programme)]:
        raise NotAccepted(faults)


def settle(submission: Submission, programme: Programme) -> Submission:
    """What an accepted answer comes to: the day of a workshop goes with it, the only day goes without saying,
    companions who chose nothing come to the same days as the invited person, and nothing is kept of what somebody needs
    once they take their consent back."""
    if submission.reply is not Reply.YES:
        return replace(submission, persons=(Person(0),), consent=False)
    submission = replace(submission, persons=tuple(_without_regrets(one) for one in submission.persons))
    myself = _with_days(submission.myself, programme)
    days = {slot.id for slot in programme.days}
    same = tuple(number for number in myself.sessions if number in days)
    others = (
        _with_days(one if one.sessions else replace(one, sessions=same), programme) for one in submission.companions
    )
    return replace(submission, persons=(myself, *others))


def seats_wanted(submission: Submission) -> Counter[int]:
    """How many seats a settled answer takes in each session."""
    return Counter(number for one in submission.persons for number in one.sessions)


def parallel(slots: Sequence[Slot]) -> list[tuple[Slot, ...]]:
    """Sessions in groups of which everybody can attend one only, in the order of the day."""
    groups: list[list[Slot]] = []
    for slot in sorted(slots, key=lambda one: (one.starts_at, one.ends_at)):
        group = next((group for group in groups if all(slot.overlaps(other) for other in group)), None)
        if group is None:
            groups.append([slot])
        else:
            group.append(slot)
    return [tuple(group) for group in groups]


def _without_regrets(one: Person) -> Person:
    return replace(one, needs=(), meal="", note="") if one.withdraws else one


def _with_days(person: Person, programme: Programme) -> Person:
    chosen = [slot for slot in programme.slots if slot.id in person.sessions]
    days = {day.id for day in programme.days if any(day.holds(slot) for slot in chosen)}
    if len(programme.days) == 1:
        days.add(programme.days[0].id)
    return replace(person, sessions=tuple(sorted({*person.sessions, *days})))


def _faults(submission: Submission, programme: Programme) -> Iterator[Refusal]:
    if submission.reply is None:
        yield Refusal("Choose your answer.", field="reply")
    elif submission.reply is Reply.YES:
        yield from _faults_of_coming(submission, programme)
    elif submission.reply is Reply.REPRESENTED:
        yield from _faults_of_delegate(submission, programme)
    if len(submission.words) > LONGEST["words"]:
        yield _too_long("words", LONGEST["words"])


def _faults_of_coming(submission: Submission, programme: Programme) -> Iterator[Refusal]:
    if not submission.myself.name:
        yield Refusal("Write the name of the person who comes.", field="name-0")
    if len(programme.days) > 1 and not settle(submission, programme).myself.sessions:
        yield Refusal("Choose at least one day.", field="days-0")
    if len(submission.companions) > programme.companions_max:
        most = programme.companions_max
        yield Refusal("%(most)d people at most can come with you.", field="name-1", most=most)
    for one in submission.companions:
        if not one.name:
            yield Refusal(
                "Write the name of this person, or clear what you chose for them.", field=f"name-{one.position}"
            )
    for one in submission.persons:
        yield from _faults_of_person(one, programme)
        if one.confides and not one.withdraws and not submission.may_keep(one):
            yield Refusal(
                "You told us about needs or meals. Tick this box so that we may keep that, or clear it.",
                field=f"consent-{one.position}",
            )


def _faults_of_person(person: Person, programme: Programme) -> Iterator[Refusal]:
    known = {slot.id: slot for slot in programme.slots}
    chosen = [known[number] for number in person.sessions if number in known]
    if len(chosen) < len(person.sessions):
        yield Refusal(
            "The programme has changed since this page was opened. Choose again.", field=f"days-{person.position}"
        )
    for one, other in combinations(chosen, 2):
        if one.overlaps(other):
            yield Refusal(
                "“%(one)s” and “%(other)s” take place at the same time: choose one of them.",
                field=f"session-{person.position}-{other.id}",
                one=one.title,
                other=other.title,
            )
    if holds_link(person.name):
        yield Refusal("Write a name, not a web address.", field=f"name-{person.position}")
    for name in ("name", "meal", "note"):
        if len(getattr(person, name)) > LONGEST[name]:
            yield _too_long(f"{name}-{person.position}", LONGEST[name])


def _faults_of_delegate(submission: Submission, programme: Programme) -> Iterator[Refusal]:
    delegate = submission.delegate
    if not delegate.given_name:
        yield Refusal("Write the given name of the person who represents you.", field="delegate-given_name")
    if not delegate.family_name:
        yield Refusal("Write the family name of the person who represents you.", field="delegate-family_name")
    if not delegate.email:
        yield Refusal(
            "Write the e-mail address of the person who represents you: we send them an invitation of their own.",
            field="delegate-email",
        )
    elif isinstance(verdict := judge(delegate.email, programme.reserved), Refusal):
        yield Refusal(verdict.message, field="delegate-email", **verdict.values)
    for name in ("given_name", "family_name"):
        written = getattr(delegate, name)
        if holds_link(written):
            yield Refusal("Write a name, not a web address.", field=f"delegate-{name}")
        elif written and not is_name(written):
            yield Refusal("Write a name: letters only.", field=f"delegate-{name}")
    for name in ("given_name", "family_name", "role"):
        most = LONGEST["role" if name == "role" else "delegate"]
        if len(getattr(delegate, name)) > most:
            yield _too_long(f"delegate-{name}", most)


def _too_long(field: str, most: int) -> Refusal:
    return Refusal("This is too long: %(most)d characters at most.", field=field, most=most)
