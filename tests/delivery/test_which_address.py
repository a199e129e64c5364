"""What leaves goes to the address that the campaign's rule chooses, and opens with the office that decides."""

import pytest
from flask import Flask
from sqlalchemy import select

from outreach.contacts.kinds import AddressRule, Gender, Kind
from outreach.contacts.mandates import Tenure, take_up
from outreach.contacts.models import Contact
from outreach.database import now, transaction
from outreach.delivery import launching
from outreach.delivery.service import sender
from outreach.invitations.models import Invitation
from outreach.invitations.stop_actions import Scope, stop, stopped
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


def test_a_wish_to_stop_holds_at_the_mailbox_of_the_organisation_of_whoever_has_none(app: Flask, relay: Relay) -> None:
    launch(AddressRule.MANDATE)
    with transaction() as session:
        luc = session.scalars(
            select(Invitation).join(Contact, Contact.id == Invitation.contact_id).where(Contact.family_name == "Noël")
        ).one()
        stop(luc, Scope.EVERYTHING, now())
        assert stopped(luc) is Scope.EVERYTHING
    with sender() as post:
        post.send_due()
    assert relay.recipients == [OFFICE]
