"""From an approved draft to messages waiting for their hour, and every later turn of a campaign."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, literal, select, update

from outreach.campaigns import actions as campaigns
from outreach.campaigns import planning
from outreach.campaigns.audience_queries import chosen, count_audience
from outreach.campaigns.models import Batch, Campaign, CampaignState
from outreach.campaigns.queries import calendar_of, plan_of, scope_of
from outreach.database import COUNTED, affected, db, random_key
from outreach.delivery import breaker, figures, leasing
from outreach.delivery.calling import call_for_campaign
from outreach.delivery.letters import signed_letters
from outreach.delivery.letters.preview import check_weight
from outreach.delivery.models import Message
from outreach.delivery.outbox import WAITING
from outreach.delivery.pacing import attention
from outreach.delivery.pacing.destinations import lane_of, learn
from outreach.delivery.states import MessageState
from outreach.errors import N_
from outreach.invitations.actions import invite_all
from outreach.invitations.models import Invitation


def approve(campaign: Campaign, user_id: int, at: datetime) -> int:
    """Sign the campaign off; freeze its letters, and its invitations batch by batch; returns how many messages.

    Raises the first reason why it may not leave. Approving anew, after an edit, makes the list anew.
    """
    scope = scope_of(campaign, at.date())
    total = count_audience(scope).chosen
    campaigns.sign(campaign, user_id, at, total)
    _clear(campaign)
    signed_letters.freeze(campaign)
    check_weight(campaign)
    invite_all(campaign.event_id, chosen(scope), at)
    learn(campaign.event_id)
    _plan_batches(campaign, total)
    if _write_messages(campaign, at) != total:
        raise RuntimeError("the list of recipients changed while it was being frozen")
    figures.recount(campaign.id)
    return total


def launch(campaign: Campaign, at: datetime, user_id: int | None = None) -> None:
    """Let it leave at its hours; a plan whose beginning has passed begins now."""
    campaigns.launch(campaign, at, user_id)
    _plan_again(campaign, at)
    call_for_campaign(campaign, at)


def resume(campaign: Campaign, at: datetime, user_id: int | None = None) -> None:
    """Let a paused campaign go on; batches whose hour passed meanwhile leave one after the other from now.

    Whoever resumes it knows why it was paused: what trips it begins anew.
    """
    breaker.forgive(campaign.id)
    campaigns.resume(campaign, at, user_id)
    _plan_again(campaign, at)
    call_for_campaign(campaign, at)


def stop(campaign: Campaign, at: datetime, user_id: int | None = None) -> int:
    """End a campaign: what has not left never will. Returns how many messages that were."""
    campaigns.stop(campaign, at, user_id)
    ended = {state: _cancel(campaign, state, at) for state in WAITING}
    moves = {(campaign.id, state): -count for state, count in ended.items()}
    figures.move({**moves, (campaign.id, MessageState.CANCELLED): sum(ended.values())}, figures.PLANNER)
    return sum(ended.values())


def hold_late(at: datetime) -> int:
    """Pause the running campaigns that were due longer ago than they tolerate: a person decides. Returns how many."""
    running = db.session.scalars(select(Campaign).where(Campaign.state == CampaignState.RUNNING)).all()
    late = [campaign for campaign in running if _is_late(campaign, at)]
    for campaign in late:
        campaigns.pause(campaign, at, reason=N_("Its batches were due too long ago, while nothing was sent."))
    return len(late)


def first_batch_at(campaign: Campaign) -> datetime | None:
    """When the first batch that has not begun leaves."""
    return leasing.first_due(campaign.id)


def _is_late(campaign: Campaign, at: datetime) -> bool:
    """Due for too long while nobody looked after it; what its lane or its hours hold back is not late."""
    due = leasing.first_due(campaign.id)
    if due is None:
        return False
    since = max(due, attention.attended_at(campaign.id) or due)
    return at - since > timedelta(seconds=campaign.late_tolerance_seconds)


def _cancel(campaign: Campaign, state: MessageState, at: datetime) -> int:
    ended = update(Message).where(Message.campaign_id == campaign.id, Message.state == state)
    return affected(db.session.execute(ended.values(state=MessageState.CANCELLED, ended_at=at)))


def _clear(campaign: Campaign) -> None:
    """Forget a list that was signed before and never left."""
    db.session.execute(delete(Message).where(Message.campaign_id == campaign.id))
    db.session.execute(delete(Batch).where(Batch.campaign_id == campaign.id))
    db.session.expire(campaign, ["batches"])


def _write_messages(campaign: Campaign, at: datetime) -> int:
    """One message for each recipient's invitation, dealt into the batches in order, in one statement."""
    recipients = chosen(scope_of(campaign, at.date())).subquery()
    place = func.row_number().over(order_by=Invitation.id) - 1
    listed = (
        select(Invitation.id, Invitation.contact_id, (place // campaign.batch_size + 1).label("number"))
        .where(Invitation.event_id == campaign.event_id, Invitation.contact_id.in_(select(recipients.c[0])))
        .subquery()
    )
    domain = campaign.sender_email.rpartition("@")[2]
    values: dict[Any, Any] = {
        Message.campaign_id: literal(campaign.id),
        Message.invitation_id: listed.c.id,
        Message.batch_id: Batch.id,
        Message.lane: lane_of(listed.c.contact_id),
        Message.state: literal(MessageState.QUEUED, Message.state.type),
        Message.due_at: Batch.due_at,
        Message.attempt: literal(0),
        Message.tries: literal(0),
        Message.message_id: literal("<") + random_key() + literal(f"@{domain}>"),
    }
    rows = (
        select(*values.values())
        .join_from(listed, Batch, (Batch.campaign_id == campaign.id) & (Batch.number == listed.c.number))
        .order_by(listed.c.id)
    )
    statement = insert(Message).from_select(list(values), rows)
    return affected(db.session.execute(statement, execution_options=COUNTED))


def _plan_batches(campaign: Campaign, total: int) -> None:
    """The batches of so many messages, at their instants."""
    planned = plan_of(campaign, total)
    db.session.add_all(
        Batch(campaign_id=campaign.id, number=one.number, due_at=one.due_at, size=one.size) for one in planned
    )
    db.session.flush()


def _plan_again(campaign: Campaign, at: datetime) -> None:
    """Give the batches that have not begun, and whose hour has passed, new instants from now on.

    What is left of those that have begun is due now: by its old hour it would be held again at once.
    """
    begun = select(Message.batch_id).where(
        Message.campaign_id == campaign.id, Message.state.not_in([MessageState.QUEUED])
    )
    waiting = db.session.scalars(
        select(Batch).where(Batch.campaign_id == campaign.id, Batch.id.not_in(begun)).order_by(Batch.number)
    ).all()
    queued = (Message.campaign_id == campaign.id, Message.state == MessageState.QUEUED)
    left = (*queued, Message.batch_id.in_(begun), Message.due_at < at)
    db.session.execute(update(Message).where(*left).values(due_at=at))
    calendar = calendar_of(campaign, at)
    if not waiting or calendar is None or waiting[0].due_at >= at:
        return
    for batch, planned in zip(waiting, planning.plan(sum(batch.size for batch in waiting), calendar), strict=False):
        batch.due_at = planned.due_at
    db.session.flush()
    due_at = select(Batch.due_at).where(Batch.id == Message.batch_id).scalar_subquery()
    db.session.execute(
        update(Message).where(*queued, Message.batch_id.in_([batch.id for batch in waiting])).values(due_at=due_at)
    )
