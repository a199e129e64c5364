"""Whom an invitation reached through others, counted from real registrations on both databases."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from outreach.accounts.models import Role
from outreach.campaigns.models import CampaignState
from outreach.contacts.kinds import Gender, Kind
from outreach.dashboard import chain_queries, reach_queries
from outreach.database import db, now, transaction
from outreach.delivery import figures
from outreach.delivery.models import Message
from outreach.delivery.states import MessageState
from outreach.forwarding import actions
from outreach.forwarding.registering import Newcomer
from outreach.forwarding.surging import WILD
from outreach.invitations.actions import invite
from outreach.invitations.models import Channel, Invitation, Origin
from outreach.invitations.queries import get_invitation
from tests import people

pytestmark = pytest.mark.both

SignIn = Callable[..., FlaskClient]

BOB = Newcomer("Bob", "Marchand", "bob@reseau.test", "", Kind.ASSOCIATION, "69001")
CHLOE = Newcomer("Chloé", "Petit", "chloe@reseau.test", "", Kind.INDIVIDUAL, "44000")


@pytest.fixture
def ada(app: Flask) -> int:
    """Her invitation; a campaign wrote to her and to the mayor, who is invited too."""
    with transaction():
        people.city()
        event = people.congress()
        mailing = people.campaign(event)
        mailing.state, mailing.launched_at = CampaignState.RUNNING, now()
        both = [invite(event, one, Origin.AUDIENCE, now()) for one in (people.ada(), people.mayor())]
        for one in both:
            people.message(mailing, one)
            db.session.refresh(mailing, ["batches"])
        db.session.execute(update(Message).values(state=MessageState.SENT))
        figures.recount(mailing.id)
        return both[0].id


def comes_through(relay_id: int, newcomer: Newcomer) -> Invitation:
    with transaction():
        registration = actions.register(get_invitation(relay_id), newcomer, Channel.POSTER, "fr", now())
        return actions.confirm(registration, now()).invitation


def test_newcomers_are_counted_by_kind_and_by_what_the_directory_knew(ada: int) -> None:
    event_id = get_invitation(ada).event_id
    db.session.rollback()
    with transaction():
        people.contact(Kind.CCAS, "Léa", "Blanc", "lea@ccas.test", postal_code="72000", gender=Gender.FEMININE)
    bob = comes_through(ada, BOB)
    comes_through(bob.id, CHLOE)
    comes_through(bob.id, Newcomer("Léa", "Blanc", "lea@ccas.test", "", Kind.INDIVIDUAL, ""))
    assert reach_queries.newcomers_by_kind(event_id) == {Kind.ASSOCIATION: 1, Kind.CCAS: 1, Kind.INDIVIDUAL: 1}
    assert reach_queries.unknown_before(event_id) == 2


def test_an_audience_brings_so_many_for_each_of_its_people(ada: int) -> None:
    event_id = get_invitation(ada).event_id
    db.session.rollback()
    bob = comes_through(ada, BOB)
    comes_through(bob.id, CHLOE)
    (found,) = reach_queries.reproduction(event_id)
    assert (found.invited, found.direct, found.whole, found.number) == (2, 1, 2, 0.5)
    reach = reach_queries.reach(event_id, chain_queries.chain(event_id), now())
    assert reach.onwards == 0.5
    assert reach.wild == []


def test_a_link_that_goes_wild_is_shown_for_a_day(ada: int, signed_in: SignIn) -> None:
    with transaction():
        relay = get_invitation(ada)
        for number in range(WILD):
            newcomer = Newcomer("Zoé", "Roy", f"zoe{number}@reseau.test", "", Kind.INDIVIDUAL, "")
            actions.register(relay, newcomer, Channel.LINK, "fr", now())
        event_id = relay.event_id
    ((node, registered),) = reach_queries.wild_links(event_id, now())
    assert (node.id, registered) == (ada, WILD)
    db.session.rollback()
    page = signed_in(Role.READ).get("/admin/travel?lang=en").text
    assert f"The share link of Ada Lefèvre took {WILD} registrations within a day." in page
    assert reach_queries.wild_links(event_id, now() + timedelta(days=1, minutes=1)) == []
    assert reach_queries.wild_links(event_id + 1, now()) == []
