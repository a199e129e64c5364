"""The hour has come: late, twice, or not at all, because the process was down or the clock of the machine jumped."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from outreach.campaigns.models import Campaign, CampaignState
from outreach.database import db, now, transaction
from outreach.delivery import figures, launching
from outreach.delivery.sending import Sender
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState
from tests import people
from tests.delivery import campaigns
from tests.delivery.test_once_more import die_before_the_result
from tests.relay import Relay

pytestmark = pytest.mark.both

SPRING = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
"""Half an hour before 02:00 becomes 03:00 in Paris."""
AUTUMN = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
"""Half an hour before 03:00 becomes 02:00 in Paris."""


@pytest.fixture
def post(clock: time_machine.Traveller, app: Flask, relay: Relay) -> Iterator[Sender]:
    with sender() as made:
        yield made


def tick(post: Sender) -> None:
    """What the engine does every second."""
    with transaction():
        launching.hold_late(now())
    post.send_due()


def launched(starts_at: datetime, batch_size: int = 1) -> int:
    """A campaign that was signed for that instant: a batch each ten minutes, five in all."""
    number = campaigns.draft(batch_size)
    with transaction() as session:
        campaign = session.get_one(Campaign, number)
        campaign.starts_at = starts_at
        session.flush()
        launching.approve(campaign, people.member().id, now())
        launching.launch(campaign, now())
    return number


@pytest.mark.parametrize("absence", [timedelta(seconds=1), timedelta(minutes=10)])
def test_what_fell_due_while_nothing_ran_for_a_while_leaves_on_return(
    post: Sender, relay: Relay, clock: time_machine.Traveller, absence: timedelta
) -> None:
    due = now() + timedelta(hours=1)
    number = launched(due, batch_size=5)
    tick(post)
    assert relay.received == []
    clock.move_to(due + absence)
    tick(post)
    assert sorted(relay.recipients) == campaigns.ADDRESSES
    assert campaigns.state(number) is CampaignState.FINISHED


def test_what_fell_due_more_than_a_day_ago_waits_for_a_person_and_then_leaves(
    post: Sender, relay: Relay, clock: time_machine.Traveller
) -> None:
    due = now() + timedelta(hours=1)
    number = launched(due, batch_size=5)
    clock.move_to(due + timedelta(hours=26))
    tick(post)
    assert relay.received == []
    assert campaigns.state(number) is CampaignState.PAUSED
    assert "too long ago" in reason(number)
    with transaction() as session:
        launching.resume(session.get_one(Campaign, number), now())
    tick(post)
    assert sorted(relay.recipients) == campaigns.ADDRESSES


@pytest.mark.parametrize("night", [SPRING, AUTUMN], ids=["spring", "autumn"])
def test_in_the_nights_when_the_clocks_change_each_batch_leaves_once_ten_minutes_after_the_one_before(
    post: Sender, relay: Relay, clock: time_machine.Traveller, night: datetime
) -> None:
    clock.move_to(night - timedelta(hours=2))
    number = launched(night)
    left: list[datetime] = []
    while now() < night + timedelta(hours=3):
        before = len(relay.received)
        tick(post)
        left += [now()] * (len(relay.received) - before)
        clock.shift(timedelta(seconds=30))
    assert left == [night + timedelta(minutes=10 * place) for place in range(5)]
    assert sorted(relay.recipients) == campaigns.ADDRESSES
    assert campaigns.state(number) is CampaignState.FINISHED


def test_a_clock_set_back_an_hour_sends_nothing_twice_and_goes_on_when_it_is_time_again(
    post: Sender, relay: Relay, clock: time_machine.Traveller
) -> None:
    number = launched(now())
    tick(post)
    clock.shift(timedelta(minutes=11))
    tick(post)
    assert len(relay.received) == 2
    clock.shift(timedelta(hours=-1))
    tick(post)
    assert len(relay.received) == 2
    for _ in range(11):
        clock.shift(timedelta(minutes=10))
        tick(post)
    assert sorted(relay.recipients) == campaigns.ADDRESSES
    assert campaigns.state(number) is CampaignState.FINISHED


def test_what_was_put_off_before_the_clock_was_set_back_is_tried_again_in_time(
    post: Sender, relay: Relay, clock: time_machine.Traveller
) -> None:
    relay.say("rcpt", "450 4.2.0 Later", to=campaigns.ADDRESSES[0], times=1)
    number = launched(now(), batch_size=5)
    tick(post)
    clock.shift(timedelta(hours=-1))
    tick(post)
    assert campaigns.ADDRESSES[0] not in relay.recipients
    clock.shift(timedelta(minutes=67))
    tick(post)
    assert sorted(relay.recipients) == campaigns.ADDRESSES
    assert campaigns.state(number) is CampaignState.FINISHED


def test_a_clock_set_forward_a_day_asks_a_person_before_everything_leaves_at_once(
    post: Sender, relay: Relay, clock: time_machine.Traveller
) -> None:
    number = launched(now())
    tick(post)
    assert len(relay.received) == 1
    clock.shift(timedelta(days=1, minutes=30))
    tick(post)
    assert len(relay.received) == 1
    assert campaigns.state(number) is CampaignState.PAUSED
    clock.shift(timedelta(days=-1, minutes=-20))
    with transaction() as session:
        launching.resume(session.get_one(Campaign, number), now())
    for _ in range(6):
        tick(post)
        clock.shift(timedelta(minutes=10))
    assert sorted(relay.recipients) == campaigns.ADDRESSES
    assert campaigns.state(number) is CampaignState.FINISHED


@pytest.mark.parametrize("step", [timedelta(hours=-1), timedelta(days=1)])
def test_a_sender_that_died_before_the_clock_jumped_is_settled_after_it(
    app: Flask, relay: Relay, clock: time_machine.Traveller, step: timedelta
) -> None:
    number = launched(now(), batch_size=5)
    die_before_the_result()
    clock.shift(step)
    with sender() as post:
        post.send_due()
    assert dict(figures.counts(number)) == {MessageState.IN_DOUBT: 5}
    assert relay.received == []


def reason(number: int) -> str:
    found = db.session.scalars(select(Campaign.pause_reason).where(Campaign.id == number)).one()
    db.session.rollback()
    return found
