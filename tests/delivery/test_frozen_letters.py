"""What is tried again has the same bytes, whatever changed between the tries: the event, the house, the keys."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from outreach.database import db, now, transaction
from outreach.delivery.models import Message, Notice, NoticePurpose
from outreach.delivery.notices import notify
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState
from outreach.events.models import Event
from outreach.institution.models import Institution
from outreach.invitations.queries import get_by_key
from outreach.links import Keyring, Purpose, links
from tests import people
from tests.delivery import campaigns
from tests.relay import Relay

pytestmark = pytest.mark.both

ADA = "ada@association.test"
JEANNE = "jeanne@voisins.test"


def use_keys(app: Flask, *keys: str) -> None:
    """The keys of the installation from now on, the newest last."""
    app.config["SECRET_KEY"], app.config["SECRET_KEY_FALLBACKS"] = keys[-1], [*keys[:-1]]
    app.extensions["outreach.links"] = Keyring(keys, "one for ever", links().base_url, links().mail_domain)


def send(minutes: int = 0) -> None:
    with time_machine.travel(now() + timedelta(minutes=minutes)), sender() as post:
        post.send_due()


def tries(relay: Relay, email: str) -> list[bytes]:
    """What was offered to the relay for this address, try by try."""
    return [one.raw for one in [*relay.dropped, *relay.received] if one.recipient == email]


def test_a_message_keeps_its_links_when_the_keys_are_changed(app: Flask, relay: Relay) -> None:
    use_keys(app, "first")
    campaigns.launched(batch_size=5)
    relay.say("dot", "451 4.3.0 Later", to=ADA, times=1)
    send()
    use_keys(app, "first", "second")
    send(minutes=10)
    first, again = tries(relay, ADA)
    assert first == again


def test_links_signed_with_a_key_that_is_gone_are_signed_anew(app: Flask, relay: Relay) -> None:
    use_keys(app, "first")
    campaigns.launched(batch_size=5)
    relay.say("dot", "451 4.3.0 Later", to=ADA, times=1)
    send()
    use_keys(app, "third")
    send(minutes=10)
    first, again = tries(relay, ADA)
    assert first != again
    token = again.decode().partition(f"/{Purpose.STOP}/")[2].partition(">")[0]
    assert links().read(Purpose.STOP, token)


def notice() -> None:
    """One that is due, for an invitation of the world."""
    world = people.world()
    with transaction() as session:
        session.execute(update(Message).values(state=MessageState.CANCELLED))
        session.execute(update(Notice).values(state=MessageState.CANCELLED))
        invitation = get_by_key(world.answered)
        notify(
            NoticePurpose.OWN_INVITATION,
            invitation,
            "a test",
            "fr",
            JEANNE,
            {"name": "Jeanne", "represents": ""},
            now(),
        )


def change_everything() -> None:
    with transaction() as session:
        event = session.scalars(select(Event)).first()
        assert event is not None
        event.title, event.place = (
            {"fr": "Un autre titre", "en": "Another title"},
            {"fr": "Ailleurs", "en": "Elsewhere"},
        )
        event.starts_on, event.ends_on = event.starts_on + timedelta(days=7), event.ends_on + timedelta(days=7)
        session.execute(update(Institution).values(name="Une autre ville"))


@pytest.mark.parametrize("answer", ["451 4.3.0 Later", None])
def test_a_notice_is_frozen_whole(app: Flask, relay: Relay, answer: str | None) -> None:
    use_keys(app, "first")
    notice()
    relay.say("dot", answer, to=JEANNE, times=1)
    send()
    change_everything()
    use_keys(app, "first", "second")
    if answer is None:  # a person has looked
        with transaction() as session:
            session.execute(update(Notice).where(Notice.email == JEANNE).values(state=MessageState.RETRY))
    send(minutes=10)
    first, again = tries(relay, JEANNE)
    assert first == again


def test_a_notice_that_is_settled_keeps_no_letter(app: Flask, relay: Relay) -> None:
    notice()
    relay.say("dot", "451 4.3.0 Later", to=JEANNE, times=1)
    send()
    kept = select(Notice.state, Notice.merged).where(Notice.email == JEANNE)
    state, merged = db.session.execute(kept).one()
    assert (state, merged is None) == (MessageState.RETRY, False)
    db.session.rollback()
    send(minutes=10)
    assert db.session.execute(kept).one() == (MessageState.SENT, None)
