"""What the clock does for answers: deletes access needs and meals once their time is over."""

from datetime import date

from sqlalchemy import delete, select

from outreach.database import affected, db
from outreach.events.models import Event
from outreach.invitations.models import Invitation
from outreach.rsvp.actions import NEEDS_KEPT
from outreach.rsvp.models import AccessNeeds, Answer, Participant


def forget_needs(today: date) -> int:
    """Delete the access needs whose date has passed (30 days after the event, also if it was put off); how many."""
    over = (
        select(Participant.id)
        .join(Answer, Answer.id == Participant.answer_id)
        .join(Invitation, Invitation.id == Answer.invitation_id)
        .join(Event, Event.id == Invitation.event_id)
        .where(Event.ends_on < today - NEEDS_KEPT)
    )
    due = delete(AccessNeeds).where(AccessNeeds.delete_after < today, AccessNeeds.participant_id.in_(over))
    return affected(db.session.execute(due.execution_options(synchronize_session=False)))
