"""The list of answers and of those who have not answered, walked on both databases."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import time_machine
from flask import Flask

from outreach.contacts.kinds import Kind
from outreach.dashboard import answer_queries, answer_row_queries
from outreach.dashboard.asking import Filters, Order, Show
from outreach.database import db
from outreach.invitations.models import Origin, Reply
from tests.dashboard.crowd import Crowd, add_many, crowd

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("clock")]


@pytest.fixture
def six(app: Flask, clock: time_machine.Traveller) -> Crowd:
    return crowd()


def names(filters: Filters) -> list[str]:
    """Who is on the first page."""
    return [row.name for row in answer_row_queries.rows(answer_queries.page(filters).ids)]


def test_the_latest_answer_comes_first(six: Crowd) -> None:
    assert names(Filters(six.event)) == ["Bob Lyonnais", "Paul Bêche", "Ada Lefèvre"]
    assert names(Filters(six.event, descending=False))[0] == "Ada Lefèvre"


def test_those_who_have_not_answered_are_called_by_name(six: Crowd) -> None:
    waiting = Filters(six.event, show=Show.WAITING, order=Order.NAME, descending=False)
    assert names(waiting) == ["Inès Durand", "Cléo Nantaise"]
    assert names(replace(waiting, kind=Kind.DEPUTY, department="72")) == ["Inès Durand"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"reply": Reply.EXCUSED}, ["Paul Bêche"]),
        ({"origin": Origin.SHARE}, ["Bob Lyonnais"]),
        ({"origin": Origin.AUDIENCE}, ["Paul Bêche", "Ada Lefèvre"]),
        ({"depth": 1}, ["Bob Lyonnais"]),
        ({"q": "lyon"}, ["Bob Lyonnais"]),
        ({"q": "jardins partages"}, ["Ada Lefèvre"]),
        ({"kind": Kind.MAYOR}, ["Paul Bêche"]),
        ({"department": "69"}, ["Bob Lyonnais"]),
        ({"q": "lyon", "department": "72"}, []),
    ],
)
def test_a_filter_keeps_those_it_names(six: Crowd, asked: dict[str, object], found: list[str]) -> None:
    assert names(Filters.parse(six.event, {key: str(value) for key, value in asked.items()})) == found


def test_the_people_behind_a_session_and_behind_a_relay(six: Crowd) -> None:
    assert names(Filters(six.event, session=six.session)) == ["Ada Lefèvre"]
    assert names(Filters(six.event, show=Show.ALL, order=Order.NAME, through=six.ada)) == ["Bob Lyonnais"]


def test_a_row_says_what_was_answered_and_through_whom(six: Crowd) -> None:
    bob, _paul, ada = answer_row_queries.rows(answer_queries.page(Filters(six.event)).ids)
    assert (bob.through, bob.depth) == ("Ada Lefèvre", 1)
    assert (ada.organisation, ada.coming, ada.companions) == ("Les Jardins partagés", 2, ("Personne 1",))
    assert ada.sessions == (six.session,)
    assert ada.email == "ada@association.test"


def test_needs_are_told_with_whom_they_concern(six: Crowd) -> None:
    (one,) = answer_row_queries.needs(six.event)
    assert (one.name, one.of, one.meal) == ("Personne 1", "Ada Lefèvre", "sans sel")


@pytest.mark.parametrize("few", [0, 20_000])
@pytest.mark.parametrize(
    ("show", "order"), [(Show.ANSWERED, Order.ANSWERED), (Show.ANSWERED, Order.NAME), (Show.WAITING, Order.NAME)]
)
def test_pages_follow_each_other_both_ways(
    six: Crowd, show: Show, order: Order, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_queries, "FEW", few)
    add_many(six.event, 60, answered=30)
    filters = Filters(six.event, show=show, order=order, descending=False)
    whole = answer_queries.page(filters, size=1000).ids
    assert len(whole) == len(set(whole)) == (33 if show is Show.ANSWERED else 32)
    assert [number for ids in _walk(filters) for number in ids] == whole
    assert [number for ids in answer_queries.everyone(filters, size=7) for number in ids] == whole
    db.session.rollback()


def _walk(filters: Filters) -> Iterator[list[int]]:
    """Every page after the one before, each of which is found again on the way back."""
    page = answer_queries.page(filters, size=7)
    while True:
        yield page.ids
        if page.following is None:
            return
        following = answer_queries.page(replace(filters, after=page.following), size=7)
        assert following.preceding is not None
        before = answer_queries.page(replace(filters, before=following.preceding), size=7)
        assert before.ids == page.ids
        page = following
