"""Does what somebody decides about a seat they wait for."""

import enum
from datetime import datetime

from outreach.database import db
from outreach.errors import Refusal
from outreach.invitations.models import Invitation
from outreach.rsvp import queries
from outreach.rsvp.standing import FINAL
from outreach.rsvp.telling.notice_actions import confirm
from outreach.rsvp.waiting.actions import accept, decline, hold_place, leave
from outreach.rsvp.waiting.models import PlaceState


class Choice(enum.StrEnum):
    """What one may do with a place on a waiting list."""

    TAKE = "take"
    DECLINE = "decline"
    LEAVE = "leave"


def decide(invitation: Invitation, place_id: int, choice: Choice, at: datetime) -> None:
    """Take the seats that are kept, let them go, or leave the list; doing it twice changes nothing.

    Raises Refusal when the offer is over, or the place is not theirs.
    """
    lock = {"of": Invitation, "key_share": True}
    db.session.refresh(invitation, ["state"], with_for_update=lock)
    answer = queries.find_answer(invitation.id)
    place = hold_place(place_id)
    if answer is None or place is None or place.answer_id != answer.id:
        raise Refusal("This place on the waiting list is not yours, or your answer has changed since.")
    if queries.standing_of(invitation, at) in FINAL:
        raise Refusal("This invitation takes no answers any more.")
    if choice is Choice.TAKE:
        if place.state is not PlaceState.SEATED:
            accept(place, at)
            confirm(invitation, answer, at, key=f"-{place.id}")
    elif choice is Choice.DECLINE:
        if place.state is not PlaceState.DECLINED:
            decline(place, at)
    else:
        leave(place, at)
