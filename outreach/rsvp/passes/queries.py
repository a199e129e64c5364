"""Reads what somebody's pass lets them into."""

from collections import Counter

from outreach.events.models import EventState, SessionKind
from outreach.invitations.models import Invitation, InvitationState, Reply
from outreach.rsvp.models import Answer
from outreach.rsvp.passes.saying import Pass


def pass_of(invitation: Invitation, answer: Answer | None) -> Pass | None:
    """The pass of an answer, with each day and its persons; None for who does not come, or only waits."""
    event = invitation.event
    if answer is None or answer.reply is not Reply.YES or not invitation.coming:
        return None
    if event.state is not EventState.OPEN or invitation.state is not InvitationState.OPEN:
        return None
    days = {one.id for one in event.sessions if one.kind is SessionKind.DAY}
    seats = Counter(seat.session_id for one in answer.participants for seat in one.seats)
    return Pass(invitation.key, answer.id, {number: count for number, count in seats.items() if number in days})
