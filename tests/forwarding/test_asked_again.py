"""The message that asks to confirm an address may be lost: it can be had again, and nobody is flooded with it."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from time_machine import Traveller

from outreach.database import db, now, transaction
from outreach.delivery.models import Notice, NoticePurpose
from outreach.forwarding.jobs import forget_unconfirmed
from outreach.forwarding.models import Registration
from outreach.links import Purpose
from tests.forwarding.test_passing_on import World, nonce, path, register, registered, world

__all__ = ["world"]

pytestmark = pytest.mark.both


def checks() -> list[str]:
    """The addresses that were asked, one for each message."""
    db.session.rollback()
    asked = select(Notice.email).where(Notice.purpose == NoticePurpose.ADDRESS_CHECK)
    return [str(email) for email in db.session.scalars(asked)]


def kept() -> int:
    return db.session.scalar(select(func.count(Registration.id))) or 0


def test_whoever_lost_the_message_registers_again_and_gets_another(
    client: FlaskClient, world: World, clock: Traveller
) -> None:
    register(client, world.key)
    clock.shift(timedelta(minutes=10))
    register(client, world.key)
    assert checks() == ["bob@reseau.test"] * 2
    assert kept() == 1


def test_a_double_tap_is_one_message(client: FlaskClient, world: World, clock: Traveller) -> None:
    register(client, world.key)
    clock.shift(timedelta(seconds=20))
    register(client, world.key)
    assert checks() == ["bob@reseau.test"]


def test_it_is_sent_again_once_an_hour_at_most(client: FlaskClient, world: World, clock: Traveller) -> None:
    for _turn in range(4):
        register(client, world.key)
        clock.shift(timedelta(minutes=10))
    assert len(checks()) == 2
    clock.shift(timedelta(hours=1))
    register(client, world.key)
    assert len(checks()) == 3


def test_it_is_had_again_after_a_stop_that_was_taken_back(client: FlaskClient, world: World, clock: Traveller) -> None:
    register(client, world.key)
    clock.shift(timedelta(minutes=10))
    url = path(Purpose.STOP, registered().invitation.key)
    for wish, messages in (("event", 1), ("resume", 2)):
        client.post(url, data={"nonce": nonce(client.get(url)), "wish": wish})
        register(client, world.key)
        assert len(checks()) == messages


def test_the_time_to_confirm_begins_anew_with_the_new_message(
    client: FlaskClient, world: World, clock: Traveller
) -> None:
    register(client, world.key)
    clock.shift(timedelta(days=29))
    register(client, world.key)
    clock.shift(timedelta(days=2))
    with transaction():
        assert forget_unconfirmed(now()) == 0
    assert kept() == 1
