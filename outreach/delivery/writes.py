"""The statements of the outbox. Each is built once for each table and database, and run with the rows it is about.

They run on the connection itself: nothing that the session holds is compared with them, and nothing needs to be.
"""

from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    ColumnElement,
    FromClause,
    Integer,
    String,
    and_,
    case,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    true,
    type_coerce,
    update,
)
from sqlalchemy.orm import aliased

from outreach.campaigns.models import Campaign, CampaignPurpose, CampaignState
from outreach.contacts.models import Contact, Suppression, SuppressionReason
from outreach.database import UtcDateTime, day_in
from outreach.delivery.given import among_given, given, text_of
from outreach.delivery.models import Brake, Message, Notice, NoticePurpose
from outreach.delivery.states import ENDED, MessageState
from outreach.events.models import Event, EventState, News
from outreach.invitations.models import Invitation, InvitationState

Table = type[Message] | type[Notice]

UNWANTED_BY_ALL: Final = (SuppressionReason.BOUNCE, SuppressionReason.COMPLAINT, SuppressionReason.ERASURE)
"""What holds a notice back too; whoever only opted out of mailings still gets the answer to their own request."""
UNWANTED_BY_NEWCOMERS: Final = (SuppressionReason.BOUNCE, SuppressionReason.COMPLAINT)
"""What holds back the check of an address: somebody who was erased and registers again asks for it themselves."""
OF_OUR_OWN: Final = (NoticePurpose.SEAT_OFFER, NoticePurpose.EVENT_NEWS, NoticePurpose.THANKS)
"""Notices that nobody asked for at that moment: whatever stops our messages stops these."""
AT: Final = literal_column(":at", UtcDateTime())


@cache
def intent(table: Table, _dialect: str) -> str:
    """Asks everything again: lease, brake, campaign, suppression, withdrawal, "has not answered"; freezes the rest."""
    wanted = given({**_HELD, "email": String(), "digest": String(), "merged": JSON()})
    return text_of(
        update(table)
        .where(*_holds(table, wanted), *_belongs(table), ~_unwanted(table, wanted), ~_over(table))
        .where(~braked(), *_runs(table))
        .values(
            intent_at=AT,
            tries=table.tries + 1,
            first_tried_at=func.coalesce(table.first_tried_at, AT),
            email=wanted.c.email,
            merged=wanted.c.merged,
        )
        .returning(table.id)
    )


@cache
def ending(table: Table, state: MessageState, _dialect: str) -> str:
    """Ends the leases that are unwanted (SUPPRESSED) or useless (CANCELLED)."""
    refused = given({**_HELD, "digest": String()})
    condition = _unwanted(table, refused) if state is MessageState.SUPPRESSED else _over(table)
    return text_of(
        update(table)
        .where(*_holds(table, refused), *_belongs(table), condition)
        .values(**ends_as(table, state, AT))
        .returning(table.id, table.state, *campaign_of(table))
    )


def ends_as(table: Table, state: MessageState, at: datetime | ColumnElement[datetime]) -> dict[str, Any]:
    """What becomes of a row that is to leave no more. A notice keeps no letter then.

    What was in doubt stays so, with all that it takes to send it: the relay may have it, so a person decides.
    """
    kept = {"merged": case((table.doubted, table.merged))} if table is Notice else {}
    kind = table.state.type
    ended = case((table.doubted, literal(MessageState.IN_DOUBT, kind)), else_=literal(state, kind))
    return {"state": ended, "ended_at": case((~table.doubted, type_coerce(at, UtcDateTime()))), "owner": None, **kept}


@cache
def freeing(table: Table, _dialect: str) -> str:
    """Gives back what was leased and not announced."""
    held = given(_HELD)
    return text_of(
        update(table)
        .where(*_holds(table, held), table.intent_at.is_(None))
        .values(state=_before_lease(table), owner=None)
        .returning(table.id, table.state, *campaign_of(table))
    )


@cache
def result(table: Table, _dialect: str) -> str:
    """Writes what became of rows. An envelope refused before any intent is a try; a body that never left is none.

    A row whose turn did not come (QUEUED) goes back to where it was.
    """
    told: dict[str, Any] = {"state": String(), "due_at": UtcDateTime(), "code": Integer()}
    told |= {"status": String(), "text": String(), "email": String(), "doubted": Boolean()}
    ended = given({**_HELD, **told})
    back = ended.c.state == MessageState.QUEUED.value
    untouched = and_(table.intent_at.is_not(None), back)
    before = case((untouched, table.tries - 1), else_=table.tries)
    offered = and_(table.intent_at.is_(None), or_(ended.c.state == MessageState.RETRY.value, ended.c.code.is_not(None)))
    return text_of(
        update(table)
        .where(*_holds(table, ended))
        .values(
            state=case((and_(back, or_(before > 0, table.doubted)), MessageState.RETRY.value), else_=ended.c.state),
            due_at=func.coalesce(ended.c.due_at, table.due_at),
            ended_at=case((ended.c.state.in_([state.value for state in ENDED]), AT)),
            owner=case((ended.c.state == MessageState.IN_DOUBT.value, table.owner)),
            tries=table.tries + case((offered, 1), (untouched, -1), else_=0),
            first_tried_at=case(
                (offered, func.coalesce(table.first_tried_at, AT)),
                (before > 0, table.first_tried_at),
            ),
            email=func.coalesce(table.email, ended.c.email),
            doubted=or_(table.doubted, ended.c.doubted),
            reply_code=ended.c.code,
            reply_status=ended.c.status,
            reply_text=ended.c.text,
            **_forgotten(table, ended.c.state),
        )
        .returning(table.id, table.state, *campaign_of(table))
    )


