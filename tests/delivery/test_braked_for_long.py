"""Everything was stopped for longer than a campaign tolerates: whoever lets go again has decided, and it goes on."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from outreach.campaigns.models import CampaignState
from outreach.database import now, transaction
from outreach.delivery import brake
from outreach.delivery.crew import Sending
from tests.delivery import campaigns
from tests.relay import Relay

pytestmark = pytest.mark.both


def tick() -> None:
    """What an engine or a worker does."""
    sending = Sending()
    try:
        sending.send_due()
    finally:
        sending.close()


def test_campaigns_go_on_where_they_were(app: Flask, relay: Relay, clock: time_machine.Traveller) -> None:
    number = campaigns.launched(batch_size=5)
    with transaction():
        brake.pull(now(), "the wrong date")
    for _day in range(3):
        clock.shift(timedelta(days=1))
        tick()
        assert campaigns.state(number) is CampaignState.RUNNING
    with transaction():
        brake.let_go()
    tick()
    assert sorted(relay.recipients) == campaigns.ADDRESSES


def test_what_was_late_before_everything_was_stopped_still_asks(
    app: Flask, relay: Relay, clock: time_machine.Traveller
) -> None:
    number = campaigns.launched(batch_size=5)
    clock.shift(timedelta(days=3))
    with transaction():
        brake.pull(now(), "before anything ran again")
    clock.shift(timedelta(minutes=5))
    with transaction():
        brake.let_go()
    tick()
    assert campaigns.state(number) is CampaignState.PAUSED
    assert relay.received == []
