"""An order given while 2,000 messages leave: nothing after its commit, but one for each open connection at most."""

import random
import time
from collections.abc import Callable, Sequence

import pytest
from flask import Flask, current_app
from sqlalchemy import select, update

from config import Config
from outreach.campaigns import actions as campaigns
from outreach.campaigns.models import Campaign, CampaignState
from outreach.contacts.actions import suppress
from outreach.contacts.models import SuppressionReason
from outreach.database import db, now, transaction
from outreach.delivery import brake, launching
from outreach.delivery.models import Message
from outreach.delivery.states import MessageState
from outreach.events.models import Event, EventState
from outreach.invitations.models import Invitation
from outreach.links import Purpose, links
from outreach.rights import erasing
from tests.delivery.campaigns import state
from tests.faults import crowd
from tests.faults.crowd import MANY
from tests.faults.judge import judge
from tests.faults.processes import ONCE, Process, several, started, until
from tests.relay import Relay

pytestmark = pytest.mark.both

CONNECTIONS = 10
PAUSE = 0.002
"""Seconds for which the relay thinks about each reply, so that an order finds most messages still here."""


def pause(campaign: int) -> None:
    campaigns.pause(db.session.get_one(Campaign, campaign), now())


def stop(campaign: int) -> None:
    launching.stop(db.session.get_one(Campaign, campaign), now())


def stop_everything(_campaign: int) -> None:
    brake.pull(now(), "wrong date in the letter")


def call_off(campaign: int) -> None:
    event = db.session.get_one(Campaign, campaign).event_id
    db.session.execute(update(Event).where(Event.id == event).values(state=EventState.CANCELLED))


ORDERS: dict[Callable[[int], None], tuple[MessageState, CampaignState]] = {
    pause: (MessageState.QUEUED, CampaignState.PAUSED),
    stop: (MessageState.CANCELLED, CampaignState.STOPPED),
    stop_everything: (MessageState.QUEUED, CampaignState.RUNNING),
    call_off: (MessageState.CANCELLED, CampaignState.FINISHED),
}


def give(order: Callable[[int], None], campaign: int, relay: Relay, chance: random.Random, process: Process) -> float:
    """The order, somewhere in the first half; the instant at which it was known to be kept."""
    wanted = chance.randrange(20, MANY // 2)
    until(lambda: len(relay.received) >= wanted, process)
    with transaction():
        order(campaign)
    return time.monotonic()


@pytest.mark.parametrize("order", list(ORDERS), ids=lambda order: order.__name__)
def test_an_order_is_obeyed_at_once(
    app: Flask, config: Config, relay: Relay, chance: random.Random, order: Callable[[int], None]
) -> None:
    campaign = crowd.launched()
    relay.delay = PAUSE
    with started(config, *ONCE) as process:
        kept = give(order, campaign, relay, chance, process)
        process.finish()
    late = [one for one in relay.received if one.at > kept]
    assert len(late) <= CONNECTIONS
    found = judge(campaign, relay, MANY)
    held, campaign_state = ORDERS[order]
    assert found.wrong == []
    assert found.states == {MessageState.SENT: len(relay.received), held: MANY - len(relay.received)}
    assert state(campaign) is campaign_state


def test_everything_stops_for_four_senders_at_once_and_goes_on_when_let_go(
    app: Flask, config: Config, relay: Relay, chance: random.Random
) -> None:
    campaign = crowd.launched()
    relay.delay = PAUSE
    with several(config, 4, *ONCE) as processes:
        kept = give(stop_everything, campaign, relay, chance, processes[0])
        for process in processes:
            process.finish()
    most = open_together(4)
    assert relay.peak <= most
    assert len([one for one in relay.received if one.at > kept]) <= most
    assert judge(campaign, relay, MANY).wrong == []
    with transaction():
        brake.let_go()
    relay.delay = 0
    with started(config, *ONCE) as process:
        process.finish()
    found = judge(campaign, relay, MANY)
    assert (found.wrong, found.twice, found.states) == ([], 0, {MessageState.SENT: MANY})
    assert state(campaign) is CampaignState.FINISHED


def complain(numbers: Sequence[int]) -> None:
    """What came back says that they complained."""
    with transaction():
        for number in sorted(numbers, key=lambda one: links().digest(crowd.email_of(one))):
            suppress(crowd.email_of(number), SuppressionReason.COMPLAINT, now())


def be_erased(numbers: Sequence[int]) -> None:
    """They asked the office to erase everything about them: the contact, what waits for it, the words of its letter."""
    with transaction():
        for contact in crowd.people_of(*numbers):
            erasing.erase(contact, now())


def press_stop(numbers: Sequence[int]) -> None:
    """One click of a mail program each (RFC 8058), at the address that their letter names."""
    invited = select(Invitation.key).where(Invitation.contact_id.in_(numbers))
    keys = db.session.scalars(invited).all()
    db.session.rollback()
    for key in keys:
        page = f"/u/{links().sign(Purpose.STOP, key)}"
        said = current_app.test_client().post(page, data={"List-Unsubscribe": "One-Click"})
        assert said.status_code == 200


@pytest.mark.parametrize("ask", [press_stop, complain, be_erased], ids=lambda ask: ask.__name__)
def test_whoever_asks_to_be_left_alone_in_the_middle_is(
    app: Flask, config: Config, relay: Relay, chance: random.Random, ask: Callable[[Sequence[int]], None]
) -> None:
    campaign = crowd.launched()
    relay.delay = PAUSE
    asking = chance.sample(range(MANY // 2, MANY + 1), 60)
    with started(config, *ONCE) as process:
        wanted = chance.randrange(20, MANY // 3)
        until(lambda: len(relay.received) >= wanted, process)
        ask(asking)
        kept = time.monotonic()
        process.finish()
    theirs = {crowd.email_of(number) for number in asking}
    late = [one.recipient for one in relay.received if one.at > kept and one.recipient in theirs]
    assert len(late) <= CONNECTIONS
    found = judge(campaign, relay, MANY)
    spared = theirs - set(relay.recipients)
    assert found.wrong == []
    assert spared
    assert found.states == {MessageState.SENT: MANY - len(spared), MessageState.SUPPRESSED: len(spared)}
    assert state(campaign) is CampaignState.FINISHED
    if ask is be_erased:
        assert kept_of(campaign, spared) == []


def kept_of(campaign: int, emails: set[str]) -> list[str]:
    """Of these addresses, those that a message still names."""
    named = select(Message.email).where(Message.campaign_id == campaign, Message.email.in_(emails))
    found = [str(email) for email in db.session.scalars(named)]
    db.session.rollback()
    return found


def open_together(senders: int) -> int:
    """How many connections so many senders may have open: on PostgreSQL as many as one, on SQLite each its own."""
    return CONNECTIONS if db.engine.dialect.name == "postgresql" else CONNECTIONS * senders
