"""Reads the life of one message or notice: its row, the steps kept beside it, who decided, why it never left."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from outreach.accounts.models import User
from outreach.campaigns.models import Batch, Campaign, CampaignPurpose, CampaignState
from outreach.campaigns.queries import current_sign_off
from outreach.contacts.models import Address, Contact, Suppression, SuppressionReason
from outreach.database import db
from outreach.delivery.history.endings import said_by
from outreach.delivery.history.models import Step
from outreach.delivery.history.story import Life, Told, Why
from outreach.delivery.models import Message, Notice
from outreach.delivery.states import MessageState
from outreach.errors import NotFound
from outreach.events.models import Event, EventState
from outreach.invitations.models import Invitation, InvitationState

MOST = 200
"""So many steps are told: three days of tries are about eighty."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A message or a notice, what it belongs to, and its life."""

    row: Message | Notice
    campaign: Campaign | None
    event: Event
    contact: Contact | None
    """None for somebody who was erased, or is no contact yet."""
    life: Life

    @property
    def is_notice(self) -> bool:
        """True for a message without campaign."""
        return self.campaign is None

    @property
    def may_leave(self) -> bool:
        """False when its campaign is over."""
        return self.campaign is None or self.campaign.state in {CampaignState.RUNNING, CampaignState.PAUSED}


def message_sheet(message_id: int) -> Sheet:
    """One message of a campaign. Raises NotFound, also for one of a sign-off that was taken back."""
    message = db.session.get(Message, message_id)
    campaign = db.session.get(Campaign, message.campaign_id) if message else None
    if message is None or campaign is None or campaign.state is CampaignState.DRAFT:
        raise NotFound("There is no such message.")
    return _sheet(message, campaign)


def notice_sheet(notice_id: int) -> Sheet:
    """One notice. Raises NotFound."""
    notice = db.session.get(Notice, notice_id)
    if notice is None:
        raise NotFound("There is no such message.")
    return _sheet(notice, None)


def names_of(numbers: Iterable[int | None]) -> dict[int | None, str]:
    """The names of these members of staff."""
    wanted = {number for number in numbers if number is not None}
    found = db.session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {row.id: row.name for row in found}


def _sheet(row: Message | Notice, campaign: Campaign | None) -> Sheet:
    invitation = db.session.get_one(Invitation, row.invitation_id)
    contact = db.session.get(Contact, invitation.contact_id) if invitation.contact_id else None
    event = db.session.get_one(Event, invitation.event_id)
    seen = contact if contact is not None and contact.erased_at is None else None
    return Sheet(row, campaign, event, seen, _life(row, campaign, invitation, event))


def _life(row: Message | Notice, campaign: Campaign | None, invitation: Invitation, event: Event) -> Life:
    batch = db.session.get(Batch, row.batch_id) if isinstance(row, Message) else None
    signed = current_sign_off(campaign) if campaign is not None else None
    steps = _steps(row)
    names = names_of([signed.user_id if signed else None, *(step.user_id for step in steps)])
    return Life(
        state=row.state,
        due_at=row.due_at,
        tries=row.tries,
        owner=row.owner or "",
        leased_at=row.leased_at,
        intent_at=row.intent_at,
        ended_at=row.ended_at,
        said=said_by(row.reply_code, row.reply_status, row.reply_text),
        is_held=row.is_held,
        steps=[_told(step, names.get(step.user_id, "")) for step in steps],
        planned_at=signed.at if signed else None,
        planned_by=names.get(signed.user_id, "") if signed else "",
        batch=batch.number if batch else None,
        batch_at=batch.due_at if batch else None,
        why=_why(row, campaign, invitation, event),
    )


def _steps(row: Message | Notice) -> Sequence[Step]:
    link = Step.message_id if isinstance(row, Message) else Step.notice_id
    newest = select(Step).where(link == row.id).order_by(Step.id.desc()).limit(MOST)
    return db.session.scalars(newest).all()[::-1]


def _told(step: Step, by: str) -> Told:
    said = said_by(step.reply_code, step.reply_status, step.reply_text)
    return Told(step.kind, step.at, step.state, step.tries, step.intent_at, step.due_at, said, by)


def _why(row: Message | Notice, campaign: Campaign | None, invitation: Invitation, event: Event) -> Why | None:
    """Why it never left, by what is true today: the row does not say."""
    if row.state is MessageState.SUPPRESSED:
        return _suppressed(invitation, row.ended_at)
    if row.state is not MessageState.CANCELLED:
        return None
    if invitation.state is not InvitationState.OPEN:
        return Why.WITHDRAWN
    if campaign is not None and campaign.state is CampaignState.STOPPED:
        return Why.STOPPED
    if campaign is not None and campaign.purpose is CampaignPurpose.REMINDER and invitation.reply is not None:
        return Why.ANSWERED
    is_past = row.ended_at is not None and row.ended_at.date() > event.ends_on
    return Why.OVER if is_past or event.state is EventState.CANCELLED else None


def _suppressed(invitation: Invitation, at: datetime | None) -> Why | None:
    """What kept an address of this person from being written to when the message was held back."""
    digests = select(Address.digest).where(Address.contact_id == invitation.contact_id)
    found = select(Suppression.reason).where(
        Suppression.digest.in_(digests),
        or_(Suppression.event_id.is_(None), Suppression.event_id == invitation.event_id),
    )
    if at is not None:
        found = found.where(or_(Suppression.lifted_at.is_(None), Suppression.lifted_at > at))
    reason = db.session.scalar(found.order_by(Suppression.at.desc()).limit(1))
    contact = invitation.contact
    is_silent = invitation.silent_since or (contact is not None and contact.silent_since)
    reason = reason or (SuppressionReason.OPT_OUT if is_silent else None)
    return Why(reason.value) if reason is not None else None
