"""Deals the recipients of a campaign into its batches, once; and gives batches that have not begun new instants."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, FromClause, delete, insert, literal, select, update

from outreach.campaigns.models import Batch, Campaign
from outreach.campaigns.planning import plan_again, tolerated
from outreach.campaigns.queries import calendar_of, plan_of
from outreach.campaigns.recipients import Recipients, placed
from outreach.database import COUNTED, affected, db, random_key
from outreach.delivery.models import Message
from outreach.delivery.pacing.destinations import lane_of
from outreach.delivery.states import MessageState
from outreach.invitations.actions import invite_all
from outreach.invitations.models import Invitation

_AT_ONCE: Final = 5_000


def clear(campaign: Campaign) -> None:
    """Forget a list that was signed before and never left."""
    db.session.execute(delete(Message).where(Message.campaign_id == campaign.id))
    db.session.execute(delete(Batch).where(Batch.campaign_id == campaign.id))
    db.session.expire(campaign, ["batches"])


def invite(campaign: Campaign, recipients: Recipients, at: datetime) -> None:
    """An invitation for each recipient who has none yet; some thousands at a time, to stay small."""
    for first, numbers in recipients.slices(_AT_ONCE):
        invite_all(campaign.event_id, select(placed(numbers, first).c.contact_id), at)


def deal(campaign: Campaign, recipients: Recipients) -> int:
    """The batches, then one message for each recipient's invitation, some thousands at a time; how many."""
    sizes = _make_batches(campaign, len(recipients.numbers))
    size = sizes[0] if sizes and len(set(sizes[:-1])) <= 1 else None
    return sum(_deal(campaign, placed(numbers, first), size) for first, numbers in recipients.slices(_AT_ONCE))


def _deal(campaign: Campaign, listed: FromClause, size: int | None) -> int:
    """In one statement; to batches of one size, or of several."""
    domain = campaign.sender_email.rpartition("@")[2]
    values: dict[Any, Any] = {
        Message.campaign_id: literal(campaign.id),
        Message.invitation_id: Invitation.id,
        Message.batch_id: Batch.id,
        Message.lane: lane_of(listed.c.contact_id),
        Message.state: literal(MessageState.QUEUED, Message.state.type),
        Message.due_at: Batch.due_at,
        Message.attempt: literal(0),
        Message.tries: literal(0),
        Message.message_id: literal("<") + random_key() + literal(f"@{domain}>"),
    }
    number = _by_size(listed, size) if size else _by_place(campaign, listed)
    theirs = (Invitation.event_id == campaign.event_id) & (Invitation.contact_id == listed.c.contact_id)
    rows = (
        select(*values.values())
        .select_from(listed)
        .join(Invitation, theirs)
        .join(Batch, (Batch.campaign_id == campaign.id) & (Batch.number == number))
        .order_by(listed.c.place)
    )
    statement = insert(Message).from_select(list(values), rows)
    return affected(db.session.execute(statement, execution_options=COUNTED))


def _make_batches(campaign: Campaign, total: int) -> list[int]:
    """The batches at their instants; their sizes."""
    first = 0
    for one in (planned := plan_of(campaign, total)):
        values = {"number": one.number, "due_at": one.due_at, "size": one.size, "first": first}
        db.session.add(Batch(campaign_id=campaign.id, **values))
        first += one.size
    db.session.flush()
    return [one.size for one in planned]


def _by_size(listed: FromClause, size: int) -> ColumnElement[int]:
    """The number of a recipient's batch where all but the last are of one size."""
    return listed.c.place // size + 1


def _by_place(campaign: Campaign, listed: FromClause) -> ColumnElement[int]:
    """The same where they are not: the last batch that begins no later; one step down the index for each recipient."""
    return (
        select(Batch.number)
        .where(Batch.campaign_id == campaign.id, Batch.first <= listed.c.place)
        .order_by(Batch.first.desc())
        .limit(1)
        .correlate(listed)
        .scalar_subquery()
    )


def deal_again(campaign: Campaign, at: datetime) -> None:
    """Give the batches that have not begun, and whose hour has passed, new instants from now on.

    What is left of those that have begun is due now: by its old hour it would be held again at once.
    """
    begun = select(Message.batch_id).where(
        Message.campaign_id == campaign.id, Message.state.not_in([MessageState.QUEUED])
    )
    batches = db.session.scalars(select(Batch).where(Batch.campaign_id == campaign.id).order_by(Batch.number)).all()
    started = set(db.session.scalars(begun.distinct()))
    waiting = [batch for batch in batches if batch.id not in started]
    queued = (Message.campaign_id == campaign.id, Message.state == MessageState.QUEUED)
    left = (*queued, Message.batch_id.in_(begun), Message.due_at < at)
    db.session.execute(update(Message).where(*left).values(due_at=at))
    if not waiting or waiting[0].due_at >= at - _slack(campaign):
        return
    _move(campaign, waiting, [batch for batch in batches if batch.id in started], at)
    due_at = select(Batch.due_at).where(Batch.id == Message.batch_id).scalar_subquery()
    db.session.execute(
        update(Message).where(*queued, Message.batch_id.in_([batch.id for batch in waiting])).values(due_at=due_at)
    )


def _slack(campaign: Campaign) -> timedelta:
    """So late, a batch may leave and the others keep their hours; a million rows are not written for a few seconds.

    A tenth of the pause that follows it, a minute at most.
    """
    pause = timedelta(seconds=min(campaign.pause_seconds, 600))
    return min(pause, tolerated(campaign.late_tolerance_seconds)) / 10


def _move(campaign: Campaign, waiting: Sequence[Batch], gone: Sequence[Batch], at: datetime) -> None:
    """New instants; a ramp goes on from the days on which batches have left."""
    calendar = calendar_of(campaign, at)
    if calendar is None:
        return
    zone = ZoneInfo(calendar.hours.zone)
    today = at.astimezone(zone).date()
    days = {batch.due_at.astimezone(zone).date() for batch in gone}
    gone_today = sum(batch.size for batch in gone if batch.due_at.astimezone(zone).date() == today)
    instants = plan_again([batch.size for batch in waiting], calendar, len(days - {today}), gone_today)
    for batch, due_at in zip(waiting, instants, strict=True):
        batch.due_at = due_at
    db.session.flush()
