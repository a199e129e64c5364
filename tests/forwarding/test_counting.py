"""Whom a relay brought and whom they reached again: others than themselves, and each of them once."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from time_machine import Traveller

from outreach.contacts.kinds import Kind
from outreach.contacts.models import Contact
from outreach.database import db, now, transaction
from outreach.events.models import Event
from outreach.forwarding.models import Arrival
from outreach.invitations.actions import invite
from outreach.invitations.models import Channel, Invitation, Origin
from outreach.invitations.queries import get_by_key, get_invitation
from outreach.links import Purpose
from tests import people
from tests.forwarding.test_passing_on import BOB, World, confirm, nonce, path, registered, world

__all__ = ["world"]

pytestmark = pytest.mark.both

ADA = {"given_name": "Ada", "family_name": "Lefevre", "email": "ada@prive.test"}


def _counts(key: str) -> tuple[int, int]:
    """Brought and reached again."""
    db.session.rollback()
    found = get_by_key(key)
    return found.brought, found.reached_again


def _invited(world: World, contact: Contact) -> str:
    event = db.session.get_one(Event, get_invitation(world.invitation).event_id)
    return invite(event, contact, Origin.AUDIENCE, now()).key


def _forwards(client: FlaskClient, key: str, **typed: str) -> None:
    """Somebody registers in their own name from a message as it was received, and confirms."""
    page = client.get(path(Purpose.SHARE, key), query_string={"via": "forward"})
    client.post(path(Purpose.SHARE, key), data={**BOB, **typed, "nonce": nonce(page), "via": "forward"})
    confirm(client)
    db.session.rollback()


def test_whoever_registers_from_a_forwarded_message_is_counted_as_brought_by_it(
    client: FlaskClient, world: World
) -> None:
    _forwards(client, world.key)
    came = registered()
    assert came.confirmed_at is not None
    assert (came.channel, came.invitation.channel) == (Channel.FORWARD, Channel.FORWARD)
    assert (came.invitation.parent_id, came.invitation.depth) == (world.invitation, 1)
    assert _counts(world.key) == (1, 0)


def test_one_s_own_link_counts_nothing_at_an_address_that_nobody_knew(client: FlaskClient, world: World) -> None:
    _forwards(client, world.key, **ADA)
    assert registered().arrival is Arrival.NEW
    assert (registered().invitation.parent_id, registered().invitation.depth) == (None, 0)
    assert _counts(world.key) == (0, 0)
    _forwards(client, world.key, **ADA)
    assert registered().arrival is Arrival.AGAIN
    assert _counts(registered().invitation.key) == (0, 0)


def test_nor_for_somebody_invited_twice_under_one_name(client: FlaskClient, world: World) -> None:
    with transaction():
        other = _invited(world, people.contact(Kind.INDIVIDUAL, "Ada", "Lefèvre", ADA["email"]))
    _forwards(client, world.key, **ADA)
    assert _counts(other) == (0, 0)


def test_two_at_the_mailbox_of_their_organisation_bring_nobody_by_each_other(client: FlaskClient, world: World) -> None:
    with transaction():
        people.contact(Kind.ASSOCIATION, "", "", "accueil@ruche.test", house="La Ruche")
        luc = _invited(world, people.contact(Kind.ASSOCIATION, "Luc", "Roy", house="La Ruche"))
    _forwards(client, luc, given_name="Zoé", family_name="Petit", email="accueil@ruche.test")
    assert registered().arrival is Arrival.NEW
    assert _counts(luc) == (0, 0)
    _forwards(client, luc)
    assert _counts(luc) == (1, 0)


def test_whoever_was_brought_is_not_reached_again_through_the_same_link(
    client: FlaskClient, world: World, clock: Traveller
) -> None:
    for _turn in range(3):
        _forwards(client, world.key)
        clock.shift(timedelta(hours=1))
    bob = db.session.get_one(Invitation, registered().invitation_id)
    assert bob.joined_to_id is None
    [invited] = [one for one in db.session.query(Invitation) if one.parent_id == world.invitation]
    assert (invited.reached_again, _counts(world.key)) == (0, (1, 0))


def test_somebody_invited_is_reached_again_once_through_each_link(client: FlaskClient, world: World) -> None:
    with transaction():
        mayor = _invited(world, people.mayor())
        deputy = _invited(world, people.deputy())
    paul = {"given_name": "Paul", "family_name": "Bêche", "email": "maire@commune.test"}
    for through in (world.key, world.key, deputy, world.key):
        _forwards(client, through, **paul)
    assert _counts(mayor) == (0, 2)
