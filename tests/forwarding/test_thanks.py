"""Thanks to whoever passed the invitation on leave only while they may be written to."""

import pytest
from flask import Flask
from sqlalchemy import select
from time_machine import Traveller

from outreach.contacts.actions import suppress
from outreach.contacts.models import SuppressionReason
from outreach.database import db, now, transaction
from outreach.delivery.models import Notice, NoticePurpose
from outreach.delivery.notices import notify
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState
from outreach.invitations.actions import invite
from outreach.invitations.models import Origin
from tests import people
from tests.relay import Relay


@pytest.mark.both
@pytest.mark.parametrize("stops", [True, False])
def test_thanks_that_wait_do_not_leave_once_their_reader_wants_no_more_messages(
    app: Flask, relay: Relay, clock: Traveller, stops: bool
) -> None:
    with transaction():
        people.city()
        own = invite(people.congress(), people.ada(), Origin.AUDIENCE, now())
        notify(NoticePurpose.THANKS, own, "", "fr", "ada@association.test", {"brought": 3}, now())
    if stops:
        with transaction():
            suppress("ada@association.test", SuppressionReason.OPT_OUT, now())
    with sender() as post:
        post.send_due()
    db.session.rollback()
    expected = MessageState.SUPPRESSED if stops else MessageState.SENT
    assert db.session.scalars(select(Notice.state)).all() == [expected]
    assert len(relay.received) == (0 if stops else 1)
