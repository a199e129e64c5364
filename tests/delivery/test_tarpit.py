"""A relay that never answers about some: their connections are given up in time, and all the others go on."""

import pytest
from flask import Flask
from sqlalchemy import select

from outreach.database import db
from outreach.delivery.models import Message
from outreach.delivery.states import MessageState
from outreach.delivery.wire.opening import Timeouts
from tests.delivery.senders import custom
from tests.faults import crowd
from tests.faults.judge import judge
from tests.relay import Relay

pytestmark = pytest.mark.both

PLANNED = 120


def test_who_waits_for_the_relay_holds_up_nobody_and_is_freed_in_time(app: Flask, relay: Relay) -> None:
    campaign = crowd.launched(PLANNED)
    slow, slower = crowd.email_of(7), crowd.email_of(70)
    relay.say("dot", "250 2.0.0 Ok", to=slow, then="stall")
    relay.say("rcpt", "250 2.1.5 Ok", to=slower, then="stall")
    with custom(Timeouts(connect=5, command=1, after_dot=1)) as post:
        post.send_due()
    found = judge(campaign, relay, PLANNED)
    assert found.states == {MessageState.SENT: PLANNED - 2, MessageState.IN_DOUBT: 1, MessageState.RETRY: 1}
    assert found.twice == 0
    rows = db.session.execute(select(Message.email, Message.state).where(Message.email.in_([slow, slower]))).all()
    db.session.rollback()
    assert dict(rows) == {slow: MessageState.IN_DOUBT, slower: MessageState.RETRY}
