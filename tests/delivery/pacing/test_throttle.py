"""How many a lane lets through, as tables."""

from datetime import UTC, datetime, timedelta

import pytest

from outreach.delivery.pacing.throttle import Throttle

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(("per_hour", "at_once"), [(1, 1), (59, 1), (60, 2), (600, 11), (3600, 61)])
def test_after_a_rest_a_minutes_worth_leaves_at_once_and_always_one(per_hour: int, at_once: int) -> None:
    assert Throttle(per_hour).allowance(NOON) == at_once


@pytest.mark.parametrize("per_hour", [1, 7, 60, 100, 3600, 50_000])
@pytest.mark.parametrize("every", [1, 17, 300])
def test_no_hour_lets_more_through_than_the_limit_and_its_burst(per_hour: int, every: int) -> None:
    throttle, left, began = Throttle(per_hour), [], NOON
    for second in range(0, 3 * 3600, every):
        at = began + timedelta(seconds=second)
        count = throttle.allowance(at)
        throttle = throttle.take(count, at)
        left.append((second, count))
    for begins in range(0, 2 * 3600, 600):
        within = sum(count for second, count in left if begins <= second < begins + 3600)
        assert within <= per_hour + Throttle(per_hour).allowance(NOON)
    if every == 1:
        assert sum(count for _second, count in left) >= 3 * per_hour - 1, "and it is used to the full"


def test_what_did_not_leave_may_leave_again() -> None:
    throttle = Throttle(600).take(11, NOON)
    assert throttle.allowance(NOON) == 0
    assert throttle.give_back(4).allowance(NOON) == 4


def test_it_says_when_the_next_one_may_leave() -> None:
    throttle = Throttle(60).take(2, NOON)
    assert throttle.opens_at(NOON) == NOON + timedelta(minutes=1)
    assert throttle.allowance(NOON + timedelta(seconds=59)) == 0
    assert throttle.allowance(NOON + timedelta(seconds=60)) == 1


def test_a_clock_that_was_set_back_closes_no_lane_for_the_step() -> None:
    throttle = Throttle(60).take(2, NOON)
    earlier = NOON - timedelta(hours=1)
    assert throttle.opens_at(earlier) <= earlier + timedelta(minutes=1)


def test_a_limit_that_was_raised_counts_at_once() -> None:
    slow = Throttle(1).take(1, NOON)
    assert Throttle(3600, slow.ready_at).opens_at(NOON) <= NOON + timedelta(seconds=1)
