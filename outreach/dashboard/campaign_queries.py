"""Reads how a campaign is leaving: its messages by state, its batches, what went wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, tuple_

from outreach.accounts.models import User
from outreach.campaigns.models import Batch, Campaign, CampaignState
from outreach.campaigns.queries import current_sign_off, get_campaign
from outreach.contacts.models import Contact, Organisation
from outreach.contacts.searching.filters import Cursor
from outreach.dashboard import figure_queries
from outreach.dashboard.progress import BatchProgress, Progress
from outreach.dashboard.remedies import remedy
from outreach.dashboard.tallies import Displays
from outreach.database import db
from outreach.delivery import figures
from outreach.delivery.brake import state as brake_state
from outreach.delivery.history.endings import said_by
from outreach.delivery.models import Brake, Message
from outreach.delivery.places import cursor_of, order, place_of
from outreach.delivery.states import OPEN, MessageState
from outreach.institution.measuring import strictest
from outreach.institution.models import MeasuringMode
from outreach.institution.queries import institution
from outreach.invitations.models import Invitation

BATCHES_SHOWN = 12
TROUBLES_SHOWN = 25
TROUBLES = (MessageState.IN_DOUBT, MessageState.RETRY, MessageState.REJECTED, MessageState.BOUNCED, MessageState.FAILED)


@dataclass(frozen=True, slots=True)
class Running:
    """A campaign and how far it is."""

    id: int
    name: str
    state: CampaignState
    pause_reason: str
    progress: Progress
    next_at: datetime | None
    """When the next batch leaves."""
    ends_at: datetime | None
    """When the last batch leaves."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The batches around the one that is leaving."""

    batches: list[BatchProgress]
    total: int
    first: int
    """The number of the first one shown."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A message that did not go through, in the relay's own words, and what can be done."""

    id: int
    state: MessageState
    contact_id: int | None
    name: str
    email: str
    at: datetime | None
    message_id: str
    said: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that the page of a campaign shows."""

    campaign: Campaign
    running: Running
    plan: Plan
    signed_by: str
    signed_at: datetime | None
    brake: Brake | None
    measuring: MeasuringMode
    """How displays are measured at most; what a person wishes comes on top."""
    displays: Displays

    @property
    def may_leave(self) -> bool:
        """False once the campaign is over: nothing of it leaves any more."""
        return self.campaign.state in {CampaignState.RUNNING, CampaignState.PAUSED}

    @property
    def is_moving(self) -> bool:
        """True while the page can change by itself."""
        return self.campaign.state is CampaignState.RUNNING


def sheet(campaign_id: int, at: datetime, first_batch: int | None = None) -> Sheet:
    """One campaign. Raises NotFound."""
    campaign = get_campaign(campaign_id)
    signature = current_sign_off(campaign)
    signer = db.session.get(User, signature.user_id) if signature else None
    return Sheet(
        campaign=campaign,
        running=running([campaign], at)[0],
        plan=plan_of(campaign, at, first_batch),
        signed_by=signer.name if signer else "",
        signed_at=signature.at if signature else None,
        brake=brake_state(),
        measuring=strictest((institution().measuring, campaign.event.measuring, campaign.measuring)),
        displays=figure_queries.displays([campaign.id]),
    )


def running(campaigns: Sequence[Campaign], at: datetime) -> list[Running]:
    """How far these campaigns are, from the kept figures and the plan."""
    counted = figures.counts_of([one.id for one in campaigns])
    return [
        Running(
            id=one.id,
            name=one.name,
            state=one.state,
            pause_reason=one.pause_reason,
            progress=Progress(counted[one.id]),
            next_at=_batch_at(one.id, later_than=at),
            ends_at=_batch_at(one.id),
        )
        for one in campaigns
    ]


def _batch_at(campaign_id: int, later_than: datetime | None = None) -> datetime | None:
    """The instant of the next batch, or of the last one: a walk of a few steps along the numbers of the plan."""
    of_campaign = select(Batch.due_at).where(Batch.campaign_id == campaign_id)
    if later_than is None:
        return db.session.scalar(of_campaign.order_by(Batch.number.desc()).limit(1))
    return db.session.scalar(of_campaign.where(Batch.due_at > later_than).order_by(Batch.number).limit(1))


def plan_of(campaign: Campaign, at: datetime, first: int | None = None) -> Plan:
    """Some batches with their progress: from a number, else around the one that is leaving.

    Only open messages of batches whose hour has come are counted: of a batch that is over there are few, and of one
    that is planned there is nothing to count. So a page costs at most what is on its way out, not what has left.
    """
    of_campaign = Batch.campaign_id == campaign.id
    total = db.session.scalar(select(func.count()).select_from(Batch).where(of_campaign)) or 0
    start = max(first if first is not None else _leaving(campaign.id, at) - 2, 1)
    batches = db.session.scalars(
        select(Batch).where(of_campaign, Batch.number >= start).order_by(Batch.number).limit(BATCHES_SHOWN)
    ).all()
    due = [batch.id for batch in batches if batch.due_at <= at]
    still_open = (
        select(Message.batch_id, func.count())
        .where(Message.batch_id.in_(due), Message.state.in_(sorted(OPEN)))
        .group_by(Message.batch_id)
    )
    left = {batch_id: count for batch_id, count in db.session.execute(still_open)}  # noqa: C416
    shown = [
        BatchProgress(
            number=one.number,
            due_at=one.due_at,
            size=one.size,
            still_open=left.get(one.id, 0) if one.id in due else one.size,
            is_due=one.id in due,
            is_held=campaign.state is CampaignState.PAUSED,
            is_stopped=campaign.state is CampaignState.STOPPED,
        )
        for one in batches
    ]
    return Plan(shown, total, batches[0].number if batches else 1)


def _leaving(campaign_id: int, at: datetime) -> int:
    """The number of the latest batch whose hour has come."""
    statement = (
        select(Batch.number)
        .where(Batch.campaign_id == campaign_id, Batch.due_at <= at)
        .order_by(Batch.number.desc())
        .limit(1)
    )
    return db.session.scalar(statement) or 1


def troubles(
    campaign_id: int, state: MessageState, after: Cursor | None = None, size: int = TROUBLES_SHOWN
) -> tuple[list[Trouble], Cursor | None]:
    """Some messages of a campaign in one state, lane by lane, and where the next ones begin."""
    statement = (
        select(Message, Invitation.contact_id, Contact, Organisation.name)
        .join(Invitation, Invitation.id == Message.invitation_id)
        .outerjoin(Contact, Contact.id == Invitation.contact_id)
        .outerjoin(Organisation, Organisation.id == Contact.organisation_id)
        .where(Message.campaign_id == campaign_id, Message.state == state)
        .order_by(*order(state))
        .limit(size + 1)
    )
    if (place := place_of(after, state)) is not None:
        statement = statement.where(tuple_(*order(state)) > place)
    rows = db.session.execute(statement).all()
    shown = [_trouble(message, contact, house or "") for message, _number, contact, house in rows[:size]]
    last = rows[size - 1][0] if len(rows) > size else None
    return shown, cursor_of(last, state) if last else None


def _trouble(message: Message, contact: Contact | None, house: str) -> Trouble:
    person = f"{contact.given_name} {contact.family_name}".strip() if contact else ""
    return Trouble(
        id=message.id,
        state=message.state,
        contact_id=contact.id if contact else None,
        name=person or house,
        email=message.email or "",
        at=message.told_at,
        message_id=message.message_id,
        said=said_by(message.reply_code, message.reply_status, message.reply_text),
        remedy=remedy(message.state, message.reply_status, message.reply_text, message.closed_by is not None),
    )
