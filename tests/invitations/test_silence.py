"""Somebody without an address of their own asks not to be written to: it holds for them, and through a restore."""

import pytest
from flask.testing import FlaskClient

from outreach.backup.replaying import replay
from outreach.contacts.models import Address, Contact
from outreach.contacts.queries import usable_address
from outreach.database import db, now, transaction
from outreach.invitations.forms import mark
from outreach.invitations.models import Invitation
from outreach.journal.entries import Silenced, Unsilenced, line_of, read_line, standing
from outreach.links import Purpose, links
from tests.people import World, world

pytestmark = pytest.mark.both


def without_address() -> World:
    """Ada, whose own address is used no more."""
    one = world()
    with transaction():
        db.session.get_one(Address, one.address).retired_at = now()
    return one


def silent(one: World) -> tuple[bool, bool]:
    """Whether Ada is silent about everything, and about the event."""
    db.session.rollback()
    contact, invitation = db.session.get_one(Contact, one.ada), db.session.get_one(Invitation, one.invitation)
    return contact.silent_since is not None, invitation.silent_since is not None


def test_the_page_says_whom_it_holds_for_and_takes_it_back(client: FlaskClient) -> None:
    one = without_address()
    url = f"/u/{links().sign(Purpose.STOP, one.key)}"
    form = {"nonce": mark("stop", one.key)}
    assert client.post(url, data={"List-Unsubscribe": "One-Click"}, forged=True).status_code == 200
    assert silent(one) == (True, False)
    assert usable_address(one.ada) is None
    assert "Vous ne recevez plus rien de nous." in client.get(url).text
    client.post(url, data={**form, "wish": "resume"}, forged=True)
    assert silent(one) == (False, False)


def test_a_restore_replays_it(client: FlaskClient) -> None:
    one = without_address()
    said = [Silenced(now(), one.ada, None), Silenced(now(), one.ada, one.event), Unsilenced(now(), one.ada, None)]
    read = [read_line(line_of(entry)) for entry in said]
    assert read == said
    with transaction():
        replay(standing(read), now())
    assert silent(one) == (False, True)
