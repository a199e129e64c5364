"""A wish to be left alone holds for what is tried again too, whatever became of the address meanwhile."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from outreach.contacts.models import Address, Contact
from outreach.database import db, now, transaction
from outreach.delivery import leasing
from outreach.delivery.book import LeaseBook
from outreach.delivery.letters.composing import MessageComposer
from outreach.delivery.models import Message
from outreach.delivery.service import return_addresses, sender
from outreach.delivery.states import MessageState
from outreach.invitations import stop_actions
from outreach.invitations.models import Invitation
from outreach.links import links
from outreach.rights import erasing
from tests.delivery import campaigns
from tests.relay import Relay

pytestmark = pytest.mark.both

ADA = "ada@association.test"
NEW = "ada@nouvelle.test"


def move_to_another_address() -> None:
    """The office replaces the address of whoever is about to be tried again."""
    with transaction() as session:
        old = session.scalars(select(Address).where(Address.email == ADA)).one()
        old.retired_at, old.preferred = now(), False
        session.flush()
        kept = {"contact_id": old.contact_id, "source": old.source, "collected_on": old.collected_on}
        session.add(Address(email=NEW, digest=links().digest(NEW), **kept))


def stop() -> None:
    with transaction() as session:
        found = (
            select(Invitation).join(Address, Address.contact_id == Invitation.contact_id).where(Address.email == NEW)
        )
        stop_actions.stop(session.scalars(found).one(), stop_actions.Scope.EVERYTHING, now())


def state() -> MessageState:
    found = db.session.scalars(select(Message.state).where(Message.email == ADA)).one()
    db.session.rollback()
    return found


@pytest.mark.parametrize("stopped", [True, False])
def test_a_retry_to_an_address_of_before_obeys_the_wish_kept_at_the_one_of_now(
    app: Flask, relay: Relay, stopped: bool
) -> None:
    campaigns.launched(batch_size=5)
    relay.say("dot", "451 4.2.0 Later", to=ADA, times=1)
    with sender() as post:
        post.send_due()
    move_to_another_address()
    if stopped:
        stop()
    with time_machine.travel(now() + timedelta(minutes=10)), sender() as post:
        post.send_due()
    assert state() is (MessageState.SUPPRESSED if stopped else MessageState.SENT)
    assert relay.recipients.count(ADA) == (0 if stopped else 1)


def test_whoever_is_erased_between_lease_and_letter_is_spared_not_failed(app: Flask, relay: Relay) -> None:
    campaigns.launched(batch_size=5)
    with transaction():
        leases = leasing.lease(Message, "one", 10, now())
    with transaction() as session:
        lady = session.scalars(select(Address.contact_id).where(Address.email == ADA)).one()
        message = session.scalars(select(Message.id).join(Invitation).where(Invitation.contact_id == lady)).one()
        erasing.erase(session.get_one(Contact, lady), now())
    book = LeaseBook(Message, MessageComposer(links(), return_addresses()).prepare(leases, now()).ready)
    db.session.close()
    assert message not in {envelope.key for envelope in book.envelopes()}
    book.close()
    assert db.session.get_one(Message, message).state is MessageState.SUPPRESSED
    db.session.rollback()
