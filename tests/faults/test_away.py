"""The hour comes while nothing runs, or the clock jumps: 2,000 people have their letter once, or a person is asked."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from config import Config
from outreach.campaigns.models import Campaign, CampaignState
from outreach.database import db, now, transaction
from outreach.delivery import launching
from outreach.delivery.models import Message
from outreach.delivery.sending import Sender
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState
from tests.delivery.campaigns import state
from tests.faults import crowd
from tests.faults.crowd import MANY
from tests.faults.hours import send_to_the_end
from tests.faults.judge import judge
from tests.faults.processes import ENGINE, started, until
from tests.relay import Fault, Relay

pytestmark = pytest.mark.both

BATCH = MANY // 5
ALL_SENT = {MessageState.SENT: MANY}
SPRING = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
"""Half an hour before 02:00 becomes 03:00 in Paris."""
AUTUMN = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
"""Half an hour before 03:00 becomes 02:00 in Paris."""


def check_all_sent_once(campaign: int, relay: Relay) -> None:
    found = judge(campaign, relay, MANY)
    assert (found.wrong, found.states, found.twice) == ([], ALL_SENT, 0)
    assert len(relay.received) == MANY
    assert state(campaign) is CampaignState.FINISHED


def resume(campaign: int) -> None:
    """A person who was asked lets it go on."""
    with transaction() as session:
        launching.resume(session.get_one(Campaign, campaign), now())


@pytest.mark.parametrize("absence", [timedelta(seconds=1), timedelta(minutes=10), timedelta(hours=26)], ids=str)
def test_an_engine_that_was_dead_at_the_due_time_sends_on_return_or_asks_after_a_day(
    app: Flask, config: Config, relay: Relay, absence: timedelta
) -> None:
    wait = timedelta(minutes=5)
    campaign = crowd.launched(starts_at=now() + wait)
    with started(config, *ENGINE) as engine:
        until(lambda: "at work" in engine.said(), engine)
        engine.kill()
    assert relay.received == []
    with started(config, *ENGINE, ahead=wait + absence) as engine:
        if absence > timedelta(days=1):
            until(lambda: state(campaign) is CampaignState.PAUSED, engine)
            assert relay.received == []
            with time_machine.travel(now() + wait + absence):
                resume(campaign)
        until(lambda: state(campaign) is CampaignState.FINISHED, engine)
        engine.leave()
    check_all_sent_once(campaign, relay)


@pytest.fixture
def clock(request: pytest.FixtureRequest) -> Iterator[time_machine.Traveller]:
    """Stands still at the present instant, or that of the test, until it is moved."""
    with time_machine.travel(getattr(request, "param", now()), tick=False) as traveller:
        yield traveller


@pytest.fixture
def post(clock: time_machine.Traveller, app: Flask, relay: Relay) -> Iterator[Sender]:
    with sender() as made:
        yield made


@pytest.mark.parametrize(
    "clock", [SPRING - timedelta(hours=1), AUTUMN - timedelta(hours=1)], indirect=True, ids=["spring", "autumn"]
)
def test_in_the_nights_when_the_clocks_change_each_batch_leaves_once_in_its_turn(
    post: Sender, relay: Relay, clock: time_machine.Traveller
) -> None:
    begins = now() + timedelta(hours=1)
    campaign = crowd.launched(batch_size=BATCH, starts_at=begins)
    left: Counter[timedelta] = Counter()
    while now() < begins + timedelta(hours=2):
        with transaction():
            launching.hold_late(now())
        before = len(relay.received)
        post.send_due()
        left[now() - begins] += len(relay.received) - before
        clock.shift(timedelta(minutes=2))
    assert +left == {timedelta(minutes=10 * place): BATCH for place in range(5)}
    check_all_sent_once(campaign, relay)


@pytest.mark.parametrize("step", [timedelta(hours=-1), timedelta(days=1, hours=1)], ids=["an hour back", "a day on"])
def test_the_clock_of_the_machine_jumps_in_the_middle_of_a_batch_and_nobody_has_it_twice(
    post: Sender, relay: Relay, clock: time_machine.Traveller, chance: random.Random, step: timedelta
) -> None:
    campaign = crowd.launched(batch_size=BATCH)
    wanted = chance.randrange(1, BATCH)
    jumped: list[int] = []

    def script(at: str, _to: str | None, _count: int) -> Fault | None:
        if at == "dot" and not jumped and len(relay.received) >= wanted:
            jumped.append(len(relay.received))
            clock.shift(step)
        return None

    relay.script = script
    send_to_the_end(post, clock)
    assert jumped
    if state(campaign) is CampaignState.PAUSED:
        resume(campaign)
        send_to_the_end(post, clock)
    check_all_sent_once(campaign, relay)


def test_a_clock_set_on_a_day_between_two_batches_asks_a_person_before_all_the_rest_leaves_at_once(
    post: Sender, relay: Relay, clock: time_machine.Traveller
) -> None:
    campaign = crowd.launched(batch_size=BATCH)
    post.send_due()
    assert len(relay.received) == BATCH
    clock.shift(timedelta(days=1, minutes=30))
    send_to_the_end(post, clock)
    assert len(relay.received) == BATCH
    assert state(campaign) is CampaignState.PAUSED
    clock.shift(timedelta(days=-1, minutes=-20))
    resume(campaign)
    send_to_the_end(post, clock)
    check_all_sent_once(campaign, relay)
    instants = set(db.session.scalars(select(Message.intent_at).where(Message.campaign_id == campaign)))
    db.session.rollback()
    assert len(instants) == 5, "each batch in its turn"
