"""Whatever somebody types as a name, the message that tells of it leaves: else an answer in X's name stays unseen."""

import pytest

from outreach.database import db, now, transaction
from outreach.delivery.models import Notice, NoticePurpose
from outreach.delivery.service import sender
from outreach.delivery.states import MessageState
from outreach.invitations.models import Reply
from outreach.invitations.queries import get_by_key
from outreach.rsvp import actions as rsvp
from outreach.rsvp.submission import Person, Submission
from tests import people
from tests.relay import Relay

NAMES = [
    "SLOT-x-TOLS",
    "SLOT-dtstamp-TOLS",
    "control\x01\x0b\x1b",
    "no character\ufffe\uffff",
    "</mj-text><mj-raw>",
    "]]> & <!--",
    "{{ 7 * 7 }} {% block %} %(name)s",
]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("name", NAMES)
def test_an_answer_is_confirmed_whatever_the_names_in_it(relay: Relay, name: str) -> None:
    world = people.world()
    with transaction():
        invitation = get_by_key(world.key)
        person = Person(0, name, sessions=(invitation.event.sessions[0].id,))
        rsvp.answer(invitation, Submission(Reply.YES, (person,)), now())
    with sender() as post:
        post.send_due()
    assert "ada@association.test" in relay.recipients
    db.session.rollback()
    notices = db.session.query(Notice).filter_by(purpose=NoticePurpose.CONFIRMATION, invitation_id=world.invitation)
    assert [notice.state for notice in notices] == [MessageState.SENT]
