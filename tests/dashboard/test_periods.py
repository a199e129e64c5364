"""Into which days and weeks answers are gathered."""

import itertools
from datetime import UTC, date, datetime, timedelta

from outreach.dashboard.periods import MOST_WEEKS, are_weeks, periods

PARIS = "Europe/Paris"


def test_an_answer_after_midnight_in_paris_is_of_the_next_day() -> None:
    late = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    (only,) = periods(late, late, PARIS)
    assert only.first == date(2026, 3, 3)
    assert only.starts_at == datetime(2026, 3, 2, 23, tzinfo=UTC)


def test_the_day_of_summer_time_has_twenty_three_hours() -> None:
    noon = datetime(2026, 3, 29, 10, tzinfo=UTC)
    (only,) = periods(noon, noon, PARIS)
    assert only.ends_at - only.starts_at == timedelta(hours=23)


def test_every_day_between_is_there() -> None:
    found = periods(datetime(2026, 3, 2, 8, tzinfo=UTC), datetime(2026, 3, 5, 8, tzinfo=UTC), PARIS)
    assert [one.first.day for one in found] == [2, 3, 4, 5]
    assert not are_weeks(found)
    assert all(before.ends_at == after.starts_at for before, after in itertools.pairwise(found))


def test_many_days_become_weeks_that_begin_on_monday() -> None:
    found = periods(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC), PARIS)
    assert are_weeks(found)
    assert {one.first.weekday() for one in found} == {0}
    assert found[0].first <= date(2026, 1, 1)
    assert found[-1].ends_at > datetime(2026, 6, 1, tzinfo=UTC)


def test_a_chart_never_has_more_weeks_than_one_can_see() -> None:
    found = periods(datetime(2010, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC), PARIS)
    assert len(found) == MOST_WEEKS
    assert found[-1].ends_at > datetime(2026, 6, 1, tzinfo=UTC)
