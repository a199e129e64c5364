"""Telling a person who filled a form from a machine that sent it at once."""

from datetime import UTC, datetime, timedelta

import pytest

from outreach.invitations.pace import OLDEST, Pace, judge

MADE = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TEN = timedelta(seconds=10)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, Pace.TOO_FAST),
        (9.9, Pace.TOO_FAST),
        (10.9, Pace.TOO_FAST),
        (11, Pace.HUMAN),
        (3600, Pace.HUMAN),
        (-5, Pace.TOO_FAST),
    ],
)
def test_ten_whole_seconds_pass_before_a_form_counts(seconds: float, expected: Pace) -> None:
    assert judge(MADE, MADE + timedelta(seconds=seconds), TEN) is expected


def test_a_form_without_our_mark_or_with_an_old_one_is_shown_again() -> None:
    assert judge(None, MADE, TEN) is Pace.UNKNOWN
    assert judge(MADE, MADE + OLDEST + TEN, TEN) is Pace.UNKNOWN


def test_where_no_pace_is_set_every_form_with_a_mark_counts() -> None:
    assert judge(MADE, MADE, timedelta(0)) is Pace.HUMAN
