"""Stopping: by one click of a mail program, and on a page; at once, and by nobody else's hand."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller

from outreach.contacts.actions import suppress
from outreach.contacts.models import Contact, Suppression, SuppressionReason
from outreach.contacts.queries import usable_address
from outreach.database import db, now, transaction
from outreach.invitations.forms import mark
from outreach.links import Purpose, links
from tests.people import NEWCOMER, World, world

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def _url(one: World, key: str = "") -> str:
    return f"/u/{links().sign(Purpose.STOP, key or one.key)}"


def _press(client: FlaskClient, one: World, wish: str) -> int:
    form = {"nonce": mark("stop", one.key), "wish": wish}
    return client.post(_url(one), data=form, forged=True).status_code


def _may_be_written_to(one: World) -> bool:
    db.session.rollback()
    return usable_address(one.ada) is not None


def _suppressions(email: str = "ada@association.test") -> list[tuple[SuppressionReason, int | None, bool]]:
    db.session.rollback()
    hers = Suppression.digest == links().digest(email)
    rows = db.session.scalars(select(Suppression).where(hers).order_by(Suppression.id))
    return [(row.reason, row.event_id, row.lifted_at is not None) for row in rows]


@pytest.mark.both
def test_one_click_stops_everything_without_cookie_nor_page_nor_redirect(app: Flask, client: FlaskClient) -> None:
    app.config["PACE_SECONDS"] = 10
    one = world()
    for _ in range(2):
        answer = client.post(_url(one), data=ONE_CLICK, forged=True)
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
    assert _suppressions() == [(SuppressionReason.OPT_OUT, None, False)]
    assert not _may_be_written_to(one)


def test_one_click_works_for_somebody_who_was_erased(client: FlaskClient) -> None:
    one = world()
    with transaction():
        contact = db.session.get_one(Contact, one.ada)
        contact.erased_at = now()
        for address in list(contact.addresses):
            db.session.delete(address)
    assert client.post(_url(one), data=ONE_CLICK, forged=True).status_code == 200
    assert client.get(_url(one)).status_code == 200


def test_one_click_works_for_somebody_who_has_not_confirmed(client: FlaskClient) -> None:
    one = world()
    url = _url(one, one.pending)
    assert "Tout arrêter" in client.get(url).text
    assert client.post(url, data=ONE_CLICK, forged=True).status_code == 200
    assert _suppressions(NEWCOMER.email) == [(SuppressionReason.OPT_OUT, None, False)]
    form = {"nonce": mark("stop", one.pending), "wish": "resume"}
    assert client.post(url, data=form, forged=True).status_code == 303
    assert _suppressions(NEWCOMER.email) == [(SuppressionReason.OPT_OUT, None, True)]


def test_a_complaint_shows_as_stopped_and_is_not_taken_back_by_a_button(client: FlaskClient) -> None:
    one = world()
    with transaction():
        suppress("ada@association.test", SuppressionReason.COMPLAINT, now())
    page = client.get(_url(one)).text
    assert "Vous ne recevez plus rien de nous." in page
    assert "M’écrire de nouveau" not in page
    assert _press(client, one, "resume") == 303
    assert _suppressions() == [(SuppressionReason.COMPLAINT, None, False)]


def test_opening_the_page_stops_nothing_and_shows_a_masked_address(client: FlaskClient) -> None:
    one = world()
    page = client.get(_url(one)).text
    assert "a•••@association.test" in page
    assert "ada@association.test" not in page
    assert _suppressions() == []


@pytest.mark.both
def test_somebody_chooses_this_event_or_everything_and_may_come_back(client: FlaskClient) -> None:
    one = world()
    assert _press(client, one, "event") == 303
    assert _suppressions() == [(SuppressionReason.OPT_OUT, one.event, False)]
    assert _press(client, one, "everything") == 303
    assert not _may_be_written_to(one)
    assert "M’écrire de nouveau" in client.get(_url(one)).text
    assert _press(client, one, "resume") == 303
    assert all(lifted for _reason, _event, lifted in _suppressions())
    assert _may_be_written_to(one)


def test_coming_back_lifts_no_decision_of_the_office(client: FlaskClient) -> None:
    one = world()
    with transaction():
        suppress("ada@association.test", SuppressionReason.STAFF, now(), user_id=one.user)
    assert _press(client, one, "resume") == 303
    assert _suppressions() == [(SuppressionReason.STAFF, None, False)]


def test_measuring_stops_apart_from_writing(client: FlaskClient) -> None:
    one = world()
    assert _press(client, one, "unmeasured") == 303
    db.session.rollback()
    assert db.session.get_one(Contact, one.ada).not_measured
    assert _may_be_written_to(one)
    assert _press(client, one, "measured") == 303
    db.session.rollback()
    assert not db.session.get_one(Contact, one.ada).not_measured


def test_a_form_without_our_mark_or_with_a_strange_wish_stops_nothing(client: FlaskClient) -> None:
    one = world()
    assert client.post(_url(one), data={"wish": "everything"}, forged=True).status_code == 200
    assert _press(client, one, "drop tables") == 303
    assert _suppressions() == []


def test_a_form_that_comes_back_at_once_is_asked_to_be_confirmed(
    app: Flask, client: FlaskClient, clock: Traveller
) -> None:
    app.config["PACE_SECONDS"] = 10
    one = world()
    assert _press(client, one, "everything") == 200
    assert _suppressions() == []
    form = {"nonce": mark("stop", one.key), "wish": "everything"}
    clock.shift(timedelta(seconds=12))
    assert client.post(_url(one), data=form, forged=True).status_code == 303
    assert _suppressions() == [(SuppressionReason.OPT_OUT, None, False)]


@pytest.mark.parametrize("said", ["event", "everything", "unmeasured", "agreed"])
def test_the_page_never_claims_what_does_not_hold(client: FlaskClient, said: str) -> None:
    one = world()
    page = client.get(f"{_url(one)}?done={said}").text
    assert "C’est fait" not in page
    assert "Rien n’est encore arrêté" in page
    _press(client, one, "everything")
    _press(client, one, "unmeasured")
    assert ("C’est fait" in client.get(f"{_url(one)}?done={said}").text) is (said != "agreed")


def test_a_form_that_comes_back_after_days_is_asked_to_be_confirmed_and_keeps_the_choice(
    client: FlaskClient, clock: Traveller
) -> None:
    one = world()
    form = {"nonce": mark("stop", one.key), "wish": "everything"}
    clock.shift(timedelta(days=3))
    page = client.post(_url(one), data=form, forged=True).text
    assert "Veuillez confirmer" in page
    assert "Tout arrêter" in page
    assert _suppressions() == []
