"""When each batch leaves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.campaigns.durations import read_duration, spell_duration
from outreach.campaigns.ending import expected_end
from outreach.campaigns.planning import Calendar, Ramp, plan, plan_again
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


def test_pauses_are_real_minutes_in_the_night_when_the_clocks_change() -> None:
    calendar = Calendar(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), 1, timedelta(hours=1), any_hour=True)
    assert [batch.due_at.hour for batch in plan(3, calendar)] == [0, 1, 2]
    assert [batch.due_at.astimezone(PARIS).hour for batch in plan(3, calendar)] == [2, 2, 3]


def test_nobody_to_write_to_makes_no_batch() -> None:
    assert plan(0, Calendar(paris("2026-03-02T09:00"), 10, MINUTES)) == ()
    assert expected_end((), Calendar(None, 10, MINUTES)) is None


def test_the_expected_end_comes_after_the_last_batch() -> None:
    calendar = Calendar(paris("2026-03-02T09:00"), 20, 10 * MINUTES)
    assert expected_end(plan(30, calendar), calendar) == paris("2026-03-02T09:10:01")


@pytest.mark.parametrize(("total", "size", "pause"), [(1, 0, MINUTES), (1, 10, -MINUTES), (100_000, 1, MINUTES)])
def test_what_makes_no_plan_is_refused(total: int, size: int, pause: timedelta) -> None:
    with pytest.raises(Refusal):
        plan(total, Calendar(paris("2026-03-02T09:00"), size, pause))


@pytest.mark.parametrize("tolerance", [timedelta(0), timedelta(minutes=4, seconds=59), timedelta(days=31, seconds=1)])
def test_a_tolerance_that_would_pause_what_is_healthy_or_never_ask_is_refused(tolerance: timedelta) -> None:
    calendar = Calendar(paris("2026-03-02T09:00"), 10, MINUTES)
    with pytest.raises(Refusal, match="5 minutes at least") as refused:
        replace(calendar, late_tolerance=tolerance).check()
    assert refused.value.field == "late"
    replace(calendar, late_tolerance=5 * MINUTES).check()


@given(
    total=st.integers(0, 2000),
    size=st.integers(1, 500),
    pause=st.integers(0, 200_000),
    start=st.datetimes(datetime(2023, 1, 1), datetime(2032, 1, 1), timezones=st.just(PARIS)),  # noqa: DTZ001
    any_hour=st.booleans(),
    ramp=st.none() | st.builds(Ramp, st.integers(20, 500), st.integers(0, 200)),
)
def test_every_plan_writes_to_all_and_no_two_batches_leave_together(
    total: int, size: int, pause: int, start: datetime, any_hour: bool, ramp: Ramp | None
) -> None:
    try:
        batches = plan(total, Calendar(start, size, timedelta(seconds=pause), any_hour, ramp=ramp))
    except Refusal:
        assert ramp
        return
    assert sum(batch.size for batch in batches) == total
    assert [batch.number for batch in batches] == list(range(1, len(batches) + 1))
    assert all(earlier.due_at < later.due_at for earlier, later in pairwise(batches))
    for batch in batches:
        local = batch.due_at.astimezone(PARIS)
        assert batch.due_at >= start
        assert any_hour or (local.weekday() < 5 and 8 <= local.hour < 19)
    by_day = [
        sum(one.size for one in some)
        for _day, some in groupby(batches, lambda one: one.due_at.astimezone(PARIS).date())
    ]
    assert ramp is None or all(count <= ramp.most_on(day) for day, count in enumerate(by_day))


def test_a_ramp_takes_more_every_day_until_it_holds_nothing_back() -> None:
    calendar = Calendar(paris("2026-03-05T17:00"), 100, 30 * MINUTES, ramp=Ramp(150, 100))
    assert leaving(900, calendar) == [
        "Thu 05 17:00 100",
        "Thu 05 17:30 50",
        *(f"Fri 06 {hour} 100" for hour in ("08:00", "08:30", "09:00")),
        *(f"Mon 09 {hour} 100" for hour in ("08:00", "08:30", "09:00", "09:30")),
        "Mon 09 10:00 50",
    ]


def test_a_ramp_counts_days_on_the_clock_of_the_town() -> None:
    ramp = Ramp(2, 0)
    calendar = Calendar(paris("2026-03-02T23:58"), 1, MINUTES, any_hour=True, ramp=ramp)
    assert leaving(4, calendar) == ["Mon 02 23:58 1", "Mon 02 23:59 1", "Tue 03 00:00 1", "Tue 03 00:01 1"]


@pytest.mark.parametrize(
    ("ramp", "by_day"),
    [(Ramp(500, 50), [500, 750, 1125]), (Ramp(1, 10), [1, 2, 3]), (Ramp(100, 0), [100, 100, 100])],
)
def test_each_day_takes_so_much_more_than_the_one_before(ramp: Ramp, by_day: list[int]) -> None:
    assert [ramp.most_on(day) for day in range(3)] == by_day


def test_a_ramp_never_takes_more_than_there_can_be() -> None:
    assert Ramp(1000, 1000).most_on(400) < 100_000_000


@pytest.mark.parametrize("ramp", [Ramp(0), Ramp(10, -1), Ramp(10, 1001), Ramp(10_000_000)])
def test_a_ramp_that_leads_nowhere_is_refused(ramp: Ramp) -> None:
    with pytest.raises(Refusal):
        plan(1, Calendar(paris("2026-03-02T09:00"), 10, MINUTES, ramp=ramp))


def test_a_ramp_that_takes_years_is_refused() -> None:
    with pytest.raises(Refusal):
        plan(10_000, Calendar(paris("2026-03-02T09:00"), 10, MINUTES, ramp=Ramp(10, 0)))


def test_batches_that_were_made_get_new_instants_and_keep_their_sizes() -> None:
    calendar = Calendar(paris("2026-03-06T18:45"), 100, 10 * MINUTES)
    again = [due.astimezone(PARIS).strftime("%a %d %H:%M") for due in plan_again([100, 40, 100], calendar)]
    assert again == ["Fri 06 18:45", "Fri 06 18:55", "Mon 09 08:00"]


def test_after_a_pause_a_ramp_goes_on_where_it_was() -> None:
    calendar = Calendar(paris("2026-03-04T09:00"), 100, 10 * MINUTES, ramp=Ramp(100, 100))
    again = plan_again([100, 100, 200, 400], calendar, days_gone=1, gone_today=0)
    assert [due.astimezone(PARIS).strftime("%a %H:%M") for due in again] == [
        "Wed 09:00",
        "Wed 09:10",
        "Thu 08:00",
        "Fri 08:00",
    ]
    same_day = plan_again([100, 100], calendar, days_gone=1, gone_today=100)
    assert [due.astimezone(PARIS).strftime("%a %H:%M") for due in same_day] == ["Wed 09:00", "Thu 08:00"]


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
