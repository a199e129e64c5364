"""When each batch leaves."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.campaigns.durations import read_duration, spell_duration
from outreach.campaigns.planning import Calendar, OfficeHours, expected_end, next_open, plan, public_holidays
from outreach.errors import Refusal

PARIS = ZoneInfo("Europe/Paris")
MINUTES = timedelta(minutes=1)


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def leaving(total: int, calendar: Calendar) -> list[str]:
    return [f"{batch.due_at.astimezone(PARIS):%a %d %H:%M} {batch.size}" for batch in plan(total, calendar)]


def test_batches_leave_one_pause_apart() -> None:
    calendar = Calendar(paris("2026-03-02T09:00"), 200, 10 * MINUTES)
    assert leaving(450, calendar) == ["Mon 02 09:00 200", "Mon 02 09:10 200", "Mon 02 09:20 50"]


def test_batches_wait_for_the_office_to_open() -> None:
    calendar = Calendar(paris("2026-03-06T18:45"), 100, 10 * MINUTES)
    assert leaving(400, calendar) == ["Fri 06 18:45 100", "Fri 06 18:55 100", "Mon 09 08:00 100", "Mon 09 08:10 100"]


def test_at_any_hour_they_wait_for_nothing() -> None:
    calendar = Calendar(paris("2026-03-06T18:45"), 100, 10 * MINUTES, any_hour=True)
    assert leaving(300, calendar) == ["Fri 06 18:45 100", "Fri 06 18:55 100", "Fri 06 19:05 100"]


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-03-02T09:00", "2026-03-02T09:00"),
        ("2026-03-02T08:00", "2026-03-02T08:00"),
        ("2026-03-02T07:59", "2026-03-02T08:00"),
        ("2026-03-02T19:00", "2026-03-03T08:00"),
        ("2026-03-07T12:00", "2026-03-09T08:00"),
        ("2026-05-01T09:00", "2026-05-04T08:00"),  # Labour Day, then a week-end
        ("2026-03-27T19:30", "2026-03-30T08:00"),  # the clocks go forward on the Sunday between
        ("2026-10-23T19:30", "2026-10-26T08:00"),  # and back
    ],
)
def test_the_office_opens_on_the_clock_of_the_town(at: str, opens: str) -> None:
    assert next_open(paris(at), OfficeHours()) == paris(opens)
    assert next_open(paris(at), OfficeHours()).tzinfo is UTC


def test_pauses_are_real_minutes_in_the_night_when_the_clocks_change() -> None:
    calendar = Calendar(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), 1, timedelta(hours=1), any_hour=True)
    assert [batch.due_at.hour for batch in plan(3, calendar)] == [0, 1, 2]
    assert [batch.due_at.astimezone(PARIS).hour for batch in plan(3, calendar)] == [2, 2, 3]


def test_nobody_to_write_to_makes_no_batch() -> None:
    assert plan(0, Calendar(paris("2026-03-02T09:00"), 10, MINUTES)) == ()
    assert expected_end(()) is None


def test_the_expected_end_comes_after_the_last_batch() -> None:
    batches = plan(30, Calendar(paris("2026-03-02T09:00"), 20, 10 * MINUTES))
    assert expected_end(batches) == paris("2026-03-02T09:10:01")


@pytest.mark.parametrize(("total", "size", "pause"), [(1, 0, MINUTES), (1, 10, -MINUTES), (100_000, 1, MINUTES)])
def test_what_makes_no_plan_is_refused(total: int, size: int, pause: timedelta) -> None:
    with pytest.raises(Refusal):
        plan(total, Calendar(paris("2026-03-02T09:00"), size, pause))


@given(
    total=st.integers(0, 2000),
    size=st.integers(1, 500),
    pause=st.integers(0, 200_000),
    start=st.datetimes(datetime(2023, 1, 1), datetime(2032, 1, 1), timezones=st.just(PARIS)),  # noqa: DTZ001
    any_hour=st.booleans(),
)
def test_every_plan_writes_to_all_and_no_two_batches_leave_together(
    total: int, size: int, pause: int, start: datetime, any_hour: bool
) -> None:
    batches = plan(total, Calendar(start, size, timedelta(seconds=pause), any_hour))
    assert sum(batch.size for batch in batches) == total
    assert [batch.number for batch in batches] == list(range(1, len(batches) + 1))
    assert all(earlier.due_at < later.due_at for earlier, later in pairwise(batches))
    for batch in batches:
        local = batch.due_at.astimezone(PARIS)
        assert batch.due_at >= start
        assert any_hour or (local.weekday() < 5 and 8 <= local.hour < 19)


def test_french_public_holidays_follow_easter() -> None:
    assert {date(2024, 4, 1), date(2024, 5, 9), date(2024, 5, 20), date(2024, 7, 14)} <= public_holidays(2024)
    assert {date(2026, 4, 6), date(2026, 5, 14), date(2026, 5, 25)} <= public_holidays(2026)
    assert len(public_holidays(2026)) == 11


@pytest.mark.parametrize(
    ("text", "seconds"), [("10m", 600), ("90s", 90), ("90", 90), ("1h", 3600), ("1h30m", 5400), ("20 s", 20), ("0", 0)]
)
def test_a_pause_is_written_as_people_do(text: str, seconds: int) -> None:
    assert read_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "soon", "-5m", "10d", "800h"])
def test_a_pause_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        read_duration(text)


@given(st.integers(0, 31 * 86_400))
def test_a_pause_reads_back(seconds: int) -> None:
    assert read_duration(spell_duration(seconds)) == timedelta(seconds=seconds)
