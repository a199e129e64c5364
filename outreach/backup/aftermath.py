"""What a database may no longer believe once it was put back: what has left since, and who asked for what since."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, delete, false, or_, select, update

from outreach.accounts.actions import record
from outreach.accounts.models import StaffSession
from outreach.campaigns import actions as campaigns
from outreach.campaigns.lifecycle import Move, moved
from outreach.campaigns.models import Campaign, CampaignState
from outreach.database import affected, among, db
from outreach.delivery import figures
from outreach.delivery.history import steps
from outreach.delivery.history.models import StepKind
from outreach.delivery.models import Message, Notice
from outreach.delivery.states import MessageState
from outreach.delivery.writes import Table
from outreach.errors import N_
from outreach.journal.entries import Standing
from outreach.presence import Presence

PAUSED: Final = N_(
    "The database was put back to a backup. What may have left since that backup is in doubt: decide about it first."
)
AT_ONCE: Final = 10_000
"""Numbers in one statement."""
UNFINISHED: Final = (MessageState.QUEUED, MessageState.LEASED, MessageState.RETRY)


@dataclass(slots=True)
class Aftermath:
    """What was done about it, in numbers."""

    paused: int = 0
    """Campaigns that a person has to resume."""
    ended: int = 0
    """Drafts that were signed off and began to leave after the backup: to whom, the backup does not know."""
    in_doubt: int = 0
    """Messages and notices."""
    signed_out: int = 0
    """Sessions of staff: some may have been ended since."""


def apply(found: Standing, at: datetime, *, whole: bool) -> Aftermath:
    """Change what was put back, in the transaction of the caller.

    `found` is the journal since the backup; `whole` says that it is known to hold every batch begun since. Where it is
    not, every batch that was due by now may have left.
    """
    done = Aftermath()
    doubtful = _doubtful(found, at, whole=whole)
    touched = set(db.session.scalars(select(Message.campaign_id).where(*doubtful).distinct()))
    done.in_doubt = _doubt(Message, doubtful, at) + _doubt(Notice, (Notice.state.in_(UNFINISHED),), at)
    for campaign in db.session.scalars(select(Campaign).order_by(Campaign.id)):
        begun_since = campaign.id in found.begun.values()
        _hold(campaign, at, done, in_doubt=campaign.id in touched, begun_since=begun_since)
    revoked = update(StaffSession).where(StaffSession.revoked_at.is_(None)).values(revoked_at=at)
    done.signed_out = affected(db.session.execute(revoked))
    db.session.execute(delete(Presence))
    return done


def _doubtful(found: Standing, at: datetime, *, whole: bool) -> tuple[ColumnElement[bool], ...]:
    """The unfinished messages of batches that had begun, or may have since.

    A list of recipients that was signed anew after the backup is not the one that is here: all of it is in doubt.
    """
    named = select(Message.message_id, Message.batch_id).where(among(Message.message_id, list(found.begun)))
    began = {row.message_id: row.batch_id for row in db.session.execute(named)}
    remade = {number for message_id, number in found.begun.items() if message_id not in began}
    touched = select(Message.batch_id).where(or_(Message.state != MessageState.QUEUED, Message.attempt > 0))
    drafts = select(Campaign.id).where(Campaign.state == CampaignState.DRAFT)
    started = or_(
        Message.batch_id.in_(touched),
        among(Message.batch_id, sorted(set(began.values()))),
        Message.campaign_id.in_(remade),
        false() if whole else Message.due_at <= at,
    )
    return Message.state.in_(UNFINISHED), Message.campaign_id.not_in(drafts), started


def _doubt(table: Table, which: tuple[ColumnElement[bool], ...], at: datetime) -> int:
    """Hold them for a person, and keep that it happened; returns how many.

    That was their first doubt: no campaign's policy sends what a person has sent once more a third time.
    """
    doubtful = {"state": MessageState.IN_DOUBT, "owner": None, "doubted": True}
    held = update(table).where(*which).values(doubtful).returning(table.id)
    found = db.session.scalars(held.execution_options(synchronize_session=False)).all()
    for first in range(0, len(found), AT_ONCE):
        steps.keep(table, found[first : first + AT_ONCE], StepKind.RESTORED, at)
    return len(found)


def _hold(campaign: Campaign, at: datetime, done: Aftermath, *, in_doubt: bool, begun_since: bool) -> None:
    """Nothing leaves before a person has looked; a draft that began to leave since is over, lest it leave twice."""
    if campaign.state is CampaignState.DRAFT and begun_since:
        campaign.state, campaign.ended_at = CampaignState.STOPPED, at
        record("campaign.stopped", "campaign", campaign.id, by_itself=True)
        done.ended += 1
    elif campaign.state is CampaignState.SIGNED and (in_doubt or begun_since):
        campaign.state, campaign.launched_at = moved(campaign.state, Move.LAUNCH), at
        db.session.flush()  # pausing reads the row anew
    if campaign.state is CampaignState.RUNNING:
        campaigns.pause(campaign, at, reason=PAUSED)
        done.paused += 1
    elif campaign.state is CampaignState.PAUSED and in_doubt:
        campaign.pause_reason = PAUSED
    if in_doubt:
        figures.recount(campaign.id)
