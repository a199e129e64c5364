"""What trips a campaign, as tables."""

import pytest

from outreach.delivery.pacing.tripping import Run, Tally, follow


@pytest.mark.parametrize(
    ("answered", "hard", "trips"),
    [
        (199, 199, False),
        (200, 10, False),
        (200, 11, True),
        (1000, 50, False),
        (1000, 51, True),
        (0, 0, False),
    ],
)
def test_more_than_five_in_a_hundred_of_two_hundred_is_too_hard(answered: int, hard: int, trips: bool) -> None:
    assert Tally(answered, hard).too_hard is trips


def test_only_what_came_after_a_person_knew_counts() -> None:
    assert Tally(500, 60).since(Tally(300, 55)) == Tally(200, 5)
    assert Tally(5, 0).since(Tally(300, 55)) == Tally(0, 0), "rows that were counted anew"


@pytest.mark.parametrize(
    ("before", "of_us", "after"),
    [
        (0, [], Run(0, 0)),
        (3, [True, True], Run(5, 5)),
        (3, [True, False], Run(0, 4)),
        (0, [True] * 20 + [False], Run(0, 20)),
        (19, [False] + [True] * 19, Run(19, 19)),
    ],
)
def test_a_run_goes_on_until_something_else_is_answered(before: int, of_us: list[bool], after: Run) -> None:
    assert follow(before, of_us) == after


def test_twenty_in_a_row_are_too_long_whatever_follows() -> None:
    assert follow(0, [True] * 20 + [False]).too_long
    assert not follow(19, [False, *[True] * 19]).too_long
