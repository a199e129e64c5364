"""A change of programme, or the end of an event, reaches everybody who said that they come, and nobody else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import delete, select, update

from outreach.accounts.models import Role
from outreach.database import db, now, transaction
from outreach.delivery.letters.headers import Mailbox
from outreach.delivery.letters.mime import Draft
from outreach.delivery.letters.notice_letters import notice_draft, packed
from outreach.delivery.models import Notice, NoticePurpose
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState
from outreach.events.actions import announce, cancel, edit_session
from outreach.events.models import Announcement, News, Session
from outreach.events.queries import facts_of_session, get_event
from outreach.institution.queries import institution
from outreach.invitations.models import Reply
from outreach.invitations.queries import get_by_key, get_invitation
from outreach.invitations.stop_actions import Scope, stop
from outreach.links import Purpose, links
from outreach.rsvp.models import Seat
from outreach.rsvp.queries import find_answer
from outreach.rsvp.telling.jobs import AT_ONCE, tell_those_who_come
from tests.relay import Relay
from tests.rsvp.guests import Guest
from tests.rsvp.test_waiting import MONDAY, Hall

Browser = Callable[..., FlaskClient]
LATER = timedelta(minutes=6)


def hall_of(coming: int) -> tuple[Hall, list[Guest]]:
    """So many who come, one who does not, one who has not answered."""
    hall = Hall()
    hall.answer(hall.seated, Reply.NO)
    hall.limit(100)
    come = [hall.waits() for _ in range(coming)]
    hall.invite()
    return hall, come


def call_off(hall: Hall, is_cancelled: bool = True) -> None:
    db.session.rollback()
    with transaction():
        cancel(get_event(hall.event_id), is_cancelled)


def news() -> list[Notice]:
    db.session.rollback()
    made = select(Notice).where(Notice.purpose == NoticePurpose.EVENT_NEWS).order_by(Notice.id)
    return list(db.session.scalars(made))


def tick() -> int:
    db.session.rollback()
    return tell_those_who_come()


@pytest.mark.both
@pytest.mark.usefixtures("app")
def test_a_cancelled_event_is_told_once_to_everybody_who_comes(clock: time_machine.Traveller) -> None:
    hall, come = hall_of(3)
    call_off(hall)
    assert tick() == 0
    clock.shift(LATER)
    assert tick() == 3
    assert tick() == 0
    assert [one.invitation_id for one in news()] == [get_by_key(one.key).id for one in come]
    calendar = Calendar.from_ical(news()[0].values["calendar"])
    assert str(calendar["method"]) == "CANCEL"
    assert {str(entry["status"]) for entry in calendar.walk("VEVENT")} == {"CANCELLED"}


@pytest.mark.usefixtures("app")
def test_more_than_one_handful_is_told_to_the_last(clock: time_machine.Traveller) -> None:
    hall, _come = hall_of(AT_ONCE + 1)
    call_off(hall)
    clock.shift(LATER)
    assert tick() == AT_ONCE + 1
    assert db.session.scalars(select(Announcement.told)).one() == AT_ONCE + 1


@pytest.mark.usefixtures("app")
def test_a_turn_is_short_and_the_next_goes_on_where_it_ended(clock: time_machine.Traveller) -> None:
    hall, come = hall_of(AT_ONCE + 1)
    call_off(hall)
    clock.shift(LATER)
    db.session.rollback()
    assert tell_those_who_come(timedelta()) == AT_ONCE
    assert tell_those_who_come(timedelta()) == 1
    assert [one.invitation_id for one in news()] == [get_by_key(one.key).id for one in come]


@pytest.mark.usefixtures("app")
def test_a_press_by_mistake_is_taken_back_before_anybody_is_told(clock: time_machine.Traveller) -> None:
    hall, _come = hall_of(2)
    call_off(hall)
    call_off(hall, False)
    clock.shift(LATER)
    assert tick() == 0
    assert news() == []


@pytest.mark.usefixtures("app")
def test_whoever_was_told_of_the_end_is_told_that_it_takes_place_after_all(clock: time_machine.Traveller) -> None:
    hall, _come = hall_of(1)
    call_off(hall)
    clock.shift(LATER)
    tick()
    leave()
    call_off(hall, False)
    clock.shift(LATER)
    assert tick() == 1
    before, after = (Calendar.from_ical(one.values["calendar"]) for one in news())
    assert str(after["method"]) == "PUBLISH"
    was, now_is = (calendar.walk("VEVENT")[0] for calendar in (before, after))
    assert str(was["uid"]) == str(now_is["uid"])
    assert was.decoded("sequence") < now_is.decoded("sequence")


@pytest.mark.usefixtures("app")
def test_a_change_is_told_when_the_office_says_so_with_the_new_hours(
    signed_in: Browser, clock: time_machine.Traveller
) -> None:
    hall, come = hall_of(1)
    db.session.rollback()
    with transaction():
        event = get_event(hall.event_id)
        day = db.session.get_one(Session, come[0].days[0])
        facts = facts_of_session(day)
        moved = replace(facts, starts_at=facts.starts_at + timedelta(hours=1))
        edit_session(event, day, moved)
    browser = signed_in(Role.SIGN)
    assert "Prévenir les personnes qui viennent" in browser.get(f"/admin/events/{hall.event_id}").text
    assert browser.post(f"/admin/events/{hall.event_id}/tell").status_code == 302
    assert "Prévenir les personnes qui viennent" not in browser.get(f"/admin/events/{hall.event_id}").text
    clock.shift(LATER)
    assert tick() == 1
    entry = Calendar.from_ical(news()[0].values["calendar"]).walk("VEVENT")[0]
    assert entry.decoded("dtstart") == moved.starts_at


@pytest.mark.both
def test_nobody_who_stopped_us_is_told_even_after_the_notice_was_made(app: Flask, relay: Relay) -> None:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        hall, come = hall_of(3)
        first, second = (get_by_key(one.key).contact for one in come[:2])
        assert first is not None
        assert second is not None
        silent = {first.addresses[0].email, second.addresses[0].email}
        _stops(come[0], Scope.EVENT)
        call_off(hall)
        traveller.shift(LATER)
        assert tick() == 2
        _stops(come[1], Scope.EVERYTHING)
        relay_before = list(relay.recipients)
        with sender() as post:
            post.send_due()
        cancelled = [one for one in relay.received if str(one.message["Subject"]).startswith("Annulé")]
        assert relay_before == []
        assert len(cancelled) == 1
        assert not silent & {one.recipient for one in cancelled}


def _stops(one: Guest, scope: Scope) -> None:
    db.session.rollback()
    with transaction():
        stop(get_by_key(one.key), scope, now())


@pytest.mark.usefixtures("app", "clock")
@pytest.mark.parametrize(("language", "words"), [("fr", "n’aura pas lieu"), ("en", "will not take place")])
def test_the_end_of_an_event_is_told_in_the_reader_s_language(
    clock: time_machine.Traveller, language: str, words: str
) -> None:
    hall = Hall()
    one = hall.invite()
    with transaction():
        get_by_key(one.key).language = language
    hall.limit(3)
    hall.answer(one)
    hall.answer(hall.seated, Reply.NO)
    call_off(hall)
    clock.shift(LATER)
    tick()
    draft = _drawn(news()[0])
    assert words in draft.text
    assert words in draft.html
    assert "/a/" not in draft.text


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("language", "waits", "comes"), [("fr", "liste d’attente", "que vous v"), ("en", "waiting list", "coming")]
)
@pytest.mark.parametrize("what", News)
def test_whoever_only_waits_is_not_told_that_they_come(
    clock: time_machine.Traveller, what: News, language: str, waits: str, comes: str
) -> None:
    hall = Hall()
    hall.limit_day(1)
    one = hall.invite()
    with transaction():
        get_by_key(one.key).language = language
    hall.answer(one)
    if what is News.REINSTATED:
        call_off(hall)
        clock.shift(LATER)
        tick()
        leave()
    db.session.rollback()
    with transaction():
        announce(get_event(hall.event_id), what, now())
    clock.shift(LATER)
    assert tick() == 2
    for_seated, for_one = (_drawn(notice) for notice in news()[-2:])
    assert "que vous v" in for_seated.text
    for text in (for_one.text, for_one.html):
        assert waits in text
        assert comes not in text


def _drawn(notice: Notice) -> Draft:
    invitation = get_invitation(notice.invitation_id)
    return notice_draft(notice, invitation, institution(), links(), Mailbox("V", "congres@ville.example"))


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("language", "again", "comes"),
    [("fr", "choisir à nouveau", "venez désormais"), ("en", "choose again", "coming to now")],
)
@pytest.mark.parametrize("what", [News.CHANGED, News.REINSTATED])
def test_whoever_has_no_session_left_is_asked_to_choose_again(
    clock: time_machine.Traveller, what: News, language: str, again: str, comes: str
) -> None:
    hall, (one,) = hall_of(1)
    db.session.rollback()
    with transaction() as session:
        invitation = get_by_key(one.key)
        invitation.language = language
        answer = find_answer(invitation.id)
        assert answer is not None
        answer.language = language
        session.execute(delete(Seat).where(Seat.participant_id.in_([person.id for person in answer.participants])))
    db.session.expire_all()
    if what is News.REINSTATED:
        call_off(hall)
        clock.shift(LATER)
        tick()
        leave()
    with transaction():
        announce(get_event(hall.event_id), what, now())
    clock.shift(LATER)
    assert tick() == 1
    draft = _drawn(news()[-1])
    for text in (draft.text, draft.html):
        assert again in text
        assert comes not in text
        assert links().url(Purpose.ANSWER, one.key) in text


@pytest.mark.usefixtures("app", "clock")
def test_a_later_announcement_takes_the_place_of_one_of_the_same_matter() -> None:
    hall, _come = hall_of(1)
    db.session.rollback()
    with transaction():
        for what in (News.CHANGED, News.CHANGED, News.REINSTATED, News.CANCELLED):
            announce(get_event(hall.event_id), what, now())
    open_ones = select(Announcement.news).where(Announcement.ended_at.is_(None)).order_by(Announcement.id)
    assert db.session.scalars(open_ones).all() == [News.CHANGED, News.CANCELLED]


def leave() -> None:
    """Let what is queued have left."""
    db.session.rollback()
    with transaction() as session:
        session.execute(update(Notice).where(Notice.state == MessageState.QUEUED).values(state=MessageState.SENT))


def told() -> dict[int, list[str]]:
    """By invitation, the news that was not recalled, in order."""
    found: dict[int, list[str]] = {}
    for one in news():
        if one.state is not MessageState.CANCELLED:
            found.setdefault(one.invitation_id, []).append(one.key.split("-")[0])
    return found


@pytest.mark.both
@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("steps", "first", "others"),
    [
        ("C t O t C t", ["cancelled", "reinstated", "cancelled"], ["cancelled", "reinstated", "cancelled"]),
        ("C t O C t", ["cancelled"], ["cancelled"]),
        ("C t O C O t", ["cancelled", "reinstated"], ["cancelled", "reinstated"]),
        ("C p O C t", ["cancelled"], ["cancelled"]),
        ("C p O t", ["cancelled", "reinstated"], []),
        ("C p O C O t", ["cancelled", "reinstated"], []),
        ("C O C t", ["cancelled"], ["cancelled"]),
        ("N C O t", ["changed"], ["changed"]),
        ("C t O N t", ["cancelled", "reinstated", "changed"], ["cancelled", "reinstated", "changed"]),
        ("N C t O t", ["cancelled", "reinstated", "changed"], ["cancelled", "reinstated", "changed"]),
    ],
)
def test_each_change_reaches_each_who_comes_once_and_in_order(
    clock: time_machine.Traveller, steps: str, first: list[str], others: list[str]
) -> None:
    """C: cancelled, O: on after all, N: a change is told; t: time passes; p: time for the first handful only."""
    handful = AT_ONCE if "p" in steps else 1
    hall, come = hall_of(handful + 1)
    for step in steps.split():
        if step in "CO":
            call_off(hall, step == "C")
        elif step == "N":
            db.session.rollback()
            with transaction():
                announce(get_event(hall.event_id), News.CHANGED, now())
        else:
            clock.shift(LATER)
            db.session.rollback()
            for _turn in range(1 if step == "p" else 3):
                tell_those_who_come(timedelta())
            leave()
    numbers = [get_by_key(one.key).id for one in come]
    assert told() == {
        number: those for number, those in zip(numbers, [*[first] * handful, others], strict=True) if those
    }


@pytest.mark.both
@pytest.mark.parametrize("told_before", [False, True])
def test_a_change_that_is_announced_twice_is_told_once(
    signed_in: Browser, clock: time_machine.Traveller, told_before: bool
) -> None:
    hall, come = hall_of(1)
    browser = signed_in(Role.SIGN)
    for _ in range(2):
        browser.post(f"/admin/events/{hall.event_id}/tell")
        if told_before:
            clock.shift(LATER)
            tick()
    clock.shift(LATER)
    tick()
    assert told() == {get_by_key(come[0].key).id: ["changed"]}
    assert len(db.session.scalars(select(Announcement)).all()) == 1


@pytest.mark.both
@pytest.mark.usefixtures("app")
def test_an_end_that_the_relay_put_off_does_not_arrive_after_the_news_that_it_takes_place(
    clock: time_machine.Traveller, relay: Relay
) -> None:
    hall, _come = hall_of(1)
    for is_cancelled, state in ((True, MessageState.LEASED), (False, MessageState.QUEUED)):
        call_off(hall, is_cancelled)
        clock.shift(LATER)
        assert tick() == 1
        with transaction() as session:
            bears = Notice.purpose == NoticePurpose.EVENT_NEWS
            last = session.scalars(select(Notice).where(bears).order_by(Notice.id.desc()).limit(1)).one()
            last.state = state
    with transaction() as session:
        session.execute(
            update(Notice)
            .where(Notice.state == MessageState.LEASED)
            .values(state=MessageState.RETRY, tries=1, merged={"octets": packed(b"Subject: kept\r\n\r\n")})
        )
    with sender() as post:
        post.send_due()
    ended, after = news()
    assert (ended.state, ended.merged, after.state) == (MessageState.CANCELLED, None, MessageState.SENT)
    subjects = [str(one.message["Subject"]) for one in relay.received]
    assert not [one for one in subjects if one.startswith("Annulé")]


@pytest.mark.usefixtures("app")
def test_news_that_is_recalled_keeps_no_letter(clock: time_machine.Traveller) -> None:
    hall, _come = hall_of(1)
    call_off(hall)
    clock.shift(LATER)
    tick()
    number = news()[0].id
    db.session.rollback()
    with transaction() as session:
        session.get_one(Notice, number).merged = {"octets": "kept"}
    call_off(hall, False)
    clock.shift(LATER)
    tick()
    assert [(one.state, one.merged) for one in news()] == [(MessageState.CANCELLED, None)]


@pytest.mark.usefixtures("app")
def test_news_that_waits_for_the_relay_is_recalled_rather_than_overtaken(clock: time_machine.Traveller) -> None:
    hall, _come = hall_of(1)
    call_off(hall)
    clock.shift(LATER)
    tick()
    call_off(hall, False)
    clock.shift(LATER)
    assert tick() == 0
    assert told() == {}
