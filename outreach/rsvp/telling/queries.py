"""Reads what those who come were told of an event, and which news is to be told now."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import aliased

from outreach.database import among, db
from outreach.delivery.models import Notice, NoticePurpose
from outreach.delivery.states import MessageState
from outreach.events.actions import STATE_NEWS
from outreach.events.models import Announcement, Event, EventState, News

_LOST = (MessageState.FAILED, MessageState.REJECTED, MessageState.BOUNCED, MessageState.CANCELLED)


def due(at: datetime) -> Sequence[int]:
    """The announcements to be told now, in order.

    A change of programme waits while the event is cancelled, and until everybody knows again that it takes place.
    """
    asked = select(Announcement.id).join(Event, Event.id == Announcement.event_id)
    asked = asked.where(Announcement.ended_at.is_(None), Announcement.due_at <= at, _has_its_turn())
    return db.session.scalars(asked.order_by(Announcement.id)).all()


def has_its_turn(number: int) -> bool:
    """The same of one announcement."""
    asked = select(Announcement.id).join(Event, Event.id == Announcement.event_id)
    return db.session.scalar(asked.where(Announcement.id == number, _has_its_turn())) is not None


def told_of_the_end(invitations: Collection[int]) -> set[int]:
    """Those of these invitations whose holder was last told that the event will not take place."""
    told = (
        select(Notice.invitation_id, Notice.key)
        .where(
            among(Notice.invitation_id, invitations),
            Notice.purpose == NoticePurpose.EVENT_NEWS,
            Notice.state.not_in(_LOST),
            about(STATE_NEWS),
        )
        .order_by(Notice.id)
    )
    last = {number: key for number, key in db.session.execute(told)}  # noqa: C416 - the latest of each stays
    return {number for number, key in last.items() if key.startswith(News.CANCELLED.value)}


def about(news: Collection[News]) -> ColumnElement[bool]:
    """The condition on a notice that it brings one of these pieces of news."""
    return or_(*(Notice.key.startswith(f"{one.value}-", autoescape=True) for one in sorted(news)))


def _has_its_turn() -> ColumnElement[bool]:
    other = aliased(Announcement)
    before = exists().where(
        other.event_id == Announcement.event_id, other.news.in_(STATE_NEWS), other.ended_at.is_(None)
    )
    is_on = (Event.state == EventState.OPEN) & ~before.correlate(Announcement)
    return or_(Announcement.news.in_(STATE_NEWS), is_on)
