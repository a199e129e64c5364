"""What is wrong with an answer, field by field, and what a right one comes to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from outreach.events.kinds import SessionKind
from outreach.invitations.models import Reply
from outreach.rsvp.answering import NotAccepted, Programme, Slot, check, parallel, seats_wanted, settle
from outreach.rsvp.needs import Need
from outreach.rsvp.submission import Delegate, Person, Submission

NOON = datetime(2026, 5, 29, 12, 0, tzinfo=UTC)
CLOSING = datetime(2026, 5, 20, 17, 0, tzinfo=UTC)
MORNING = CLOSING - timedelta(days=30)


def slot(number: int, kind: SessionKind, day: int, start: int, end: int) -> Slot:
    begins = NOON.replace(hour=0) + timedelta(days=day)
    title = f"Séance {number}"
    return Slot(number, kind, begins + timedelta(hours=start), begins + timedelta(hours=end), title)


DAY_1, DAY_2 = slot(1, SessionKind.DAY, 0, 8, 17), slot(2, SessionKind.DAY, 1, 8, 17)
FOOD, INCLUSION = slot(3, SessionKind.WORKSHOP, 0, 14, 16), slot(4, SessionKind.WORKSHOP, 0, 15, 17)
EVENING = slot(5, SessionKind.WORKSHOP, 1, 18, 20)
PROGRAMME = Programme(CLOSING, 2, (DAY_1, DAY_2, FOOD, INCLUSION, EVENING), reserved=True)
COMING = Submission(Reply.YES, (Person(0, "Ada Lefèvre", (1,)),))
DELEGATE = Delegate("Luc", "Roy", "luc@association.test")


def faults(submission: Submission, at: datetime = MORNING, **how: Any) -> dict[str, str]:
    try:
        check(submission, PROGRAMME, at, **how)
    except NotAccepted as refused:
        return {fault.field or "": str(fault) for fault in refused.faults}
    return {}


def with_persons(*persons: Person, consent: bool = False) -> Submission:
    return replace(COMING, persons=persons, consent=consent)


@pytest.mark.parametrize(
    "submission",
    [
        COMING,
        Submission(Reply.NO),
        Submission(Reply.EXCUSED, words="Avec mes regrets"),
        Submission(Reply.REPRESENTED, delegate=DELEGATE),
        with_persons(Person(0, "Ada", (3,))),
        with_persons(Person(0, "Ada", (1, 3)), Person(2, "Zoé", (4,)), Person(4, "Luc")),
        with_persons(Person(0, "Ada", (1,), (Need.CAPTIONS,)), consent=True),
        Submission(Reply.NO, (Person(0, "", (), (Need.CAPTIONS,)),)),
    ],
)
def test_what_is_accepted(submission: Submission) -> None:
    assert faults(submission) == {}


@pytest.mark.parametrize(
    ("submission", "field"),
    [
        (Submission(), "reply"),
        (with_persons(Person(0, "", (1,))), "name-0"),
        (with_persons(Person(0, "Ada")), "days-0"),
        (with_persons(Person(0, "Ada", (1, 99))), "days-0"),
        (with_persons(Person(0, "Ada", (3, 4))), "session-0-4"),
        (with_persons(Person(0, "Ada", (1,)), Person(1, "", (3,))), "name-1"),
        (with_persons(Person(0, "Ada", (1,)), *(Person(n, "Z") for n in (1, 2, 3))), "name-1"),
        (with_persons(Person(0, "Ada", (1,), meal="sans gluten")), "consent-0"),
        (with_persons(Person(0, "Ada", (1,), meal="sel", agrees=True), Person(2, "Zoé", note="ma canne")), "consent-2"),
        (with_persons(Person(0, "A" * 201, (1,))), "name-0"),
        (with_persons(Person(0, "Gagnez sur http://piege.test", (1,))), "name-0"),
        (replace(COMING, words="x" * 4001), "words"),
        (Submission(Reply.REPRESENTED), "delegate-given_name"),
        (Submission(Reply.REPRESENTED), "delegate-family_name"),
        (Submission(Reply.REPRESENTED), "delegate-email"),
        (
            Submission(Reply.REPRESENTED, delegate=replace(DELEGATE, family_name="www.piege.test")),
            "delegate-family_name",
        ),
        (Submission(Reply.REPRESENTED, delegate=replace(DELEGATE, email="luc.association.test")), "delegate-email"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(submission: Submission, field: str) -> None:
    assert field in faults(submission)


def test_two_sessions_at_the_same_time_are_named() -> None:
    said = faults(with_persons(Person(0, "Ada", (3, 4))))["session-0-4"]
    assert said == f"“{FOOD.title}” and “{INCLUSION.title}” take place at the same time: choose one of them."
    assert FOOD.title


def test_a_consent_that_is_taken_back_leaves_nothing_and_stops_nothing() -> None:
    regrets = Person(0, "Ada", (1,), (Need.CAPTIONS,), "sans gluten", "ma canne", agreed=True)
    assert faults(with_persons(regrets)) == {}
    settled = settle(with_persons(regrets, Person(1, "Zoé", meal="sans sel", agrees=True, agreed=True)), PROGRAMME)
    assert [one.confides for one in settled.persons] == [False, True]


def test_answers_close_but_not_for_the_office() -> None:
    late = CLOSING + timedelta(seconds=1)
    assert list(faults(COMING, late)) == [""]
    assert faults(COMING, late, by_staff=True) == {}


def test_a_workshop_brings_its_day_along() -> None:
    assert settle(with_persons(Person(0, "Ada", (5,))), PROGRAMME).myself.sessions == (2, 5)


def test_a_companion_who_chose_nothing_comes_to_the_same_days() -> None:
    settled = settle(with_persons(Person(0, "Ada", (1, 2, 3)), Person(1, "Zoé")), PROGRAMME)
    assert settled.companions[0].sessions == (1, 2)
    assert seats_wanted(settled) == {1: 2, 2: 2, 3: 1}


def test_the_only_day_goes_without_saying() -> None:
    one_day = replace(PROGRAMME, slots=(DAY_1,))
    check(with_persons(Person(0, "Ada")), one_day, MORNING)
    assert settle(with_persons(Person(0, "Ada")), one_day).myself.sessions == (1,)


def test_who_does_not_come_takes_no_seat_and_leaves_no_needs() -> None:
    settled = settle(replace(COMING, reply=Reply.EXCUSED, consent=True), PROGRAMME)
    assert seats_wanted(settled) == {}
    assert not settled.consent


def test_sessions_at_the_same_time_stand_together() -> None:
    assert parallel((EVENING, INCLUSION, FOOD)) == [(FOOD, INCLUSION), (EVENING,)]
