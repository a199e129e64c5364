"""The calendar as it is kept while a campaign leaves: hours, ramp, pauses, and an end that is reckoned anew."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from outreach.accounts.models import Role
from outreach.campaigns import actions as campaign_actions
from outreach.campaigns import queries as plans
from outreach.campaigns.models import Batch, Campaign, CampaignState
from outreach.contacts.kinds import Kind
from outreach.database import db, now, transaction
from outreach.delivery import launching, leasing, queries
from outreach.delivery.models import Message
from outreach.delivery.pacing import lanes
from outreach.delivery.pacing.families import Family
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState
from tests import people
from tests.delivery import campaigns
from tests.relay import Relay

pytestmark = pytest.mark.both

PARIS = ZoneInfo("Europe/Paris")


def launched(at: datetime, size: int = 100, crowd: int = 0, **kept: object) -> int:
    """A campaign to the cast and a crowd at Orange, launched then, in its hours unless told otherwise."""
    with transaction():
        for place in range(crowd):
            people.contact(Kind.INDIVIDUAL, "Une", f"Personne {place}", f"p{place}@orange.fr")
    number = campaigns.draft(size)
    with transaction() as session:
        values = {"any_hour": False, "starts_at": at, **kept}
        session.execute(update(Campaign).where(Campaign.id == number).values(**values))
    with transaction() as session:
        campaign = session.get_one(Campaign, number)
        launching.approve(campaign, people.member(Role.SIGN).id, now())
        launching.launch(campaign, now())
    return number


def lease(limit: int = 500) -> int:
    with transaction():
        return len(leasing.lease(Message, "one", limit, now()))


def standing(number: int) -> queries.Standing:
    db.session.rollback()
    found = queries.standing(db.session.get_one(Campaign, number), now())
    db.session.rollback()
    return found


def batches(number: int) -> list[tuple[str, int]]:
    db.session.rollback()
    rows = db.session.scalars(select(Batch).where(Batch.campaign_id == number).order_by(Batch.number)).all()
    found = [(f"{one.due_at.astimezone(PARIS):%a %d %H:%M}", one.size) for one in rows]
    db.session.rollback()
    return found


def test_what_has_not_left_when_the_hours_are_over_waits_for_the_next_morning(
    clock: time_machine.Traveller, app: Flask
) -> None:
    clock.move_to(datetime(2026, 3, 6, 17, 59, tzinfo=UTC))
    launched(now())
    assert lease(2) == 2
    clock.shift(timedelta(minutes=1))
    assert lease() == 0, "it is seven o'clock on a Friday evening in Paris"
    clock.move_to(datetime(2026, 3, 9, 6, 59, 59, tzinfo=UTC))
    assert lease() == 0
    clock.shift(timedelta(seconds=1))
    assert lease() == 3


def test_a_retry_keeps_its_own_hour_at_night(clock: time_machine.Traveller, app: Flask, relay: Relay) -> None:
    clock.move_to(datetime(2026, 3, 2, 17, 58, tzinfo=UTC))
    number = launched(now())
    relay.say("rcpt", "451 4.3.0 Later", to="ada@association.test", times=1)
    with sender() as post:
        post.send_due()
        clock.shift(timedelta(minutes=8))
        post.send_due()
    assert "ada@association.test" in relay.recipients
    assert campaigns.state(number) is CampaignState.FINISHED


def test_what_its_hours_hold_back_is_not_late(clock: time_machine.Traveller, app: Flask) -> None:
    clock.move_to(datetime(2026, 3, 6, 17, 59, tzinfo=UTC))
    number = launched(now(), late_tolerance_seconds=3600)
    clock.shift(timedelta(minutes=1))
    for _half_an_hour in range(2 * 61):
        lease()
        clock.shift(timedelta(minutes=30))
        with transaction():
            assert launching.hold_late(now()) == 0
    assert now() == datetime(2026, 3, 9, 7, 0, tzinfo=UTC)
    assert lease() == 5
    assert campaigns.state(number) is CampaignState.RUNNING


@pytest.mark.parametrize(("down", "held"), [(timedelta(minutes=59), 0), (timedelta(minutes=61), 1)])
def test_what_nobody_looked_after_for_longer_than_it_tolerates_asks_a_person(
    clock: time_machine.Traveller, app: Flask, down: timedelta, held: int
) -> None:
    clock.move_to(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    launched(now(), late_tolerance_seconds=3600)
    clock.shift(down)
    with transaction():
        assert launching.hold_late(now()) == held


@pytest.mark.parametrize("kept", [0, 1, 60])
def test_less_than_five_minutes_kept_from_before_pauses_no_healthy_campaign(
    clock: time_machine.Traveller, app: Flask, relay: Relay, kept: int
) -> None:
    number = launched(now(), size=1, any_hour=True, pause_seconds=60, late_tolerance_seconds=kept)
    with sender() as post:
        for _look in range(5):
            clock.shift(timedelta(seconds=61))
            with transaction():
                assert launching.hold_late(now()) == 0
            post.send_due()
    assert campaigns.state(number) is CampaignState.FINISHED
    assert len(relay.recipients) == 5


def test_less_than_five_minutes_kept_from_before_still_asks_a_person_after_five(
    clock: time_machine.Traveller, app: Flask
) -> None:
    launched(now(), any_hour=True, late_tolerance_seconds=0)
    clock.shift(timedelta(minutes=5, seconds=1))
    with transaction():
        assert launching.hold_late(now()) == 1


def test_a_ramp_deals_smaller_batches_and_every_recipient_into_one(
    clock: time_machine.Traveller, app: Flask, relay: Relay
) -> None:
    clock.move_to(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    number = launched(now(), size=4, crowd=8, rhythm={"ramp": "3+50%"})
    planned = [("Mon 02 10:00", 3), ("Tue 03 08:00", 4), ("Wed 04 08:00", 4), ("Wed 04 08:10", 2)]
    assert batches(number) == planned
    dealt = Counter(db.session.scalars(select(Message.batch_id).where(Message.campaign_id == number)))
    assert sorted(dealt.values()) == [2, 3, 4, 4]
    db.session.rollback()
    with sender() as post:
        assert post.send_due() == 3
        clock.shift(timedelta(days=1))
        assert post.send_due() == 4
    assert len(set(relay.recipients)) == 7


def test_after_a_pause_the_ramp_goes_on_and_the_end_is_reckoned_anew(
    clock: time_machine.Traveller, app: Flask, relay: Relay
) -> None:
    clock.move_to(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    number = launched(now(), size=4, crowd=8, rhythm={"ramp": "3+50%"})
    with sender() as post:
        assert post.send_due() == 3
    before = standing(number).expected_end
    with transaction() as session:
        campaign_actions.pause(session.get_one(Campaign, number), now())
    clock.move_to(datetime(2026, 3, 5, 9, 0, tzinfo=UTC))
    with transaction() as session:
        launching.resume(session.get_one(Campaign, number), now())
    assert batches(number)[1:] == [("Thu 05 10:00", 4), ("Fri 06 08:00", 4), ("Fri 06 08:10", 2)]
    after = standing(number).expected_end
    assert before is not None
    assert after == before + timedelta(days=2)


def test_the_end_is_reckoned_anew_when_a_lane_changes(clock: time_machine.Traveller, app: Flask, relay: Relay) -> None:
    clock.move_to(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    number = launched(now() + timedelta(minutes=1), size=1000, crowd=120)
    assert standing(number).expected_end == now() + timedelta(minutes=1, seconds=13)
    with transaction():
        lanes.set_limits({Family.ORANGE: 60})
    assert standing(number).expected_end == now() + timedelta(hours=2, minutes=1)
    clock.shift(timedelta(minutes=2))
    with sender() as post:
        assert post.send_due() == 2 + 5
    assert standing(number).expected_end == now() + timedelta(minutes=118)
    with transaction():
        lanes.set_limits({Family.ORANGE: 6})
    assert standing(number).expected_end == datetime(2026, 3, 3, 17, 42, tzinfo=UTC), "the night does not count"
    with transaction():
        lanes.set_limits({Family.ORANGE: None})
    assert standing(number).expected_end == now() + timedelta(seconds=12)


def test_before_it_is_signed_the_end_reckons_with_the_lanes_of_its_audience(
    clock: time_machine.Traveller, app: Flask
) -> None:
    with transaction():
        for place in range(10):
            people.contact(Kind.INDIVIDUAL, "Une", f"Personne {place}", f"p{place}@orange.fr")
    number = campaigns.draft(100)
    with transaction():
        lanes.set_limits({Family.ORANGE: 20})
    campaign = db.session.get_one(Campaign, number)
    assert plans.end_of(campaign, plans.plan_of(campaign, 15), now()) == now() + timedelta(minutes=30)
    db.session.rollback()


@pytest.mark.parametrize(
    ("before", "opens"),
    [
        (datetime(2026, 10, 23, 18, 0, tzinfo=UTC), datetime(2026, 10, 26, 7, 0, tzinfo=UTC)),
        (datetime(2026, 3, 27, 19, 0, tzinfo=UTC), datetime(2026, 3, 30, 6, 0, tzinfo=UTC)),
    ],
)
def test_over_both_nights_when_the_clocks_change_it_opens_at_eight_and_sends_once(
    clock: time_machine.Traveller, app: Flask, relay: Relay, before: datetime, opens: datetime
) -> None:
    clock.move_to(before)
    launched(now())
    with sender() as post:
        clock.move_to(opens - timedelta(seconds=1))
        assert post.send_due() == 0
        clock.move_to(opens)
        assert post.send_due() == 5
        clock.shift(timedelta(hours=-1))
        assert post.send_due() == 0
    assert len(relay.recipients) == len(set(relay.recipients)) == 5
    assert set(db.session.scalars(select(Message.state))) == {MessageState.SENT}
