"""What leaves goes to the address that the campaign's rule chooses, and opens with the office that decides."""

import pytest
from flask import Flask
from sqlalchemy import select

from outreach.campaigns.audience import Reason
from outreach.campaigns.audience_queries import count_audience
from outreach.campaigns.lifecycle import CampaignPurpose
from outreach.campaigns.queries import scope_of
from outreach.contacts.kinds import AddressRule, Gender, Kind
from outreach.contacts.mandates import Tenure, take_up
from outreach.contacts.models import Contact
from outreach.database import db, now, transaction
from outreach.delivery import launching
from outreach.delivery.service import sender
from outreach.events.models import Event
from outreach.invitations.models import Invitation
from outreach.invitations.stop_actions import Scope, may_resume, resume, stop, stopped
from tests import people
from tests.relay import Relay

pytestmark = pytest.mark.both

HOUSE = "Conseil départemental (Sarthe)"
DESK, OWN, OFFICE = "accueil@conseil.test", "zoe@ville.test", "zoe@senat.test"


def launch(rule: AddressRule) -> None:
    """A campaign to a senator with two addresses, to a councillor without any, and to the desk of their council."""
    with transaction() as session:
        people.city()
        lady = people.contact(Kind.MAYOR, "Zoé", "Béchu", OWN, house=HOUSE, gender=Gender.FEMININE)
        take_up(lady, Tenure("senator", email=OFFICE), now(), "a list for tests")
        people.contact(Kind.DEPARTMENTAL_COUNCILLOR, "Luc", "Noël", house=HOUSE, gender=Gender.MASCULINE)
        people.contact(Kind.INSTITUTION, "", "", DESK, house=HOUSE)
        campaign = people.campaign(people.congress())
        campaign.address_rule, campaign.starts_at, campaign.any_hour = rule, now(), True
        session.flush()
        launching.approve(campaign, people.member().id, now())
        launching.launch(campaign, now())


@pytest.mark.parametrize(
    ("rule", "recipients"),
    [
        (AddressRule.PREFERRED, [DESK, OWN]),
        (AddressRule.MANDATE, [DESK, DESK, OFFICE]),
        (AddressRule.ORGANISATION, [DESK, DESK, DESK]),
    ],
)
def test_messages_leave_to_the_addresses_of_the_rule(
    app: Flask, relay: Relay, rule: AddressRule, recipients: list[str]
) -> None:
    launch(rule)
    with sender() as post:
        assert post.send_due() == len(recipients)
    assert sorted(relay.recipients) == recipients
    openings = [b"S=C3=A9natrice" in message.raw for message in relay.received]
    assert openings.count(True) == 1


@pytest.mark.parametrize("scope", Scope)
def test_the_wish_of_whoever_has_no_address_of_their_own_holds_for_them_and_not_for_the_mailbox(
    app: Flask, relay: Relay, scope: Scope
) -> None:
    launch(AddressRule.MANDATE)
    with transaction():
        stop(luc(), scope, now())
    db.session.rollback()
    assert stopped(luc()) is scope
    db.session.rollback()
    with sender() as post:
        post.send_due()
    assert sorted(relay.recipients) == [DESK, OFFICE], "the desk gets its own, and nobody gets Luc's"
    assert not any("Noël" in str(one.message["To"]) for one in relay.received)


def test_the_audience_says_that_they_asked(app: Flask) -> None:
    launch(AddressRule.MANDATE)
    with transaction() as session:
        stop(luc(), Scope.EVERYTHING, now())
        session.flush()
        reminder = people.campaign(session.scalars(select(Event)).one())
        reminder.address_rule, reminder.purpose = AddressRule.MANDATE, CampaignPurpose.REMINDER
        session.flush()
        assert count_audience(scope_of(reminder)).left_out[Reason.OPTED_OUT] == 1


def test_they_take_it_back(app: Flask, relay: Relay) -> None:
    launch(AddressRule.MANDATE)
    with transaction():
        stop(luc(), Scope.EVERYTHING, now())
        stop(luc(), Scope.EVENT, now())
    with transaction():
        assert may_resume(luc())
        resume(luc(), now())
    with sender() as post:
        post.send_due()
    assert sorted(relay.recipients) == [DESK, DESK, OFFICE]


def luc() -> Invitation:
    """The invitation of the councillor without an address."""
    found = select(Invitation).join(Contact, Contact.id == Invitation.contact_id)
    return db.session.scalars(found.where(Contact.family_name == "Noël")).one()
