"""A pass opens the door on its days, is checked without network, and ends with its answer."""

import base64
import hashlib
import hmac
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.database import db
from outreach.delivery.models import Notice, NoticePurpose
from outreach.delivery.service import sender
from outreach.invitations.models import Reply
from outreach.links import Purpose, links
from outreach.rsvp.passes.saying import Pass, read_pass
from tests.relay import Relay
from tests.rsvp.guests import Guest, ada
from tests.rsvp.test_waiting import Hall


def latest_pass(one: Guest) -> str:
    """What the latest confirmation of somebody gave them; "" for nothing."""
    number = one.invitation().id
    confirmed = Notice.purpose == NoticePurpose.CONFIRMATION, Notice.invitation_id == number
    notice = db.session.scalars(select(Notice).where(*confirmed).order_by(Notice.id.desc()).limit(1)).one()
    return str(notice.values["pass"])


def device(token: str, key: str) -> Pass | None:
    """What a door device does, with nothing of ours but the key and the form of the text (docs/seats.md)."""
    text, _dot, seal = token.rpartition(".")
    made = hmac.new(bytes.fromhex(key), text.encode(), hashlib.sha256).digest()
    return read_pass(text) if hmac.compare_digest(base64.urlsafe_b64encode(made).decode().rstrip("="), seal) else None


def test_a_pass_is_read_back_as_it_was_written() -> None:
    one = Pass("0123456789abcdef0123", 7, {3: 2, 4: 1})
    assert read_pass(one.text) == one
    assert read_pass("0123456789abcdef0123-7") == Pass("0123456789abcdef0123", 7, {})
    assert read_pass("0123456789abcdef0123-7-3") is None


def test_a_device_checks_a_pass_without_network_and_refuses_a_forged_one(client: FlaskClient) -> None:
    one = ada()
    one.sends(client, one.coming(**{"name-1": "Zoé Roy"}))
    token = links().sign(Purpose.ENTRY, latest_pass(one))
    key = links().device_key(Purpose.ENTRY)
    found = device(token, key)
    assert found is not None
    assert (found.key, dict(found.days)) == (one.key, {one.days[0]: 2})
    assert device(token.replace("x2", "x9"), key) is None
    assert device(links().sign(Purpose.ANSWER, latest_pass(one)), key) is None


def test_the_page_of_a_pass_shows_its_code_until_the_answer_changes(client: FlaskClient) -> None:
    one = ada()
    one.sends(client, one.coming())
    path = "/p/" + links().sign(Purpose.ENTRY, latest_pass(one))
    page = client.get(path)
    assert page.status_code == 200
    assert "<svg" in page.text
    assert "Ada Lefèvre" in page.text
    changed = one.coming(**{"session-0": [str(one.days[1])], "nonce": one.form("change")["nonce"]})
    one.sends(client, changed, Purpose.ANSWER)
    page = client.get(path)
    assert "<svg" not in page.text.partition("<main")[2].partition("pass")[2]
    assert "n’est plus valable" in page.text
    assert "<svg" in client.get("/p/" + links().sign(Purpose.ENTRY, latest_pass(one))).text


@pytest.mark.usefixtures("app", "clock")
def test_whoever_only_waits_or_does_not_come_has_no_pass() -> None:
    hall = Hall()
    assert latest_pass(hall.seated)
    hall.answer(hall.seated, Reply.EXCUSED)
    assert latest_pass(hall.seated) == ""


def test_the_confirmation_brings_the_pass_as_a_picture(app: Flask, client: FlaskClient, relay: Relay) -> None:
    one = ada()
    one.sends(client, one.coming())
    db.session.rollback()
    with sender() as post:
        post.send_due()
    message = message_from_bytes(relay.received[0].raw, EmailMessage, policy=policy.default)
    pictures = [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert [part.get_filename() for part in pictures] == ["pass.png"]
    assert pictures[0].get_content().startswith(b"\x89PNG")
    assert len(relay.received[0].raw) < 100_000
    plain = message.get_body(("plain",))
    assert plain is not None
    assert "/p/" in plain.get_content()
