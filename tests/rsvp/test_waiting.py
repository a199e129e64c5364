"""The waiting list moves by itself: free seats are offered, offers run out, nobody is written to in vain."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from outreach.contacts.actions import suppress
from outreach.contacts.kinds import Kind
from outreach.contacts.models import SuppressionReason
from outreach.database import db, now, transaction
from outreach.delivery.models import Notice, NoticePurpose
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState
from outreach.errors import Refusal
from outreach.events.actions import cancel, remove_session
from outreach.events.models import Session
from outreach.events.queries import get_event
from outreach.invitations.models import Reply
from outreach.invitations.queries import get_by_key
from outreach.invitations.stop_actions import Scope, stop
from outreach.links import Purpose
from outreach.rsvp import actions
from outreach.rsvp.models import Answer, Seat, Way
from outreach.rsvp.submission import Person, Submission
from outreach.rsvp.waiting.actions import accept
from outreach.rsvp.waiting.deciding_actions import Choice, decide
from outreach.rsvp.waiting.jobs import move_waiting_lists
from outreach.rsvp.waiting.models import PlaceState, SeatPriority, WaitingPlace
from outreach.rsvp.waiting.queueing import SHORTEST
from tests import people
from tests.relay import Relay
from tests.rsvp.guests import Guest, guest, taken

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
_number = count(1)


class Hall:
    """A workshop with one seat, which the first guest has; everybody else waits."""

    def __init__(self, seats: int = 1) -> None:
        with transaction():
            people.city()
            self.event_id = people.congress().id
        self.seated = self.invite()
        self.room = self.seated.workshops[0]
        self.limit(seats)
        self.answer(self.seated, companions=seats - 1)

    def invite(self, kind: Kind = Kind.INDIVIDUAL) -> Guest:
        number = next(_number)
        db.session.rollback()
        with transaction():
            event = get_event(self.event_id)
            return guest(event, people.contact(kind, f"P{number}", f"N{number}", f"p{number}@poste.test"))

    def limit(self, capacity: int) -> None:
        db.session.rollback()
        with transaction():
            db.session.get_one(Session, self.room).capacity = capacity

    def answer(self, one: Guest, reply: Reply = Reply.YES, companions: int = 0, way: Way = Way.LINK) -> None:
        persons = tuple(Person(n, f"Ami {n}" if n else "Ada", (self.room,)) for n in range(companions + 1))
        db.session.rollback()
        with transaction():
            actions.answer(get_by_key(one.key), Submission(reply, persons), now(), way)

    def waits(self, companions: int = 0, kind: Kind = Kind.INDIVIDUAL) -> Guest:
        one = self.invite(kind)
        self.answer(one, companions=companions)
        return one

    def limit_day(self, capacity: int) -> None:
        db.session.rollback()
        with transaction():
            db.session.get_one(Session, self.seated.days[0]).capacity = capacity

    def place(self, one: Guest, session_id: int) -> WaitingPlace:
        """The latest place of somebody on the list of that session."""
        db.session.rollback()
        places = select(WaitingPlace).join(Answer, Answer.id == WaitingPlace.answer_id)
        own = Answer.invitation_id == get_by_key(one.key).id, WaitingPlace.session_id == session_id
        return db.session.scalars(places.where(*own).order_by(WaitingPlace.id.desc()).limit(1)).one()

    def begins(self) -> datetime:
        db.session.rollback()
        return db.session.get_one(Session, self.room).starts_at

    def frees(self) -> None:
        self.answer(self.seated, Reply.NO)


def state(one: Guest) -> PlaceState | None:
    """Where the latest place of somebody stands."""
    db.session.rollback()
    return db.session.scalar(
        select(WaitingPlace.state)
        .join(Answer, Answer.id == WaitingPlace.answer_id)
        .where(Answer.invitation_id == get_by_key(one.key).id)
        .order_by(WaitingPlace.id.desc())
        .limit(1)
    )


def tick() -> int:
    db.session.rollback()
    return move_waiting_lists()


def offers_written() -> list[str | None]:
    """To whom seats were offered by mail, in order."""
    db.session.rollback()
    written = select(Notice.email).where(Notice.purpose == NoticePurpose.SEAT_OFFER).order_by(Notice.id)
    return list(db.session.scalars(written))


def mail_is(outcome: MessageState, at: datetime) -> None:
    """What became of the offers written so far."""
    db.session.rollback()
    with transaction():
        queued = Notice.purpose == NoticePurpose.SEAT_OFFER, Notice.state == MessageState.QUEUED
        db.session.execute(update(Notice).where(*queued).values(state=outcome, ended_at=at))


@pytest.mark.both
@pytest.mark.usefixtures("app", "clock")
def test_a_seat_given_back_is_kept_for_whoever_asked_first() -> None:
    hall = Hall()
    first, second = hall.waits(), hall.waits()
    assert tick() == 0
    hall.frees()
    assert taken(hall.room) == 0
    assert tick() == 1
    assert (state(first), state(second)) == (PlaceState.OFFERED, PlaceState.WAITING)
    assert taken(hall.room) == 1
    assert tick() == 0
    assert len(offers_written()) == 1


@pytest.mark.both
@pytest.mark.usefixtures("app")
def test_an_offer_runs_out_and_moves_on_by_itself(clock: time_machine.Traveller) -> None:
    hall = Hall()
    first, second = hall.waits(), hall.waits()
    hall.frees()
    tick()
    mail_is(MessageState.SENT, now())
    clock.shift(timedelta(hours=47))
    assert tick() == 0
    clock.shift(timedelta(hours=1, minutes=1))
    assert tick() == 1
    assert (state(first), state(second)) == (PlaceState.EXPIRED, PlaceState.OFFERED)
    assert taken(hall.room) == 1


@pytest.mark.usefixtures("app")
def test_nothing_runs_out_before_its_message_has_left(clock: time_machine.Traveller) -> None:
    hall = Hall()
    first = hall.waits()
    hall.frees()
    tick()
    clock.shift(timedelta(hours=72))
    tick()
    assert state(first) is PlaceState.OFFERED
    mail_is(MessageState.SENT, now())
    clock.shift(timedelta(hours=47))
    tick()
    assert state(first) is PlaceState.OFFERED
    clock.shift(timedelta(hours=2))
    tick()
    assert state(first) is PlaceState.EXPIRED
    assert taken(hall.room) == 0


@pytest.mark.both
@pytest.mark.usefixtures("app")
def test_no_offer_outlives_the_beginning_of_its_session(clock: time_machine.Traveller) -> None:
    hall = Hall()
    first = hall.waits()
    hall.frees()
    tick()
    clock.move_to(hall.begins() - SHORTEST - timedelta(minutes=1))
    tick()
    assert state(first) is PlaceState.OFFERED
    clock.shift(timedelta(minutes=1))
    db.session.rollback()
    with transaction(), pytest.raises(Refusal, match="This offer is over"):
        accept(db.session.scalars(select(WaitingPlace)).one(), now())
    assert tick() == 0
    assert (state(first), taken(hall.room)) == (PlaceState.EXPIRED, 0)


@pytest.mark.usefixtures("app", "clock")
def test_an_offer_that_comes_back_moves_on_at_once() -> None:
    hall = Hall()
    first, second = hall.waits(), hall.waits()
    hall.frees()
    tick()
    mail_is(MessageState.BOUNCED, now())
    assert tick() == 1
    assert (state(first), state(second)) == (PlaceState.EXPIRED, PlaceState.OFFERED)


@pytest.mark.both
@pytest.mark.usefixtures("app", "clock")
def test_nobody_is_offered_a_seat_who_asked_us_to_stop() -> None:
    hall = Hall()
    first, second = hall.waits(), hall.waits()
    stopped = get_by_key(first.key).contact
    assert stopped is not None
    email = stopped.addresses[0].email
    db.session.rollback()
    with transaction():
        suppress(email, SuppressionReason.OPT_OUT, now(), hall.event_id)
    hall.frees()
    assert tick() == 1
    assert (state(first), state(second)) == (PlaceState.WAITING, PlaceState.OFFERED)
    assert email not in offers_written()


@pytest.mark.both
def test_a_wish_to_stop_holds_back_an_offer_on_its_way_and_the_seat_moves_on(app: Flask, relay: Relay) -> None:
    with time_machine.travel(MONDAY, tick=False):
        hall = Hall()
        first, second = hall.waits(), hall.waits()
        hall.frees()
        tick()
        db.session.rollback()
        with transaction():
            stop(get_by_key(first.key), Scope.EVERYTHING, now())
        email = offers_written()[0] or ""
        db.session.rollback()
        with sender() as post:
            post.send_due()
        assert relay.recipients.count(email) == 1  # the confirmation of their answer, not the offer
        tick()
        assert (state(first), state(second)) == (PlaceState.EXPIRED, PlaceState.OFFERED)


@pytest.mark.usefixtures("app", "clock")
def test_the_kinds_that_the_organiser_prefers_go_first() -> None:
    hall = Hall()
    hall.waits()
    mayor = hall.waits(kind=Kind.MAYOR)
    with transaction():
        db.session.add(SeatPriority(event_id=hall.event_id, kind=Kind.MAYOR, rank=1))
    hall.frees()
    tick()
    assert state(mayor) is PlaceState.OFFERED


@pytest.mark.usefixtures("app", "clock")
def test_a_party_too_large_lets_the_next_go_and_waits_on() -> None:
    hall = Hall(seats=2)
    party, single = hall.waits(companions=1), hall.waits()
    hall.answer(hall.seated)
    tick()
    assert (state(party), state(single)) == (PlaceState.WAITING, PlaceState.OFFERED)


@pytest.mark.usefixtures("app", "clock")
def test_a_newcomer_does_not_overtake_those_who_wait() -> None:
    hall = Hall()
    hall.waits()
    hall.frees()
    late = hall.waits()
    assert (state(late), taken(hall.room)) == (PlaceState.WAITING, 0)


@pytest.mark.both
@pytest.mark.usefixtures("app")
def test_a_seat_that_is_offered_no_more_goes_to_whoever_comes(clock: time_machine.Traveller) -> None:
    hall = Hall()
    first = hall.waits()
    hall.frees()
    early, late = hall.invite(), hall.invite()
    clock.move_to(hall.begins() - 2 * SHORTEST)
    hall.answer(early, way=Way.STAFF)
    clock.shift(timedelta(minutes=1))
    hall.answer(late, way=Way.STAFF)
    assert tick() == 0
    assert (state(first), state(early), state(late)) == (PlaceState.WAITING, PlaceState.WAITING, None)
    assert (taken(hall.room), late.invitation().coming) == (1, 1)


@pytest.mark.usefixtures("app", "clock")
def test_more_seats_are_offered_when_the_room_grows() -> None:
    hall = Hall()
    waiting = [hall.waits() for _ in range(3)]
    hall.limit(3)
    assert tick() == 2
    assert [state(one) for one in waiting] == [PlaceState.OFFERED, PlaceState.OFFERED, PlaceState.WAITING]
    assert taken(hall.room) == 3


@pytest.mark.usefixtures("app", "clock")
def test_whoever_changes_their_answer_while_seats_are_kept_takes_them_or_gives_them_back() -> None:
    hall = Hall(seats=2)
    first, second = hall.waits(), hall.waits()
    hall.frees()
    tick()
    hall.answer(first)
    hall.answer(second, Reply.EXCUSED)
    assert (state(first), state(second), taken(hall.room)) == (PlaceState.SEATED, PlaceState.LEFT, 1)


@pytest.mark.usefixtures("app")
def test_a_changed_answer_keeps_its_place_in_the_line(clock: time_machine.Traveller) -> None:
    hall = Hall()
    first = hall.waits()
    clock.shift(timedelta(minutes=1))
    second = hall.waits()
    hall.answer(first)
    hall.frees()
    tick()
    assert (state(first), state(second)) == (PlaceState.OFFERED, PlaceState.WAITING)


@pytest.mark.both
@pytest.mark.usefixtures("app")
def test_whoever_lets_a_day_go_waits_no_longer_for_its_workshops(clock: time_machine.Traveller) -> None:
    hall = Hall()
    day = hall.seated.days[0]
    hall.limit_day(1)
    first, second = hall.waits(), hall.waits()
    hall.frees()
    assert tick() == 1
    assert hall.place(first, day).state is PlaceState.OFFERED
    assert hall.place(first, hall.room).state is PlaceState.WAITING
    mail_is(MessageState.SENT, now())
    clock.shift(timedelta(hours=49))
    assert tick() == 1
    assert (hall.place(first, day).state, hall.place(second, day).state) == (PlaceState.EXPIRED, PlaceState.OFFERED)
    assert hall.place(first, hall.room).state is PlaceState.LEFT
    number = hall.place(second, day).id
    db.session.rollback()
    with transaction():
        decide(get_by_key(second.key), number, Choice.DECLINE, now())
    assert tick() == 0
    assert hall.place(second, hall.room).state is PlaceState.LEFT
    assert (taken(day), taken(hall.room)) == (0, 0)


@pytest.mark.both
@pytest.mark.usefixtures("app", "clock")
def test_a_companion_without_the_day_leaves_the_line_of_its_workshop_and_the_other_stays() -> None:
    hall = Hall(seats=2)
    day = hall.seated.days[0]
    hall.limit_day(3)
    pair = hall.waits()
    hall.answer(pair, companions=1)
    number = hall.place(pair, day).id
    assert hall.place(pair, hall.room).positions == [0, 1]
    db.session.rollback()
    with transaction():
        decide(get_by_key(pair.key), number, Choice.LEAVE, now())
    place = hall.place(pair, hall.room)
    assert (place.state, place.positions, place.seats) == (PlaceState.WAITING, [0], 1)


@pytest.mark.usefixtures("app", "clock")
def test_nothing_is_offered_for_an_event_that_is_cancelled() -> None:
    hall = Hall()
    first = hall.waits()
    hall.frees()
    with transaction():
        cancel(get_event(hall.event_id), True)
    assert tick() == 0
    assert state(first) is PlaceState.WAITING


@pytest.mark.both
@pytest.mark.usefixtures("app")
def test_an_offer_does_not_run_out_while_its_event_is_cancelled(clock: time_machine.Traveller) -> None:
    hall = Hall()
    first = hall.waits()
    hall.frees()
    tick()
    mail_is(MessageState.SENT, now())
    with transaction():
        cancel(get_event(hall.event_id), True)
    clock.shift(timedelta(hours=49))
    tick()
    assert (state(first), taken(hall.room)) == (PlaceState.OFFERED, 1)
    db.session.rollback()
    with transaction():
        cancel(get_event(hall.event_id), False)
    tick()
    assert (state(first), taken(hall.room)) == (PlaceState.EXPIRED, 0)


@pytest.mark.both
@pytest.mark.usefixtures("app", "clock")
def test_the_message_of_an_offer_that_is_over_does_not_leave_any_more() -> None:
    hall = Hall()
    first, second = hall.waits(), hall.waits()
    hall.frees()
    tick()
    hall.answer(first, Reply.EXCUSED)
    tick()
    made = select(Notice.state).where(Notice.purpose == NoticePurpose.SEAT_OFFER).order_by(Notice.id)
    assert (state(first), state(second)) == (PlaceState.LEFT, PlaceState.OFFERED)
    assert db.session.scalars(made).all() == [MessageState.CANCELLED, MessageState.QUEUED]


@pytest.mark.both
def test_one_press_takes_the_seat_and_a_message_confirms_it(client: FlaskClient, clock: time_machine.Traveller) -> None:
    hall = Hall()
    first = hall.waits()
    hall.frees()
    tick()
    place = db.session.scalars(select(WaitingPlace.id)).one()
    assert client.get(first.url(Purpose.ANSWER) + "/seats").status_code == 200
    assert state(first) is PlaceState.OFFERED
    form = first.form("seats", place=place, choice="take")
    clock.shift(timedelta(seconds=30))
    sent = client.post(first.url(Purpose.ANSWER) + "/seats", data=form, forged=True)
    assert sent.status_code == 303
    assert (state(first), taken(hall.room), first.invitation().coming) == (PlaceState.SEATED, 1, 1)
    assert client.post(first.url(Purpose.ANSWER) + "/seats", data=form, forged=True).status_code == 303
    confirmations = select(Notice).where(
        Notice.purpose == NoticePurpose.CONFIRMATION, Notice.invitation_id == first.invitation().id
    )
    kept = db.session.scalars(confirmations.order_by(Notice.id)).all()
    assert len(kept) == 2
    assert len(kept[-1].values["persons"][0]["sessions"]) == 2


def test_one_press_lets_the_seat_go_to_the_next(client: FlaskClient, clock: time_machine.Traveller) -> None:
    hall = Hall()
    first, second = hall.waits(), hall.waits()
    hall.frees()
    tick()
    place = db.session.scalars(select(WaitingPlace.id).order_by(WaitingPlace.id)).first()
    form = first.form("seats", place=place, choice="decline")
    clock.shift(timedelta(seconds=30))
    assert client.post(first.url(Purpose.ANSWER) + "/seats", data=form, forged=True).status_code == 303
    tick()
    assert (state(first), state(second), taken(hall.room)) == (PlaceState.DECLINED, PlaceState.OFFERED, 1)
    again = client.post(first.url(Purpose.ANSWER) + "/seats", data={**form, "choice": "take"}, forged=True)
    assert again.status_code == 400
    stranger = second.form("seats", place=place, choice="take")
    clock.shift(timedelta(seconds=30))
    refused = client.post(second.url(Purpose.ANSWER) + "/seats", data=stranger, forged=True)
    assert refused.status_code == 400
    assert (state(first), state(second)) == (PlaceState.DECLINED, PlaceState.OFFERED)


@pytest.mark.usefixtures("clock")
def test_a_machine_that_presses_at_once_takes_nothing(app: Flask, client: FlaskClient) -> None:
    app.config["PACE_SECONDS"] = 10
    hall = Hall()
    first = hall.waits()
    hall.frees()
    tick()
    place = db.session.scalars(select(WaitingPlace.id)).one()
    form = first.form("seats", place=place, choice="decline")
    page = client.post(first.url(Purpose.ANSWER) + "/seats", data=form, forged=True)
    assert page.status_code == 200
    assert str(place) in page.text
    assert state(first) is PlaceState.OFFERED


@pytest.mark.usefixtures("app", "clock")
def test_a_session_that_somebody_waits_for_is_not_taken_off_the_programme() -> None:
    hall = Hall()
    hall.limit(1)
    late = hall.waits()
    db.session.rollback()
    with transaction():
        db.session.execute(delete(Seat).where(Seat.session_id == hall.room))
        db.session.get_one(Session, hall.room).taken = 0
    db.session.rollback()
    with transaction():
        event = get_event(hall.event_id)
        with pytest.raises(Refusal, match="had chosen before"):
            remove_session(event, db.session.get_one(Session, hall.room))
    assert state(late) is PlaceState.WAITING
