"""What the clock does with news of an event: brings it to everybody who said that they come, bit by bit."""

import time
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from outreach.contacts.models import Contact
from outreach.database import committed, db, now
from outreach.events.actions import STATE_NEWS
from outreach.events.models import Announcement, News
from outreach.invitations.models import Invitation, InvitationState, Reply
from outreach.rsvp.telling import queries as telling_queries
from outreach.rsvp.telling.mailbox_queries import is_at_house
from outreach.rsvp.telling.notice_actions import recall_news, tell
from outreach.rsvp.waiting.queries import is_reachable

AT_ONCE: Final = 25
"""So many in one transaction: whoever answers meanwhile waits for no longer than that."""

A_WHILE: Final = timedelta(seconds=2)
"""So long at a time: the waiting lists and the pulse of the engine have their turn between."""


def tell_those_who_come(lasts: timedelta = A_WHILE) -> int:
    """Make the notices of the announcements that are due, for so long; how many.

    The next call goes on where this one ended, or was killed, and doubles none.
    """
    told, until = 0, time.monotonic() + lasts.total_seconds()
    for number in committed(partial(telling_queries.due, now())):
        while (some := committed(partial(_tell_some, number))) is not None:
            told += some
            if time.monotonic() >= until:
                return told
    return told


def _tell_some(number: int) -> int | None:
    """The next ones; None when nobody is left, or the announcement was taken back, or has to wait."""
    one = db.session.get_one(Announcement, number, with_for_update=True, populate_existing=True)
    if one.ended_at is not None or not telling_queries.has_its_turn(number):
        return None
    come = db.session.scalars(
        select(Invitation)
        .join(Contact, Contact.id == Invitation.contact_id)
        .where(
            Invitation.event_id == one.event_id,
            Invitation.state == InvitationState.OPEN,
            Invitation.reply == Reply.YES,
            Invitation.id > one.reached_id,
            Contact.erased_at.is_(None),
            or_(is_reachable(one.event_id, now().date()), is_at_house(one.event_id, now().date())),
        )
        .options(joinedload(Invitation.event), joinedload(Invitation.contact))
        .order_by(Invitation.id)
        .limit(AT_ONCE)
    ).all()
    if not come:
        one.ended_at = now()
        return None
    told = _tell(one, come)
    one.reached_id, one.told = come[-1].id, one.told + told
    return told


def _tell(one: Announcement, come: Sequence[Invitation]) -> int:
    """Tell these what they do not know; what is about to leave and says otherwise is recalled first. How many."""
    numbers = [invitation.id for invitation in come]
    recall_news(numbers, one.news, one.revision, now())
    know = telling_queries.told_of_the_end(numbers) if one.news in STATE_NEWS else set()
    if one.news is News.CANCELLED:
        come = [invitation for invitation in come if invitation.id not in know]
    elif one.news is News.REINSTATED:
        come = [invitation for invitation in come if invitation.id in know]
    return sum(tell(invitation, one.news, one.revision, now()) is not None for invitation in come)
