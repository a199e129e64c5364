"""A room is never overbooked, whoever answers at the same time."""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from outreach.contacts.kinds import Kind
from outreach.database import db, now, transaction
from outreach.errors import Refusal
from outreach.events.actions import remove_session
from outreach.events.models import Session
from outreach.events.queries import get_event
from outreach.invitations.models import Invitation, Reply
from outreach.invitations.queries import get_by_key
from outreach.rsvp import actions
from outreach.rsvp.answering import NotAccepted
from outreach.rsvp.models import Answer, Participant, Seat
from outreach.rsvp.submission import Person, Submission
from outreach.rsvp.waiting.models import PlaceState, WaitingPlace
from tests import people
from tests.rsvp.guests import Guest, ada, guest, taken

ASKING, LEFT, PARTIES = 200, 10, 20


def _coming(one: Guest, *sessions: int, companions: int = 0) -> Submission:
    others = tuple(Person(number, f"Ami {number}", sessions) for number in range(1, companions + 1))
    return Submission(Reply.YES, (Person(0, "Ada", sessions), *others))


def _answer(one: Guest, submission: Submission, at: datetime | None = None) -> None:
    db.session.rollback()
    with transaction():
        actions.answer(get_by_key(one.key), submission, at or now())


def _press_until_heard(app: Flask, one: Guest, submission: Submission) -> None:
    """On a slow machine a crowd waits longer for the database than it lets anybody wait: they press again."""
    while True:
        with contextlib.suppress(OperationalError, NoConnectionFree), app.app_context(), transaction():
            actions.answer(get_by_key(one.key), submission, now())
            return


def _limit(session_id: int, capacity: int, taken_by_others: int = 0) -> None:
    db.session.rollback()
    with transaction():
        session = db.session.get_one(Session, session_id)
        session.capacity = capacity
        session.taken += taken_by_others


def _waiting(session_id: int) -> tuple[int, int]:
    """Places on the waiting list of a session, and seats they are for."""
    db.session.rollback()
    count, seats = db.session.execute(
        select(func.count(), func.coalesce(func.sum(WaitingPlace.seats), 0)).where(
            WaitingPlace.session_id == session_id, WaitingPlace.state == PlaceState.WAITING
        )
    ).one()
    return count, seats


@pytest.mark.both
def test_of_two_hundred_at_once_ten_get_the_last_seats_and_the_others_wait(app: Flask) -> None:
    with transaction():
        event = people.congress()
        guests = [
            guest(event, people.contact(Kind.INDIVIDUAL, f"P{number}", f"N{number}", f"p{number}@poste.test"))
            for number in range(ASKING)
        ]
    room = guests[0].workshops[0]
    _limit(room, LEFT)

    def ask(one: Guest) -> None:
        _press_until_heard(app, one, _coming(one, room))

    with ThreadPoolExecutor(ASKING) as crowd:
        list(crowd.map(ask, guests))
    assert taken(room) == LEFT
    assert db.session.scalar(select(func.count()).select_from(Seat).where(Seat.session_id == room)) == LEFT
    assert _waiting(room) == (ASKING - LEFT, ASKING - LEFT)
    assert db.session.scalar(select(func.count()).select_from(Answer)) == ASKING
    assert taken(guests[0].days[0]) == ASKING


@pytest.mark.both
def test_parties_of_three_are_never_split_and_their_companions_are_counted(app: Flask) -> None:
    with transaction():
        event = people.congress()
        guests = [
            guest(event, people.contact(Kind.INDIVIDUAL, f"P{number}", f"N{number}", f"p{number}@poste.test"))
            for number in range(PARTIES)
        ]
    room = guests[0].days[0]
    _limit(room, LEFT)

    def ask(one: Guest) -> None:
        _press_until_heard(app, one, _coming(one, room, companions=2))

    with ThreadPoolExecutor(PARTIES) as crowd:
        list(crowd.map(ask, guests))
    assert taken(room) == 9
    assert _waiting(room) == (PARTIES - 3, 3 * (PARTIES - 3))
    assert db.session.scalar(select(func.sum(Invitation.coming))) == 9