def _forgotten(table: Table, state: ColumnElement[str]) -> dict[str, Any]:
    """A notice that is settled leaves no more: its letter, kept whole until then, is dropped."""
    over = state.in_([one.value for one in ENDED])
    return {"merged": case((over, null()), else_=table.merged)} if table is Notice else {}


_HELD: Final[dict[str, Any]] = {"id": BigInteger(), "attempt": Integer(), "owner": String()}


def _holds(table: Table, rows: FromClause) -> tuple[ColumnElement[bool], ...]:
    """Only rows whose lease is still this one: the fence that a sender taken for dead runs into."""
    return (
        among_given(table.id),
        table.id == rows.c.id,
        table.attempt == rows.c.attempt,
        table.owner == rows.c.owner,
        (table.state == MessageState.LEASED).is_(true()),  # so PostgreSQL does not look for them by their state
    )


def _belongs(table: Table) -> tuple[ColumnElement[bool], ...]:
    """Join a row with its invitation, and a message with its campaign."""
    joined = (Invitation.id == table.invitation_id,)
    return (*joined, Campaign.id == Message.campaign_id) if table is Message else joined


def _runs(table: Table) -> tuple[ColumnElement[bool], ...]:
    return (Campaign.state == CampaignState.RUNNING,) if table is Message else ()


def _over(table: Table) -> ColumnElement[bool]:
    """What has become useless.

    The invitation was withdrawn, the campaign stopped, a reminder's reader has answered, there is no longer an event
    to come to, or later news says otherwise.
    """
    if table is Notice:
        return or_(Invitation.state == InvitationState.WITHDRAWN, _overtaken())
    return or_(
        Invitation.state != InvitationState.OPEN,
        Campaign.state == CampaignState.STOPPED,
        and_(Campaign.purpose == CampaignPurpose.REMINDER, Invitation.reply.is_not(None)),
        and_(Campaign.purpose.in_([CampaignPurpose.INVITATION, CampaignPurpose.REMINDER]), _missed()),
    )


def _overtaken() -> ColumnElement[bool]:
    """Later news of the same matter waits or has left: whether the event takes place is one, what changed another."""
    later, changed = aliased(Notice), f"{News.CHANGED.value}-"
    of_changes = [func.substr(one.key, 1, len(changed)) == changed for one in (Notice, later)]
    found = select(later.id).where(
        later.invitation_id == Notice.invitation_id,
        later.id > Notice.id,
        later.purpose == NoticePurpose.EVENT_NEWS,
        later.state != MessageState.CANCELLED,
        of_changes[0] == of_changes[1],
    )
    return and_(Notice.purpose == NoticePurpose.EVENT_NEWS, found.correlate(Notice).exists())


def _missed() -> ColumnElement[bool]:
    """The event is over, on its own clock, or will not take place."""
    gone = or_(Event.state == EventState.CANCELLED, Event.ends_on < day_in(AT, Event.timezone))
    return select(Event.id).where(Event.id == Invitation.event_id, gone).correlate(Invitation).exists()


def _unwanted(table: Table, rows: FromClause) -> ColumnElement[bool]:
    """The row's own address must not be written to: by its keyed hash, for everything or for this event."""
    found = (
        select(Suppression.id)
        .where(Suppression.digest == rows.c.digest, Suppression.lifted_at.is_(None))
        .where(or_(Suppression.event_id.is_(None), Suppression.event_id == Invitation.event_id))
        .correlate(Invitation, Notice, rows)
    )
    if table is Notice:
        newcomer = and_(Notice.purpose == NoticePurpose.ADDRESS_CHECK, Suppression.reason.in_(UNWANTED_BY_NEWCOMERS))
        known = and_(Notice.purpose != NoticePurpose.ADDRESS_CHECK, Suppression.reason.in_(UNWANTED_BY_ALL))
        of_our_own = Notice.purpose.in_(OF_OUR_OWN)
        return or_(found.where(or_(newcomer, known, of_our_own)).exists(), and_(of_our_own, _silenced()))
    return or_(found.exists(), _silenced())


def _silenced() -> ColumnElement[bool]:
    """Whoever has no address of their own asked not to be written to, wherever it may be."""
    silent = select(Contact.id).where(Contact.id == Invitation.contact_id, Contact.silent_since.is_not(None))
    return or_(Invitation.silent_since.is_not(None), silent.correlate(Invitation).exists())


def braked() -> ColumnElement[bool]:
    return select(Brake.id).where(Brake.pulled_at.is_not(None)).exists()


def _before_lease(table: Table) -> ColumnElement[MessageState]:
    return case(
        (or_(table.tries > 0, table.doubted), literal(MessageState.RETRY, table.state.type)),
        else_=literal(MessageState.QUEUED, table.state.type),
    )


def campaign_of(table: Table) -> tuple[Any]:
    """The column that names a row's campaign; none for a notice."""
    return (Message.campaign_id,) if table is Message else (null().label("campaign_id"),)
