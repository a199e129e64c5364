"""Somebody who came through a share link and turns out to be invited already: counted as reached again, and undone."""

from datetime import timedelta

import pytest

from outreach.contacts.kinds import Kind
from outreach.contacts.models import Contact
from outreach.dashboard import chain_queries
from outreach.dashboard.chain_queries import Chain
from outreach.database import db, now, transaction
from outreach.forwarding import actions
from outreach.forwarding.models import Arrival, Registration
from outreach.forwarding.registering import Newcomer
from outreach.invitations.actions import invite
from outreach.invitations.models import Channel, Invitation, Origin, Reply
from outreach.invitations.queries import get_invitation
from tests import people
from tests.merging.test_merging import answered, congress, everything, fresh, invited, merged, undone

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("app")]

BOB = Newcomer("Bob", "Marchand", "bob@reseau.test", "", Kind.INDIVIDUAL, "")
CHLOE = Newcomer("Chloé", "Petit", "chloe@reseau.test", "", Kind.INDIVIDUAL, "")
DORA = Newcomer("Dora", "Roy", "dora@reseau.test", "", Kind.INDIVIDUAL, "")


def comes(through: int, newcomer: Newcomer) -> int:
    with transaction():
        registration = actions.register(get_invitation(through), newcomer, Channel.MAIL, "fr", now())
        return actions.confirm(registration, now()).invitation_id


def contact_of(invitation: int) -> int:
    number = int(fresh(Invitation, invitation).contact_id)
    db.session.rollback()
    return number


def office(event: int) -> tuple[int, int]:
    """The invitations of Ada and of Robert Marchand, whom the directory knows by another address."""
    with transaction():
        people.city()
        robert = people.contact(Kind.INDIVIDUAL, "Robert", "Marchand", "robert@association.test").id
        ada = people.ada().id
    return invited(ada, event), invited(robert, event)


def chain(event: int) -> Chain:
    db.session.rollback()
    found = chain_queries.chain(event)
    db.session.rollback()
    return found


def place(invitation: int) -> tuple[int | None, int | None, int, int, int]:
    one = fresh(Invitation, invitation)
    found = one.parent_id, one.root_id, one.depth, one.brought, one.reached_again
    db.session.rollback()
    return found


@pytest.mark.parametrize("who_answers", ["nobody", "newcomer"])
def test_a_newcomer_who_was_invited_before_is_reached_again_and_no_longer_brought(who_answers: str) -> None:
    event = congress()
    ada, robert = office(event)
    bob = comes(ada, BOB)
    chloe = comes(bob, CHLOE)
    dora = comes(chloe, DORA)
    if who_answers == "newcomer":
        answered(bob, Reply.YES)
    before, was = everything(), chain(event)
    number = merged(contact_of(robert), contact_of(bob))
    leads = bob if who_answers == "newcomer" else robert
    assert place(ada)[3] == 0
    assert place(leads) == (None, None, 0, 1, 1)
    assert place(chloe) == (leads, leads, 1, 1, 0)
    assert place(dora) == (chloe, leads, 2, 0, 0)
    found = chain(event)
    assert (found.newcomers, found.by_depth, found.reached_again) == (2, {1: 1, 2: 1}, 1)
    undone(number)
    assert everything() == before
    assert chain(event) == was


def test_a_newcomer_whom_the_office_invited_later_stays_brought() -> None:
    event = congress()
    with transaction():
        people.city()
        ada, robert = people.ada().id, people.contact(Kind.INDIVIDUAL, "Robert", "Marchand", "r@association.test").id
    relay = invited(ada, event)
    bob = comes(relay, BOB)
    with transaction():
        at = now() + timedelta(days=1)
        late = invite(get_invitation(relay).event, db.session.get_one(Contact, robert), Origin.AUDIENCE, at).id
    chloe = comes(late, CHLOE)
    merged(robert, contact_of(bob))
    assert place(relay)[3] == 1
    assert place(late) == (relay, relay, 1, 1, 0)
    assert place(chloe) == (late, relay, 2, 0, 0)
    assert chain(event).reached_again == 0


def test_two_newcomers_who_are_one_came_through_the_first_relay() -> None:
    event = congress()
    ada, robert = office(event)
    bob, dora = comes(ada, BOB), comes(robert, DORA)
    answered(dora, Reply.YES)
    before = everything()
    number = merged(contact_of(bob), contact_of(dora))
    assert place(dora) == (ada, ada, 1, 0, 1)
    assert (place(ada)[3], place(robert)[3]) == (1, 0)
    assert chain(event).newcomers == 1
    undone(number)
    assert everything() == before


def test_whoever_passed_it_on_to_themselves_counts_for_nothing() -> None:
    event = congress()
    ada, _robert = office(event)
    bob = comes(ada, BOB)
    chloe = comes(bob, CHLOE)
    dora = comes(chloe, DORA)
    answered(dora, Reply.YES)
    before = everything()
    number = merged(contact_of(bob), contact_of(chloe))
    assert place(bob) == (ada, ada, 1, 1, 0)
    assert place(dora) == (bob, ada, 2, 0, 0)
    assert chain(event).reached_again == 0
    again = merged(contact_of(bob), contact_of(dora))
    assert place(dora) == (ada, ada, 1, 0, 0)
    assert (chain(event).newcomers, chain(event).reached_again) == (1, 0)
    undone(again)
    undone(number)
    assert everything() == before


def test_who_was_reached_again_by_a_merge_is_told_apart_in_the_history() -> None:
    event = congress()
    ada, robert = office(event)
    bob = comes(ada, BOB)
    merged(contact_of(robert), contact_of(bob))
    db.session.rollback()
    (registration,) = db.session.query(Registration).all()
    assert registration.arrival is Arrival.AGAIN
