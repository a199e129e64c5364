"""Calls workers: in the transaction that makes something due, so that no commit lacks its job and no rollback has one.

A job only says that something is due. Whatever has none (retries, batches that were planned anew, decisions of a
person) is found by the clock, which looks every second.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import select

from outreach.campaigns.models import Batch, Campaign
from outreach.database import db
from outreach.delivery import waiting
from outreach.delivery.models import Notice
from outreach.engine import Call, Queue, task_engine

AHEAD: Final = 500
"""So many instants of a campaign have a job of their own from the start; the clock calls for the later ones."""
MANY: Final = 500
"""When more messages than this are due, one worker calls another."""


def call_for_campaign(campaign: Campaign, at: datetime) -> None:
    """Call for what is left of it, now and at each instant of its batches; what an earlier plan called for is off."""
    if not task_engine().calls_workers:
        return
    instants = select(Batch.due_at).where(Batch.campaign_id == campaign.id, Batch.due_at > at).distinct()
    later = db.session.scalars(instants.order_by(Batch.due_at).limit(AHEAD)).all()
    its = f"campaign {campaign.id}, "
    calls = [Call(Queue.MESSAGES, f"{its}now")]
    calls += [Call(Queue.MESSAGES, f"{its}{due.isoformat()}", due) for due in later]
    task_engine().call(db.session(), calls, instead_of=its)


def call_for_notice(notice: Notice, at: datetime) -> None:
    """Call for a notice that was just made, each on its own: one key for all would make its makers wait in line."""
    due = notice.due_at if notice.due_at > at else None
    task_engine().call(db.session(), [Call(Queue.NOTICES, f"notice {notice.id}", due)])


def call_for_what_is_due(at: datetime) -> None:
    """Call one worker for each queue in which something is due, unless one is called already."""
    calls = []
    if waiting.is_notice_due(at):
        calls.append(Call(Queue.NOTICES, "due notices"))
    if waiting.open_queues(at):
        calls.append(Call(Queue.MESSAGES, "due messages"))
    if calls:
        task_engine().call(db.session(), calls)


def call_for_help(at: datetime) -> None:
    """Call one worker more where there is work for several; that one does the same."""
    if any(queue.is_longer_than(MANY, at) for queue in waiting.open_queues(at)):
        task_engine().call(db.session(), [Call(Queue.MESSAGES, "due messages")])
