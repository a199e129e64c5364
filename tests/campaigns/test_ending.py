"""When a campaign is expected to have left."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from outreach.campaigns.ending import Load, expected_end
from outreach.campaigns.planning import Calendar, PlannedBatch, plan

PARIS = ZoneInfo("Europe/Paris")


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


CALENDAR = Calendar(paris("2026-03-02T09:00"), 1000, timedelta(hours=1))


def test_a_slow_lane_ends_last() -> None:
    batches = plan(3000, CALENDAR)
    assert expected_end(batches, CALENDAR) == paris("2026-03-02T11:01:40")
    assert expected_end(batches, CALENDAR, [Load(1000, share=0.5)]) == paris("2026-03-02T11:30")
    assert expected_end(batches, CALENDAR, [Load(250, share=0.5)]) == paris("2026-03-02T15:00")


def test_a_lane_that_has_time_between_batches_is_empty_when_the_next_one_comes() -> None:
    assert expected_end(plan(2000, CALENDAR), CALENDAR, [Load(100, share=0.01)]) == paris("2026-03-02T10:06")


def test_what_has_not_left_when_the_hours_are_over_goes_on_the_next_day() -> None:
    batches = plan(1000, CALENDAR)
    assert expected_end(batches, CALENDAR, [Load(50)]) == paris("2026-03-03T18:00")
    any_hour = Calendar(CALENDAR.starts_at, 1000, CALENDAR.pause, any_hour=True)
    assert expected_end(batches, any_hour, [Load(50)]) == paris("2026-03-03T05:00")


def test_what_is_left_of_a_running_campaign_begins_now() -> None:
    now = paris("2026-03-02T14:00")
    assert expected_end((), CALENDAR, [Load(100, waiting=250, share=0)], now) == paris("2026-03-02T16:30")
    later = [PlannedBatch(4, paris("2026-03-02T15:00"), 1000)]
    loads = [Load(36_000, waiting=250), Load(100, waiting=100, share=0.1)]
    assert expected_end(later, CALENDAR, loads, now) == paris("2026-03-02T16:00")


def test_nothing_left_has_no_end() -> None:
    assert expected_end((), CALENDAR) is None
    assert expected_end((), CALENDAR, [Load(36_000)], paris("2026-03-02T14:00")) is None
