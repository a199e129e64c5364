"""When messages may leave: hours, days, public holidays, and the two nights on which the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.campaigns.holidays import Place, public_holidays
from outreach.campaigns.hours import (
    WORKING_WEEK,
    OfficeHours,
    Span,
    after_open,
    is_open,
    next_open,
    read_week,
    spell_week,
    week_of,
)
from outreach.errors import Refusal

PARIS = ZoneInfo("Europe/Paris")
NIGHT = OfficeHours(week=(Span(time(2, 30), time(4)),) * 7, place=None)
ALWAYS = OfficeHours(week=(Span(time(0), time(0)),) * 7, place=None)


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


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
    assert is_open(paris(at), OfficeHours()) is (at == opens)


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        # 25 October 2026: 02:00 to 03:00 comes twice, first at UTC midnight, then at one o'clock.
        ("2026-10-25T00:10", "2026-10-25T00:30"),
        ("2026-10-25T00:45", "2026-10-25T00:45"),
        ("2026-10-25T01:10", "2026-10-25T01:10"),  # 02:10 for the second time: it has been open since the first 02:30
        ("2026-10-25T02:59", "2026-10-25T02:59"),
        ("2026-10-25T03:00", "2026-10-26T01:30"),
        # 29 March 2026: there is no 02:30.
        ("2026-03-29T00:45", "2026-03-29T01:30"),
        ("2026-03-29T01:45", "2026-03-29T01:45"),
        ("2026-03-29T02:00", "2026-03-30T00:30"),
    ],
)
def test_the_nights_on_which_the_clocks_change_open_once(at: str, opens: str) -> None:
    assert next_open(utc(at), NIGHT) == utc(opens)


def test_the_october_night_is_an_hour_longer_and_the_march_night_an_hour_shorter() -> None:
    hour = timedelta(hours=1)
    assert after_open(utc("2026-10-25T00:00"), 2.5 * hour, NIGHT) == utc("2026-10-25T03:00")
    assert after_open(utc("2026-03-29T00:00"), 0.5 * hour, NIGHT) == utc("2026-03-29T02:00")
    assert after_open(paris("2026-10-25T00:00"), 25 * hour, ALWAYS) == paris("2026-10-26T00:00")
    assert after_open(paris("2026-03-29T00:00"), 23 * hour, ALWAYS) == paris("2026-03-30T00:00")


def test_what_takes_longer_than_a_day_goes_on_when_it_opens_again() -> None:
    assert after_open(paris("2026-03-06T18:00"), timedelta(hours=3), OfficeHours()) == paris("2026-03-09T10:00")
    assert after_open(paris("2026-03-06T18:00"), timedelta(0), OfficeHours()) == paris("2026-03-06T18:00")


@given(
    at=st.datetimes(datetime(2023, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    opens=st.integers(0, 22),
    length=st.integers(1, 24),
    days=st.sets(st.integers(0, 6), min_size=1),
    place=st.none() | st.sampled_from(Place),
)
def test_what_is_said_to_be_open_is_open_and_nothing_before_it(
    at: datetime, opens: int, length: int, days: set[int], place: Place | None
) -> None:
    closes = opens + length
    span = Span(time(opens), time(closes) if closes < 24 else time(0))
    hours = OfficeHours(week=week_of(dict.fromkeys(days, span)), place=place)
    found = next_open(at, hours)
    assert found >= at
    assert is_open(found, hours)
    local = found.astimezone(PARIS)
    assert local.weekday() in days
    assert place is None or local.date() not in public_holidays(local.year, place)
    assert found == at or not is_open(found - timedelta(seconds=1), hours) or opens == 0
    assert after_open(at, timedelta(0), hours) == found


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("mon-fri 08:00-19:00", "mon-fri 08:00-19:00"),
        ("Mon-Thu 9:00-17:00, fri 09:00-12:00", "mon-thu 09:00-17:00, fri 09:00-12:00"),
        ("sun 09:00-12:00,mon-sat 10:00-24:00", "mon-sat 10:00-24:00, sun 09:00-12:00"),
        ("mon 08:00-12:00, tue 08:00-12:00", "mon-tue 08:00-12:00"),
        ("sun 00:00-24:00", "sun 00:00-24:00"),
    ],
)
def test_hours_are_written_as_people_do_and_read_back(text: str, spelt: str) -> None:
    assert spell_week(read_week(text)) == spelt
    assert read_week(spelt) == read_week(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "always",
        "mon 8-19",
        "mon 19:00-08:00",
        "mon 08:00-08:00",
        "lun 08:00-19:00",
        "fri-mon 08:00-19:00",
        "sat-mon 09:00-12:00, tue 09:00-12:00",
        "mon 08:00-25:00",
        "mon 08:61-19:00",
        "mon 08:00-12:00, mon 14:00-18:00",
        "mon-fri 08:00-19:00, wed 08:00-12:00",
    ],
)
def test_hours_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(Refusal):
        read_week(text)


def test_a_week_that_never_opens_is_refused() -> None:
    with pytest.raises(Refusal):
        next_open(paris("2026-03-02T09:00"), OfficeHours(week=week_of({})))
    assert not is_open(paris("2026-03-02T09:00"), OfficeHours(week=week_of({})))


def test_the_usual_week_is_monday_to_friday_eight_to_seven() -> None:
    assert spell_week(WORKING_WEEK) == "mon-fri 08:00-19:00"


def test_french_public_holidays_follow_easter() -> None:
    assert {date(2024, 4, 1), date(2024, 5, 9), date(2024, 5, 20), date(2024, 7, 14)} <= public_holidays(2024)
    assert {date(2026, 4, 6), date(2026, 5, 14), date(2026, 5, 25)} <= public_holidays(2026)
    assert len(public_holidays(2026)) == 11


@pytest.mark.parametrize(
    ("place", "days"),
    [
        (Place.ALSACE_MOSELLE, {date(2026, 4, 3), date(2026, 12, 26)}),
        (Place.MAYOTTE, {date(2026, 4, 27)}),
        (Place.MARTINIQUE, {date(2026, 5, 22)}),
        (Place.GUADELOUPE, {date(2026, 5, 27)}),
        (Place.SAINT_MARTIN, {date(2026, 5, 27), date(2026, 5, 28)}),
        (Place.GUYANE, {date(2026, 6, 10)}),
        (Place.SAINT_BARTHELEMY, {date(2026, 10, 9)}),
        (Place.REUNION, {date(2026, 12, 20)}),
    ],
)
def test_alsace_moselle_and_overseas_have_days_of_their_own(place: Place, days: set[date]) -> None:
    assert public_holidays(2026, place) - public_holidays(2026) == days
    assert public_holidays(2026, place) >= public_holidays(2026)


@pytest.mark.parametrize(
    ("year", "friday"), [(2024, date(2024, 3, 29)), (2025, date(2025, 4, 18)), (2038, date(2038, 4, 23))]
)
def test_good_friday_is_kept_in_alsace_and_moselle_alone(year: int, friday: date) -> None:
    assert friday in public_holidays(year, Place.ALSACE_MOSELLE)
    assert friday not in public_holidays(year)


def test_on_a_public_holiday_nothing_opens_unless_told() -> None:
    good_friday = paris("2026-04-03T09:00")
    assert is_open(good_friday, OfficeHours())
    assert next_open(good_friday, OfficeHours(place=Place.ALSACE_MOSELLE)) == paris("2026-04-07T08:00")
    assert is_open(paris("2026-05-01T09:00"), OfficeHours(place=None))
