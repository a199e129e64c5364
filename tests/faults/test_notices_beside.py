"""A relay that never answers about one message: the engine waits for it, and notices leave all the same."""

from functools import partial

from flask import Flask
from sqlalchemy import select

from config import Config
from outreach.database import db, now, transaction
from outreach.delivery.models import Notice, NoticePurpose
from outreach.delivery.notices import notify
from outreach.delivery.states import MessageState
from outreach.invitations.models import Invitation
from tests.faults import crowd
from tests.faults.judge import judge
from tests.faults.processes import ENGINE, started, until
from tests.relay import Relay

PLANNED = 12


def test_a_confirmation_leaves_while_a_campaign_waits_for_a_silent_connection(
    app: Flask, config: Config, relay: Relay
) -> None:
    """Nobody's patience ends here: the relay is awaited for ten minutes after a final dot."""
    campaign = crowd.launched(PLANNED)
    relay.say("dot", "250 2.0.0 Ok", to=crowd.email_of(7), then="stall")
    with started(config, *ENGINE) as engine:
        until(lambda: len(relay.received) == PLANNED, engine)
        for number in range(2):
            row = ask_for_a_notice(str(number))
            until(partial(is_sent, row), engine)
            assert relay.recipients.count("ada@autre.test") == number + 1
        found = judge(campaign, relay, PLANNED)
        assert found.states == {MessageState.SENT: PLANNED - 1, MessageState.LEASED: 1}
        assert relay.peak <= config.connections
        engine.kill()


def ask_for_a_notice(key: str) -> int:
    with transaction() as session:
        invitation = session.scalars(select(Invitation).order_by(Invitation.id).limit(1)).one()
        notice = notify(NoticePurpose.LOST_LINK, invitation, key, "fr", "ada@autre.test", {}, now())
        session.flush()
        return notice.id


def is_sent(notice: int) -> bool:
    state = db.session.scalar(select(Notice.state).where(Notice.id == notice))
    db.session.rollback()
    return state is MessageState.SENT
