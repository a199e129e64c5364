"""The figures of an event, counted on both databases."""

from datetime import date

import pytest
import time_machine
from flask import Flask

from outreach.dashboard import chain_queries, figure_queries, overview_queries
from outreach.dashboard.tallies import add_up
from outreach.database import db, now
from outreach.events.queries import get_event
from outreach.invitations.models import Channel, Reply
from outreach.rsvp.needs import Need
from tests.dashboard.crowd import Crowd, crowd

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("clock")]


@pytest.fixture
def six(app: Flask, clock: time_machine.Traveller) -> Crowd:
    return crowd()


def test_answers_are_counted_in_one_pass(six: Crowd) -> None:
    answers = add_up(figure_queries.tallies(six.event))
    assert answers.by_reply == {Reply.YES: 2, Reply.NO: 0, Reply.EXCUSED: 1, Reply.REPRESENTED: 0}
    assert answers.by_department == {"72": 2, "69": 1}
    assert answers.coming == 3


def test_whoever_has_not_confirmed_an_address_is_not_invited_yet(six: Crowd) -> None:
    assert figure_queries.invited(six.event) == 5
    assert chain_queries.chain(six.event).unconfirmed == 1


def test_answers_are_gathered_by_day(six: Crowd) -> None:
    found = figure_queries.over_time(six.event, "Europe/Paris")
    assert [(one.first, count) for one, count in found] == [
        (date(2026, 3, 2), 1),
        (date(2026, 3, 3), 0),
        (date(2026, 3, 4), 1),
        (date(2026, 3, 5), 1),
    ]


def test_needs_are_numbers(six: Crowd) -> None:
    found = figure_queries.to_arrange(six.event)
    assert (found.persons, found.needs, found.meals, found.notes) == (1, {Need.WHEELCHAIR: 1}, 1, 0)
    assert figure_queries.to_arrange(six.event + 1).persons == 0


def test_the_chain_is_counted_by_depth_and_by_way(six: Crowd) -> None:
    chain = chain_queries.chain(six.event)
    assert (chain.newcomers, chain.relays) == (2, 2)
    assert chain.by_depth == {1: 1, 2: 1}
    assert chain.by_channel == {Channel.WHATSAPP: 1, Channel.MAIL: 1}


def test_a_departement_reached_only_through_others_is_fresh(six: Crowd) -> None:
    journey = chain_queries.journey(six.event)
    assert journey.by_department == {"69": 1, "44": 1}
    assert journey.fresh == {"69", "44"}
    assert chain_queries.only_through_others(six.event, ["72", "69"]) == {"69"}


def test_relays_are_ordered_by_whom_they_brought(six: Crowd) -> None:
    assert [one.name for one in chain_queries.top_relays(six.event)] == ["Ada Lefèvre", "Bob Lyonnais"]


def test_the_tree_is_read_level_by_level(six: Crowd) -> None:
    roots = chain_queries.roots(six.event, None)
    assert [one.id for one in roots.nodes] == [six.ada]
    assert [one.name for one in chain_queries.children(six.ada, None).nodes] == ["Bob Lyonnais"]
    (last,) = chain_queries.children(six.bob, None).nodes
    assert [one.name for one in chain_queries.line_of(last.id)] == ["Ada Lefèvre", "Bob Lyonnais"]
    pairs = [(one.name, relay) for one, relay in chain_queries.everyone(six.event, size=1)]
    assert pairs == [("Bob Lyonnais", "Ada Lefèvre"), ("Cléo Nantaise", "Bob Lyonnais")]


def test_everything_fits_together(six: Crowd) -> None:
    page = overview_queries.overview(get_event(six.event), now(), sees_answers=False)
    assert (page.funnel.invited, page.funnel.answered, page.funnel.waiting) == (5, 3, 2)
    assert (page.funnel.coming, page.funnel.through_others) == (3, 2)
    assert page.to_arrange is None
    assert not page.is_moving
    db.session.rollback()
