"""Pages about events."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient

from outreach.accounts.models import Role
from outreach.database import db, transaction
from outreach.events import queries
from outreach.events.models import Event, Session
from tests import people

Browser = Callable[..., FlaskClient]
FORM = {
    "title_fr": "Réunion d’été",
    "title_en": "Summer meeting",
    "first_day": "2027-06-04",
    "last_day": "2027-06-05",
    "answer_by": "2027-05-28T18:00",
    "timezone": "Europe/Paris",
    "place_fr": "Mairie",
    "contact": "congres@ville.example",
    "companions_max": "2",
    "registration_open": "1",
}
WORKSHOP = {"kind": "workshop", "title_fr": "Atelier", "date": "2027-06-04", "from": "09:30", "to": "12:00"}


@pytest.fixture
def event(app: object) -> Event:
    with transaction():
        return people.congress(date(2027, 6, 4))


def fresh(event: Event) -> Event:
    """The event as the database has it now."""
    db.session.expunge_all()
    found = queries.get_event(event.id)
    db.session.expunge_all()
    db.session.rollback()
    return found


def test_an_event_is_created_by_form(signed_in: Browser) -> None:
    browser = signed_in(Role.PREPARE)
    answer = browser.post("/admin/events/new", data=FORM, follow_redirects=True)
    assert answer.status_code == 200
    event = db.session.query(Event).one()
    assert event.slug == "reunion-d-ete"
    assert event.starts_on == date(2027, 6, 4)
    assert event.answer_by.isoformat() == "2027-05-28T16:00:00+00:00"
    page = browser.get(f"/admin/events/{event.id}/edit").text
    assert 'value="2027-05-28T18:00"' in page


def test_faults_are_shown_beside_their_fields(signed_in: Browser) -> None:
    answer = signed_in(Role.PREPARE).post("/admin/events/new", data={**FORM, "contact": "x", "title_fr": ""})
    assert answer.status_code == 422
    assert "f-contact-error" in answer.text
    assert "f-title_fr-error" in answer.text
    assert "title.fr" not in answer.text


def test_the_programme_shows_days_themes_and_seats(signed_in: Browser, event: Event) -> None:
    page = signed_in(Role.READ).get(f"/admin/events/{event.id}?lang=fr").text
    assert "ven. 4 et sam. 5 juin 2027" in page
    for theme in people.THEMES:
        assert theme in page
    assert "/edit" not in page


def test_moving_an_event_moves_its_sessions(signed_in: Browser, event: Event) -> None:
    before = sorted(session.starts_at for session in event.sessions)
    form = {**FORM, "first_day": "2027-11-05", "last_day": "2027-11-06", "answer_by": ""}
    assert signed_in(Role.PREPARE).post(f"/admin/events/{event.id}/edit", data=form).status_code == 302
    after = [session.starts_at for session in fresh(event).sessions]
    assert {(later - earlier).days for earlier, later in zip(before, after, strict=True)} == {154}
    assert after[0].hour == before[0].hour + 1, "the hour on the clock stays: winter time"
    assert fresh(event).revision == 1


def test_a_shorter_event_keeps_room_for_its_sessions(signed_in: Browser, event: Event) -> None:
    form = {**FORM, "last_day": "2027-06-04"}
    answer = signed_in(Role.PREPARE).post(f"/admin/events/{event.id}/edit", data=form)
    assert answer.status_code == 422
    assert "f-last_day-error" in answer.text


def test_a_session_is_added_changed_and_removed(signed_in: Browser, event: Event) -> None:
    browser = signed_in(Role.PREPARE)
    address = f"/admin/events/{event.id}/sessions"
    assert browser.post(f"{address}/new", data={**WORKSHOP, "to": "9:00"}).status_code == 422
    assert browser.post(f"{address}/new", data=WORKSHOP).status_code == 302
    made = db.session.query(Session).order_by(Session.id.desc()).first()
    assert made is not None
    assert made.capacity is None
    number = made.id
    assert browser.get(f"{address}/{number}").status_code == 200
    assert browser.post(f"{address}/{number}", data={**WORKSHOP, "capacity": "8"}).status_code == 302
    changed = db.session.get(Session, number)
    assert changed is not None
    assert changed.capacity == 8
    assert browser.post(f"{address}/{number}/remove").status_code == 302
    assert db.session.get(Session, number) is None


def test_a_session_that_people_chose_stays(signed_in: Browser, event: Event) -> None:
    with transaction():
        session = queries.sessions(event.id)[0]
        session.taken = 5
    address = f"/admin/events/{event.id}/sessions/{session.id}"
    answer = signed_in(Role.PREPARE).post(f"{address}/remove", follow_redirects=True)
    assert db.session.get(Session, session.id) is not None
    assert "5" in answer.text
    assert signed_in(Role.PREPARE).post(address, data={**WORKSHOP, "capacity": "4"}).status_code == 422


def test_registration_opens_and_closes(signed_in: Browser, event: Event) -> None:
    signed_in(Role.PREPARE).post(f"/admin/events/{event.id}/registration", data={"open": "0"})
    assert fresh(event).registration_open is False
    assert signed_in(Role.PREPARE).post(f"/admin/events/{event.id}/state", data={"cancelled": "1"}).status_code == 403
    signed_in(Role.SIGN).post(f"/admin/events/{event.id}/state", data={"cancelled": "1"})
    assert fresh(event).state == "cancelled"


@pytest.mark.parametrize("path", ["/admin/events", "/admin/events/new"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_pages_read_in_both_languages(signed_in: Browser, event: Event, path: str, language: str) -> None:
    answer = signed_in().get(f"{path}?lang={language}")
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.text
