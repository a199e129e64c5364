"""Which address a campaign writes to: counted, signed, sent, and kept by its settings and its file."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from outreach.campaigns import queries
from outreach.campaigns.audience import Reason
from outreach.campaigns.audience_queries import AudienceCount, count_audience
from outreach.campaigns.files import read_campaign
from outreach.campaigns.models import Campaign
from outreach.contacts import actions
from outreach.contacts.kinds import AddressRule, Kind
from outreach.contacts.mandates import Tenure, take_up
from outreach.contacts.models import SuppressionReason
from outreach.database import db, now, transaction
from tests import people

HOUSE = "Conseil départemental (Sarthe)"
DESK = "accueil@conseil.example"


@pytest.fixture
def mailing(app: object) -> int:
    """A draft to everybody: a councillor without an address, the desk of their council, a partner without either."""
    with transaction():
        people.city()
        people.contact(Kind.DEPARTMENTAL_COUNCILLOR, "Zoé", "Béchu", house=HOUSE)
        people.contact(Kind.INSTITUTION, "", "", DESK, house=HOUSE)
        people.without_address()
        return people.campaign(people.congress()).id


def counted(number: int, rule: AddressRule) -> AudienceCount:
    db.session.rollback()
    with transaction():
        campaign = db.session.get_one(Campaign, number)
        campaign.address_rule = rule
        return count_audience(queries.scope_of(campaign))


@pytest.mark.both
def test_people_without_an_address_are_reached_at_their_organisation_where_the_campaign_says_so(mailing: int) -> None:
    assert counted(mailing, AddressRule.PREFERRED).chosen == 1
    reached = counted(mailing, AddressRule.MANDATE)
    assert (reached.chosen, reached.left_out) == (2, {Reason.NO_ADDRESS: 1})


@pytest.mark.both
@pytest.mark.parametrize("reason", [SuppressionReason.BOUNCE, SuppressionReason.OPT_OUT])
def test_an_organisation_that_takes_no_mail_reaches_nobody(mailing: int, reason: SuppressionReason) -> None:
    with transaction():
        actions.suppress(DESK, reason, now())
    assert counted(mailing, AddressRule.MANDATE).chosen == 0


@pytest.mark.both
def test_the_address_of_an_office_that_is_over_reaches_nobody(mailing: int) -> None:
    with transaction():
        person = people.contact(Kind.INDIVIDUAL, "Jean", "Noël")
        yesterday = now().date() - timedelta(days=1)
        take_up(person, Tenure("senator", until=yesterday, email="noel@senat.example"), now(), "a list")
    assert counted(mailing, AddressRule.PREFERRED).chosen == 1


def test_the_rule_is_signed_with_the_rest_unless_it_is_the_usual_one(mailing: int) -> None:
    with transaction():
        campaign = db.session.get_one(Campaign, mailing)
        assert "addresses" not in queries.content_of(campaign)
        campaign.address_rule = AddressRule.MANDATE
        assert queries.content_of(campaign)["addresses"] == "mandate"


def test_the_settings_of_a_campaign_hold_the_rule(signed_in: Callable[..., FlaskClient], mailing: int) -> None:
    office = signed_in()
    typed = {"name": "Invitation", "purpose": "invitation", "address_rule": "organisation"}
    office.post(f"/admin/campaigns/{mailing}/settings", data=typed | {"sender_email": "congres@ville.example"})
    assert 'value="organisation" checked' in office.get(f"/admin/campaigns/{mailing}/settings").text
    assert 'value="mandate" checked' in office.get("/admin/campaigns/new").text


def test_a_file_names_the_rule() -> None:
    said = {"event": "e", "name": "n", "audience": {"everyone": True}}
    letters = {code: {"subject": "s", "file": "f.md"} for code in ("fr", "en")}
    plain = read_campaign({**said, "letters": letters}, now())
    asked = read_campaign({**said, "letters": letters, "addresses": "mandate"}, now())
    assert (plain.addresses, asked.addresses) == (AddressRule.PREFERRED, AddressRule.MANDATE)
