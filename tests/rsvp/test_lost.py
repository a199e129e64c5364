"""Somebody who lost their link gets a new one, and nobody learns whether an address is known."""

import re

from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.database import db
from outreach.delivery.models import Notice, NoticePurpose
from outreach.invitations.forms import mark
from tests.rsvp.guests import ada


def _notices() -> list[Notice]:
    db.session.rollback()
    wanted = Notice.purpose == NoticePurpose.LOST_LINK
    return list(db.session.scalars(select(Notice).where(wanted)))


def _ask(client: FlaskClient, email: str, **fields: str) -> str:
    page = client.post("/lost", data={"nonce": mark("lost"), "email": email, **fields}, forged=True)
    assert page.status_code == 200
    return page.text.replace(email, "ADDRESS")


def _bare(page: str) -> str:
    return re.sub(r'nonce="[^"]+"', "", page)


def test_the_same_is_said_whether_the_address_is_known_or_not(client: FlaskClient) -> None:
    ada()
    assert _bare(_ask(client, "ada@association.test")) == _bare(_ask(client, "nobody@association.test"))
    [notice] = _notices()
    assert (notice.email, notice.values["answered"]) == ("ada@association.test", False)


def test_asking_again_within_the_hour_sends_nothing_more(client: FlaskClient) -> None:
    ada()
    for _ in range(5):
        _ask(client, "Ada@Association.test")
    assert len(_notices()) == 1


def test_a_machine_that_fills_every_field_is_asked_to_confirm_and_gets_no_mail(client: FlaskClient) -> None:
    ada()
    _ask(client, "ada@association.test", website="https://spam.example")
    assert _notices() == []


def test_what_is_no_address_is_said_beside_the_field(client: FlaskClient) -> None:
    page = client.post("/lost", data={"email": "ada.association.test"}, forged=True)
    assert page.status_code == 422
    assert 'id="f-email-error"' in page.text
    assert 'value="ada.association.test"' in page.text


def test_who_has_answered_gets_the_link_of_the_answer(client: FlaskClient) -> None:
    one = ada()
    one.sends(client, one.form(reply="no"))
    _ask(client, "ada@association.test")
    assert [notice.values["answered"] for notice in _notices()] == [True]
