"""Two who wait for each other on PostgreSQL: it ends one of them, which begins again. Nobody reads of an error."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, event

from outreach.accounts.models import Role
from outreach.contacts.duplicates import deciding
from outreach.contacts.kinds import Kind
from outreach.contacts.models import Contact
from outreach.database import committed, db, now, transaction
from outreach.events.models import Session
from outreach.invitations.models import Reply
from outreach.invitations.queries import get_by_key
from outreach.links import Purpose
from outreach.rsvp import actions
from outreach.rsvp.submission import Person, Submission
from outreach.rsvp.waiting.jobs import move_waiting_lists
from outreach.rsvp.waiting.models import PlaceState
from tests import people
from tests.delivery.test_at_once import wait_for_somebody_who_waits
from tests.rsvp.guests import Guest, guest, taken
from tests.rsvp.test_waiting import Hall, state

SignIn = Callable[..., FlaskClient]


@pytest.fixture
def database_kind() -> str:
    return "postgresql"


@contextmanager
def elsewhere(app: Flask, work: Callable[[], object], before: str) -> Iterator[None]:
    """Another process does this, and rests before its first such statement until somebody waits for it.

    The block begins when it rests. What it raises fails the test.
    """
    rests, faults = threading.Event(), list[BaseException]()

    def rest(_connection: Connection, _cursor: object, statement: str, *_more: object) -> None:
        if threading.current_thread() is other and before in statement and not rests.is_set():
            rests.set()
            wait_for_somebody_who_waits()

    def run() -> None:
        with app.app_context():
            try:
                work()
            except BaseException as fault:
                faults.append(fault)
            finally:
                rests.set()
                db.session.remove()

    other = threading.Thread(target=run)
    event.listen(db.engine, "before_cursor_execute", rest)
    try:
        other.start()
        assert rests.wait(30)
        yield
    finally:
        other.join(60)
        event.remove(db.engine, "before_cursor_execute", rest)
    assert not faults, faults


def coming(one: Guest, name: str) -> None:
    """« Je viens », on the first day."""
    actions.answer(get_by_key(one.key), Submission(Reply.YES, (Person(0, name, (one.days[0],)),)), now())


def test_whoever_names_a_delegate_who_answers_at_the_same_moment_reads_of_no_error(
    app: Flask, client: FlaskClient
) -> None:
    with transaction():
        people.city()
        congress = people.congress()
        ada = guest(congress, people.ada())
        luc = guest(congress, people.contact(Kind.INDIVIDUAL, "Luc", "Roy", "luc@association.test"))
    with transaction():
        coming(ada, "Ada Lefèvre")
    delegate = {"given_name": "Luc", "family_name": "Roy", "email": "luc@association.test"}
    form = ada.form("change", reply="represented", **{f"delegate__{name}": value for name, value in delegate.items()})
    with elsewhere(app, lambda: committed(lambda: coming(luc, "Luc Roy")), "FROM session"):
        answer = ada.sends(client, form, Purpose.ANSWER)
    assert answer.status_code == 303
    assert ada.invitation().reply is Reply.REPRESENTED
    own = luc.invitation()
    assert (own.reply, own.represents_id) == (Reply.YES, ada.invitation().id)
    assert taken(ada.days[0]) == 1


def test_whoever_is_merged_while_a_seat_is_offered_is_one_without_an_error(app: Flask, signed_in: SignIn) -> None:
    hall = Hall(seats=2)
    twin = hall.invite()
    hall.limit(3)
    hall.answer(twin)
    waits = hall.waits()
    hall.answer(hall.seated, Reply.NO)
    db.session.rollback()
    with transaction():
        contacts = [db.session.get_one(Contact, get_by_key(one.key).contact_id) for one in (waits, twin)]
        stays, goes = (one.id for one in contacts)
        pair = deciding.put_together(contacts[0], contacts[1], now()).id
    browser = signed_in(*Role)
    with elsewhere(app, move_waiting_lists, "INSERT INTO notice"):
        answer = browser.post(f"/admin/contacts/duplicates/{pair}/merge", data={"keep": stays})
    assert (answer.status_code, state(waits)) == (302, PlaceState.OFFERED)
    db.session.rollback()
    assert db.session.get_one(Contact, goes).merged_into_id == stays
    assert db.session.get_one(Session, hall.room).taken == 1
