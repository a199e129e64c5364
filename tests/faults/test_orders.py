"""An order given while 2,000 messages leave: nothing after its commit, but one for each open connection at most."""

import random
import time
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import update

from config import Config
from outreach.campaigns import actions as campaigns
from outreach.campaigns.models import Campaign, CampaignState
from outreach.contacts.actions import suppress
from outreach.contacts.models import SuppressionReason
from outreach.database import db, now, transaction
from outreach.delivery import brake, launching
from outreach.delivery.states import MessageState
from outreach.events.models import Event, EventState
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
    assert len([one for one in relay.received if one.at > kept]) <= CONNECTIONS * 4
    assert judge(campaign, relay, MANY).wrong == []
    with transaction():
        brake.let_go()
    relay.delay = 0
    with started(config, *ONCE) as process:
        process.finish()
    found = judge(campaign, relay, MANY)
    assert (found.wrong, found.twice, found.states) == ([], 0, {MessageState.SENT: MANY})
    assert state(campaign) is CampaignState.FINISHED


@pytest.mark.parametrize("reason", [SuppressionReason.OPT_OUT, SuppressionReason.COMPLAINT, SuppressionReason.ERASURE])
def test_whoever_asks_to_be_left_alone_in_the_middle_is(
    app: Flask, config: Config, relay: Relay, chance: random.Random, reason: SuppressionReason
) -> None:
    campaign = crowd.launched()
    relay.delay = PAUSE
    asking = [crowd.email_of(chance.randrange(MANY // 2, MANY + 1)) for _ in range(60)]
    with started(config, *ONCE) as process:
        wanted = chance.randrange(20, MANY // 3)
        until(lambda: len(relay.received) >= wanted, process)
        with transaction():
            for email in asking:
                suppress(email, reason, now())
        kept = time.monotonic()
        process.finish()
    late = [one.recipient for one in relay.received if one.at > kept and one.recipient in asking]
    assert len(late) <= CONNECTIONS
    found = judge(campaign, relay, MANY)
    spared = set(asking) - set(relay.recipients)
    assert found.wrong == []
    assert spared
    assert found.states == {MessageState.SENT: MANY - len(spared), MessageState.SUPPRESSED: len(spared)}
    assert state(campaign) is CampaignState.FINISHED