@pytest.mark.both
@pytest.mark.usefixtures("app")
def test_a_changed_answer_gives_its_seats_back() -> None:
    one = ada()
    first, second = one.workshops[:2]
    _answer(one, _coming(one, first, companions=2))
    assert (taken(first), taken(one.days[0])) == (3, 3)
    _answer(one, _coming(one, second))
    assert (taken(first), taken(second), taken(one.days[0])) == (0, 1, 1)
    assert one.invitation().coming == 1
    _answer(one, Submission(Reply.NO))
    assert (taken(second), taken(one.days[0]), one.invitation().coming) == (0, 0, 0)


@pytest.mark.usefixtures("app")
def test_somebody_seated_in_a_full_room_may_change_the_rest() -> None:
    one = ada()
    room = one.workshops[0]
    _answer(one, _coming(one, room))
    _limit(room, 1)
    _answer(one, Submission(Reply.YES, (Person(0, "Ada", (room, one.days[1])),)))
    assert (taken(room), taken(one.days[1])) == (1, 1)


@pytest.mark.both
@pytest.mark.usefixtures("app")
def test_whoever_brings_one_more_to_a_full_room_keeps_their_seat_and_the_other_waits() -> None:
    one = ada()
    room = one.workshops[1]
    _answer(one, _coming(one, room))
    _limit(room, 1)
    _limit(room, 2, taken_by_others=1)
    _answer(one, _coming(one, room, companions=1))
    assert taken(room) == 2
    assert _waiting(room) == (1, 1)
    assert one.invitation().coming == 2


@pytest.mark.usefixtures("app")
def test_a_party_larger_than_the_room_is_refused_by_name_and_the_earlier_answer_stays() -> None:
    one = ada()
    first, second = one.workshops[:2]
    _answer(one, _coming(one, first))
    _limit(second, 1)
    with pytest.raises(NotAccepted) as refused:
        _answer(one, _coming(one, second, companions=1))
    assert [fault.field for fault in refused.value.faults] == [f"session-0-{second}"]
    assert "1" in str(refused.value.faults[0])
    assert (taken(first), taken(second)) == (1, 0)
    assert one.invitation().reply is Reply.YES


@pytest.mark.usefixtures("app")
def test_whoever_waits_for_a_day_takes_no_seat_of_its_workshops() -> None:
    one = ada()
    _limit(one.days[0], 1, taken_by_others=1)
    _answer(one, _coming(one, one.workshops[0]))
    assert (taken(one.days[0]), taken(one.workshops[0])) == (1, 0)
    assert (_waiting(one.days[0]), _waiting(one.workshops[0])) == ((1, 1), (1, 1))
    assert one.invitation().coming == 0


@pytest.mark.usefixtures("app")
def test_undoing_frees_the_seats_and_keeps_the_history() -> None:
    one = ada()
    _answer(one, _coming(one, one.workshops[0]))
    db.session.rollback()
    with transaction():
        actions.undo(get_by_key(one.key), now())
    assert (taken(one.workshops[0]), one.invitation().reply, one.invitation().coming) == (0, None, 0)
    kept = db.session.scalars(select(Answer)).one()
    assert kept.replaced_at is not None
    assert db.session.scalar(select(func.count()).select_from(Participant)) == 1


@pytest.mark.usefixtures("app")
def test_a_session_of_the_history_is_not_taken_off_the_programme() -> None:
    one = ada()
    _answer(one, _coming(one, one.workshops[0]))
    _answer(one, _coming(one, one.workshops[1]))
    db.session.rollback()
    with transaction() as session:
        workshop = session.get_one(Session, one.workshops[0])
        event = get_event(workshop.event_id)
        with pytest.raises(Refusal, match="had chosen before"):
            remove_session(event, workshop)


@pytest.mark.usefixtures("app")
def test_answering_is_over_after_the_closing_date() -> None:
    one = ada()
    late = one.invitation().event.answer_by + timedelta(seconds=1)
    with pytest.raises(NotAccepted):
        _answer(one, Submission(Reply.NO), late)
