"""Access needs are kept no longer than was promised."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from outreach.database import db, now, transaction
from outreach.events.models import Event
from outreach.invitations.actions import invite
from outreach.invitations.models import Origin, Reply
from outreach.rsvp.jobs import forget_needs
from outreach.rsvp.models import AccessNeeds, Answer, Participant
from tests import people

DAY = date(2026, 7, 1)


@pytest.mark.both
def test_access_needs_are_deleted_the_day_after_their_date_and_the_answer_stays(app: Flask) -> None:
    with transaction() as session:
        invitation = invite(people.congress(DAY - timedelta(days=31)), people.ada(), Origin.AUDIENCE, now())
        answer = Answer(invitation_id=invitation.id, reply=Reply.YES, at=now(), language="fr")
        answer.participants = [Participant(position=0, name="Ada Lefèvre")]
        answer.participants[0].needs = AccessNeeds(needs=["wheelchair"], consented_at=now(), delete_after=DAY)
        session.add(answer)
        event = invitation.event_id
    with transaction():
        assert forget_needs(DAY) == 0
    with transaction() as session:
        session.execute(update(Event).where(Event.id == event).values(ends_on=DAY))
        assert forget_needs(DAY + timedelta(days=1)) == 0, "the event was put off"
        session.execute(update(Event).where(Event.id == event).values(ends_on=DAY - timedelta(days=30)))
    with transaction():
        assert forget_needs(DAY + timedelta(days=1)) == 1
    assert db.session.scalars(select(AccessNeeds)).all() == []
    assert [one.reply for one in db.session.scalars(select(Answer))] == [Reply.YES]
