"""Answers that came by telephone or post, entered by the office."""

from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.accounts.models import AuditEntry, Role
from outreach.database import db, now, transaction
from outreach.events.models import Event
from outreach.invitations.models import Reply
from outreach.rsvp.models import Answer, Way
from tests.rsvp.guests import ada, taken

SignIn = Callable[..., FlaskClient]


def test_an_answer_by_telephone_takes_two_clicks_and_says_who_entered_it(signed_in: SignIn) -> None:
    one, browser = ada(), signed_in(Role.READ)
    path = f"/admin/answers/{one.invitation().id}"
    page = browser.get(path)
    assert page.status_code == 200
    assert "Ada Lefèvre" in page.text
    assert browser.post(path, data={"reply": "excused"}).status_code == 303
    assert one.invitation().reply is Reply.EXCUSED
    kept = db.session.scalars(select(Answer)).one()
    assert kept.way is Way.STAFF
    assert kept.user_id is not None
    assert "Camille Martin" in browser.get(path).text
    assert db.session.scalars(select(AuditEntry).where(AuditEntry.action == "answer.entered")).one().user_id


def test_the_office_may_enter_an_answer_after_the_closing_date(signed_in: SignIn) -> None:
    one, browser = ada(), signed_in(Role.READ)
    path = f"/admin/answers/{one.invitation().id}"
    db.session.rollback()
    with transaction():
        db.session.get_one(Event, one.event).answer_by = now() - timedelta(days=1)
    assert browser.post(path, data=one.coming()).status_code == 303
    assert one.invitation().coming == 1
    assert browser.post(path, data={"undo": "1"}).status_code == 303
    assert one.invitation().reply is None


def test_what_the_office_forgot_is_said_beside_its_field(signed_in: SignIn) -> None:
    one, browser = ada(), signed_in(Role.READ)
    page = browser.post(f"/admin/answers/{one.invitation().id}", data={"reply": "yes", "name-0": "Ada"})
    assert page.status_code == 422
    assert 'id="f-days-0"' in page.text


def test_who_may_not_see_answers_enters_none(signed_in: SignIn) -> None:
    one = ada()
    assert signed_in(Role.PREPARE).get(f"/admin/answers/{one.invitation().id}").status_code == 403


def test_whoever_comes_every_day_is_entered_by_one_button(signed_in: SignIn) -> None:
    one, browser = ada(), signed_in(Role.READ)
    path = f"/admin/answers/{one.invitation().id}"
    assert "Vient, tous les jours" in browser.get(path).text
    every_day = {"reply": "yes", "name-0": "Ada Lefèvre", "session-0": [str(number) for number in one.days]}
    assert browser.post(path, data=every_day).status_code == 303
    assert [taken(number) for number in one.days] == [1, 1]
