"""A relay that will not have us, or cannot be trusted: 2,000 people wait, the office is told, and all arrive later."""

import ssl
from pathlib import Path

import pytest
from flask import Flask

from outreach.campaigns.models import CampaignState
from outreach.database import db, transaction
from outreach.delivery import brake
from outreach.delivery.states import MessageState
from tests.certificates import Certificate, certificate, expired
from tests.delivery.campaigns import state
from tests.delivery.senders import custom
from tests.faults import crowd
from tests.faults.crowd import MANY
from tests.faults.judge import judge
from tests.relay import Relay

pytestmark = pytest.mark.both

SENDERS = 10


@pytest.fixture
def good(tmp_path: Path) -> Certificate:
    return certificate(_folder(tmp_path, "good"))


def _folder(parent: Path, name: str) -> Path:
    (parent / name).mkdir()
    return parent / name


def check_closed(campaign: int, relay: Relay, context: ssl.SSLContext | None, word: str) -> None:
    """One sender after the other finds out or is told: nothing leaves, the relay is asked three times at most."""
    for _ in range(SENDERS):
        with custom(context=context) as post:
            assert post.send_due() == 0
    assert relay.received == relay.dropped == []
    assert 1 <= relay.connections <= 3
    assert [line for line in relay.commands if line.startswith("MAIL")] == []
    standstill = brake.standstill()
    db.session.rollback()
    assert standstill is not None
    assert word in standstill.reason
    found = judge(campaign, relay, MANY)
    assert (found.wrong, found.states) == ([], {MessageState.QUEUED: MANY})
    assert state(campaign) is CampaignState.RUNNING


def check_open(campaign: int, relay: Relay, context: ssl.SSLContext | None) -> None:
    """A person has looked, and lets go: everybody has it."""
    with transaction():
        brake.let_go()
    with custom(context=context) as post:
        post.send_due()
    found = judge(campaign, relay, MANY)
    assert (found.wrong, found.states, found.twice) == ([], {MessageState.SENT: MANY}, 0)
    assert len(relay.received) == MANY
    assert state(campaign) is CampaignState.FINISHED


def test_a_wrong_password_keeps_everybody_waiting_until_it_is_put_right(app: Flask, relay: Relay) -> None:
    campaign = crowd.launched()
    relay.users = {"ville": "juste"}
    app.config["SMTP_URL"] = f"smtp://ville:faux@127.0.0.1:{relay.port}"
    check_closed(campaign, relay, None, "535")
    app.config["SMTP_URL"] = f"smtp://ville:juste@127.0.0.1:{relay.port}"
    check_open(campaign, relay, None)


@pytest.mark.parametrize(("kind", "scheme"), [("overdue", "smtps"), ("foreign", "smtp+starttls")])
def test_a_certificate_out_of_date_or_of_another_name_keeps_everybody_waiting_until_it_is_renewed(
    app: Flask, relay: Relay, tmp_path: Path, good: Certificate, kind: str, scheme: str
) -> None:
    campaign = crowd.launched()
    folder = _folder(tmp_path, kind)
    shown = expired(folder) if kind == "overdue" else certificate(folder, "DNS:elsewhere.test")
    app.config["SMTP_URL"] = f"{scheme}://127.0.0.1:{relay.port}"
    relay.tls, relay.implicit_tls = shown.server(), scheme == "smtps"
    check_closed(campaign, relay, shown.client(), "certificate")
    relay.tls = good.server()
    check_open(campaign, relay, good.client())
