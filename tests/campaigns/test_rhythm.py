"""What is unusual about a calendar is written down; what is usual is not."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from outreach.campaigns.holidays import Place
from outreach.campaigns.hours import OfficeHours, read_week
from outreach.campaigns.planning import Calendar, Ramp
from outreach.campaigns.rhythm import as_rhythm, read_place, read_ramp, tolerance, with_rhythm
from outreach.errors import Refusal

USUAL = Calendar(datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Europe/Paris")), 200, timedelta(minutes=10))


def test_the_usual_leaves_no_trace_so_that_old_signatures_hold() -> None:
    assert as_rhythm(USUAL) is None
    assert tolerance(USUAL) == {}
    assert with_rhythm(USUAL, None, "Europe/Paris") == USUAL


@pytest.mark.parametrize(
    ("calendar", "kept"),
    [
        (replace(USUAL, ramp=Ramp(500, 50)), {"ramp": "500+50%"}),
        (replace(USUAL, hours=OfficeHours(place=None)), {"holidays": "none"}),
        (replace(USUAL, hours=OfficeHours(place=Place.REUNION)), {"holidays": "reunion"}),
        (replace(USUAL, hours=OfficeHours(week=read_week("sat 09:00-12:00"))), {"hours": "sat 09:00-12:00"}),
    ],
)
def test_what_is_unusual_is_kept_and_read_back(calendar: Calendar, kept: dict[str, str]) -> None:
    assert as_rhythm(calendar) == kept
    assert with_rhythm(USUAL, kept, "Europe/Paris") == calendar


def test_a_tolerance_of_ones_own_is_signed_too() -> None:
    assert tolerance(replace(USUAL, late_tolerance=timedelta(hours=1))) == {"late_tolerance_seconds": 3600}


@pytest.mark.parametrize(
    ("text", "ramp"),
    [("500+50%", Ramp(500, 50)), ("500 + 50", Ramp(500, 50)), ("500", Ramp(500, 0)), ("none", None), ("", None)],
)
def test_a_ramp_is_written_as_people_do(text: str, ramp: Ramp | None) -> None:
    assert read_ramp(text) == ramp


@pytest.mark.parametrize("text", ["fast", "0+10", "10+2000", "-5", "5%"])
def test_a_ramp_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        read_ramp(text)


def test_a_place_whose_holidays_nobody_knows_is_refused() -> None:
    with pytest.raises(Refusal):
        read_place("atlantis")
