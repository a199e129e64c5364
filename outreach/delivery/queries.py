"""Reads what leaves: the messages of a campaign page by page, its plan, how far it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select, tuple_
from sqlalchemy.orm import joinedload

from outreach.campaigns.models import Batch, Campaign, CampaignState
from outreach.campaigns.planning import PlannedBatch
from outreach.campaigns.queries import end_of
from outreach.contacts.folding import fold
from outreach.contacts.models import Address, Contact
from outreach.contacts.searching.filters import Cursor
from outreach.database import db
from outreach.delivery.figures import counts
from outreach.delivery.history.endings import said_by
from outreach.delivery.models import Message, Notice
from outreach.delivery.places import cursor_of, order, place_of
from outreach.delivery.returns.queries import suspected_elsewhere
from outreach.delivery.states import OPEN, MessageState
from outreach.invitations.models import Invitation
from outreach.links import links

PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages of a campaign: in one state, or to somebody whose name or address begins so."""

    campaign_id: int
    state: MessageState | None = None
    q: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One message, to whom it goes, and the relay's own words."""

    id: int
    state: MessageState
    contact_id: int | None
    name: str
    email: str
    at: datetime
    """When it left or ended; when it is due, before that."""
    tries: int
    said: str
    is_held: bool
    """Kept from its next try by a person."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some messages in the order of `places.order`, and where the pages beside this one begin."""

    lines: Sequence[Line]
    following: Cursor | None
    preceding: Cursor | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a campaign is: its messages by state, when the next batch leaves, when the last should have left."""

    total: int
    messages: dict[MessageState, int]
    next_batch: datetime | None
    expected_end: datetime | None


def page(wanted: Wanted, after: Cursor | None = None, before: Cursor | None = None, size: int = PAGE) -> Page:
    """What follows the place `after`, or comes before the place `before`; the first ones when neither is given."""
    backwards = before is not None and after is None
    keys, place = order(wanted.state), place_of(before if backwards else after, wanted.state)
    chosen = _chosen(wanted).order_by(*(key.desc() if backwards else key for key in keys))
    if place is not None:
        chosen = chosen.where(tuple_(*keys) < place if backwards else tuple_(*keys) > place)
    rows = db.session.execute(chosen.limit(size + 1)).all()
    more, shown = len(rows) > size, list(rows[:size])
    if backwards:
        shown.reverse()
    first, last = (cursor_of(shown[end][0], wanted.state) if shown else None for end in (0, -1))
    return Page(
        [_line(message, contact) for message, contact in shown],
        following=last if more or backwards else None,
        preceding=first if (more if backwards else after is not None) else None,
    )


def everyone(wanted: Wanted, size: int = 1000) -> Iterator[Line]:
    """All of them, read a thousand at a time."""
    found = page(wanted, size=size)
    yield from found.lines
    while found.following is not None:
        found = page(wanted, after=found.following, size=size)
        yield from found.lines


def standing(campaign: Campaign, at: datetime) -> Standing:
    """From the kept figures and the plan."""
    found = dict(counts(campaign.id))
    left = sum(count for state, count in found.items() if state in OPEN)
    batches = db.session.scalars(select(Batch).where(Batch.campaign_id == campaign.id).order_by(Batch.number)).all()
    moving = bool(left) and campaign.state in {CampaignState.SIGNED, CampaignState.RUNNING, CampaignState.PAUSED}
    planned = tuple(PlannedBatch(batch.number, batch.due_at, batch.size) for batch in batches) if moving else ()
    return Standing(
        total=sum(found.values()),
        messages=found,
        next_batch=next((batch.due_at for batch in planned if batch.due_at > at), None),
        expected_end=end_of(campaign, planned, at) if moving else None,
    )


def count_due(at: datetime) -> int:
    """How many messages of running campaigns are due."""
    running = select(Campaign.id).where(Campaign.state == CampaignState.RUNNING)
    due = select(func.count()).where(
        Message.campaign_id.in_(running),
        Message.state.in_([MessageState.QUEUED, MessageState.RETRY]),
        Message.due_at <= at,
    )
    return db.session.scalar(due) or 0


def notices_in_doubt(event_id: int) -> Sequence[Notice]:
    """The notices about an event of which nobody can say whether they left."""
    return db.session.scalars(
        select(Notice)
        .join(Invitation, Invitation.id == Notice.invitation_id)
        .where(Notice.state == MessageState.IN_DOUBT, Invitation.event_id == event_id)
        .order_by(Notice.id)
        .limit(PAGE)
    ).all()


def refused_elsewhere(email: str, campaign_id: int | None) -> bool:
    """True when this address was refused before, in another campaign, with a bare 550: by a relay, or in a report.

    The way there is by the people of that address: messages have no index by address.
    """
    before = (
        select(Message.id)
        .join(Invitation, Invitation.id == Message.invitation_id)
        .join(Address, Address.contact_id == Invitation.contact_id)
        .where(Address.digest == links().digest(email), Message.email == email, Message.campaign_id != campaign_id)
        .where(Message.state == MessageState.REJECTED, Message.reply_code == 550)
        .where(func.coalesce(Message.reply_status, "") == "")
    )
    return db.session.scalar(before.limit(1)) is not None or suspected_elsewhere(email, campaign_id)


def _chosen(wanted: Wanted) -> Select[Message, Contact | None]:
    statement = (
        select(Message, Contact)
        .join(Campaign, Campaign.id == Message.campaign_id)
        .join(Invitation, Invitation.id == Message.invitation_id)
        .outerjoin(Contact, Contact.id == Invitation.contact_id)
        .options(joinedload(Contact.organisation))
        .where(Message.campaign_id == wanted.campaign_id, Campaign.state != CampaignState.DRAFT)
    )
    if wanted.state is not None:
        statement = statement.where(Message.state == wanted.state)
    if wanted.q.strip():
        begins = [
            Contact.sort_name.startswith(fold(wanted.q), autoescape=True),
            Message.email.startswith(wanted.q.strip().lower(), autoescape=True),
        ]
        statement = statement.where(or_(*begins))
    return statement


def _line(message: Message, contact: Contact | None) -> Line:
    return Line(
        id=message.id,
        state=message.state,
        contact_id=contact.id if contact and contact.erased_at is None else None,
        name=contact.name if contact else "",
        email=message.email or "",
        at=message.told_at,
        tries=message.tries,
        said=said_by(message.reply_code, message.reply_status, message.reply_text),
        is_held=message.is_held,
    )
