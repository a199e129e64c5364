"""A relay that will not have us, or cannot be trusted: nothing is sent, somebody is told, everything leaves later."""

import ssl

import pytest
from flask import Flask

from outreach.campaigns.models import CampaignState
from outreach.database import db, transaction
from outreach.delivery import brake, figures
from outreach.delivery.states import MessageState
from tests.certificates import Certificate, certificate, expired
from tests.delivery import campaigns
from tests.delivery.senders import custom
from tests.relay import Relay

pytestmark = pytest.mark.both


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("good"))


@pytest.fixture(scope="module")
def overdue(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return expired(tmp_path_factory.mktemp("overdue"))


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("foreign"), "DNS:elsewhere.test")


def counts(campaign: int) -> dict[MessageState, int]:
    found = dict(figures.counts(campaign))
    db.session.rollback()
    return found


def stopped(relay: Relay, campaign: int, context: ssl.SSLContext | None, word: str) -> None:
    """Ten ticks of an engine: nothing leaves, the relay is asked three times at most, the office reads why."""
    for _ in range(10):
        with custom(context=context) as post:
            post.send_due()
    assert relay.received == relay.dropped == []
    assert relay.connections <= 3
    standstill = brake.standstill()
    assert standstill is not None
    assert word in standstill.reason
    assert counts(campaign) == {MessageState.QUEUED: 5}


def leaves(relay: Relay, context: ssl.SSLContext | None) -> None:
    """A person has looked, and lets go."""
    with transaction():
        brake.let_go()
    with custom(context=context) as post:
        post.send_due()
    assert sorted(relay.recipients) == campaigns.ADDRESSES


def test_a_wrong_password_sends_nothing_says_so_and_is_put_right(app: Flask, relay: Relay) -> None:
    campaign = campaigns.launched(batch_size=5)
    relay.users = {"ville": "juste"}
    app.config["SMTP_URL"] = f"smtp://ville:faux@127.0.0.1:{relay.port}"
    stopped(relay, campaign, None, "535")
    app.config["SMTP_URL"] = f"smtp://ville:juste@127.0.0.1:{relay.port}"
    leaves(relay, None)


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
@pytest.mark.parametrize("kind", ["overdue", "foreign", "untrusted"])
def test_a_certificate_out_of_date_of_another_name_or_unknown_sends_nothing_says_so_and_is_put_right(
    app: Flask, relay: Relay, request: pytest.FixtureRequest, good: Certificate, scheme: str, kind: str
) -> None:
    campaign = campaigns.launched(batch_size=5)
    app.config["SMTP_URL"] = f"{scheme}://127.0.0.1:{relay.port}"
    shown: Certificate = request.getfixturevalue("foreign" if kind == "untrusted" else kind)
    relay.tls, relay.implicit_tls = shown.server(), scheme == "smtps"
    stopped(relay, campaign, good.client() if kind == "untrusted" else shown.client(), "certificate")
    relay.tls = good.server()
    leaves(relay, good.client())


def test_a_relay_that_offers_no_protection_is_given_nothing_in_the_clear(app: Flask, relay: Relay) -> None:
    campaign = campaigns.launched(batch_size=5)
    app.config["SMTP_URL"] = f"smtp+starttls://127.0.0.1:{relay.port}"
    stopped(relay, campaign, None, "no_tls")


def test_a_password_refused_in_the_middle_lets_what_was_accepted_stand(app: Flask, relay: Relay) -> None:
    campaign = campaigns.launched(batch_size=5)
    app.config["CONNECTIONS"] = 1
    relay.say("mail", "530 5.7.0 Authenticate first", nth=3)
    with custom() as post:
        post.send_due()
    assert len(relay.received) == 2
    assert counts(campaign) == {MessageState.SENT: 2, MessageState.QUEUED: 3}
    relay.behave()
    with transaction():
        brake.let_go()
    with custom() as post:
        post.send_due()
    assert sorted(relay.recipients) == campaigns.ADDRESSES
    assert campaigns.state(campaign) is CampaignState.FINISHED
