"""Lease, intent, result: the three writes that let each message out once.

Every write after the lease names its owner and attempt, so that a sender which was frozen, and whose lease was taken
back meanwhile, changes nothing when it wakes up.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    String,
    and_,
    case,
    func,
    literal,
    null,
    or_,
    select,
    update,
)

from outreach.campaigns.models import Campaign, CampaignPurpose, CampaignState
from outreach.contacts.models import Suppression, SuppressionReason
from outreach.database import UtcDateTime, db
from outreach.delivery import figures
from outreach.delivery.given import given, rows_of
from outreach.delivery.models import Brake, Message, Notice
from outreach.delivery.states import ENDED, MessageState
from outreach.invitations.models import Invitation, InvitationState

Table = type[Message] | type[Notice]

WAITING = (MessageState.QUEUED, MessageState.RETRY)
UNWANTED_BY_ALL = (SuppressionReason.BOUNCE, SuppressionReason.COMPLAINT, SuppressionReason.ERASURE)
"""What holds a notice back too; whoever only opted out of mailings still gets the answer to their own request."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to send one row, until its owner dies."""

    id: int
    owner: str
    attempt: int
    campaign_id: int | None


@dataclass(frozen=True, slots=True)
class Intent:
    """What is about to leave: its lease, where to, and the values merged into its letter."""

    lease: Lease
    email: str
    digest: str
    merged: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a row. `due_at` is when to try again; `code`, `status` and `text` are the relay's own words."""

    lease: Lease
    state: MessageState
    due_at: datetime | None = None
    code: int | None = None
    status: str = ""
    text: str = ""


def lease(table: Table, owner: str, limit: int, at: datetime) -> list[Lease]:
    """Take up to that many rows that are due; nobody else gets them while this owner lives."""
    chosen = db.session.execute(
        _due(table, at).order_by(table.due_at, table.id).limit(limit).with_for_update(skip_locked=True, of=table)
    ).all()
    db.session.execute(
        update(table)
        .where(table.id.in_([row.id for row in chosen]))
        .values(state=MessageState.LEASED, owner=owner, leased_at=at, attempt=table.attempt + 1, intent_at=None)
    )
    _count(owner, ((row.campaign_id, row.state, MessageState.LEASED) for row in chosen))
    return [Lease(row.id, owner, row.attempt + 1, row.campaign_id) for row in chosen]


def _due(table: Table, at: datetime) -> Select[*tuple[Any, ...]]:
    """What may leave now: every notice, and the messages of campaigns that run; nothing while the brake is pulled."""
    due = and_(table.state.in_(WAITING), table.due_at <= at, ~_braked())
    if table is Notice:
        return select(Notice.id, Notice.attempt, Notice.state, null().label("campaign_id")).where(due)
    running = select(Campaign.id).where(Campaign.state == CampaignState.RUNNING)
    return select(Message.id, Message.attempt, Message.state, Message.campaign_id).where(
        Message.campaign_id.in_(running), due
    )


def intend(table: Table, intents: Sequence[Intent], at: datetime) -> set[int]:
    """Announce what is about to leave; only the rows returned may be sent.

    One UPDATE asks everything again: lease, brake, campaign, suppression, withdrawal, "has not answered". It freezes
    the address and the values merged, so that a retry has the same bytes.
    """
    if not intents:
        return set()
    wanted = given({**_HELD, "email": String(), "digest": String(), "merged": JSON()})
    statement = (
        update(table)
        .where(*_holds(table, wanted), *_belongs(table), ~_unwanted(table, wanted.c.digest), ~_over(table))
        .where(~_braked(), *_runs(table))
        .values(
            intent_at=at,
            tries=table.tries + 1,
            first_tried_at=func.coalesce(table.first_tried_at, literal(at, UtcDateTime())),
            email=wanted.c.email,
            merged=wanted.c.merged,
        )
        .returning(table.id)
    )
    return set(db.session.scalars(statement, {"given": rows_of(map(_intent_row, intents))}))


def decline(table: Table, intents: Sequence[Intent], at: datetime) -> None:
    """Settle what `intend` did not return: suppressed, cancelled, or back to where it was."""
    if not intents:
        return
    refused = given({**_HELD, "digest": String()})
    parameters = {"given": rows_of(map(_intent_row, intents))}
    for condition, state in (
        (_unwanted(table, refused.c.digest), MessageState.SUPPRESSED),
        (_over(table), MessageState.CANCELLED),
    ):
        ended = (
            update(table)
            .where(*_holds(table, refused), *_belongs(table), condition)
            .values(state=state, ended_at=at, owner=None)
            .returning(table.id, *campaign_of(table))
        )
        rows = db.session.execute(ended, parameters).all()
        _count(intents[0].lease.owner, ((row.campaign_id, MessageState.LEASED, state) for row in rows))
    release(table, [intent.lease for intent in intents])


def release(table: Table, leases: Sequence[Lease]) -> None:
    """Give back what was leased and not announced; what was announced waits for its result, or is in doubt."""
    if not leases:
        return
    held = given(_HELD)
    freed = (
        update(table)
        .where(*_holds(table, held), table.intent_at.is_(None))
        .values(state=_before_lease(table), owner=None)
        .returning(table.id, table.state, *campaign_of(table))
    )
    rows = db.session.execute(freed, {"given": rows_of(map(_lease_row, leases))}).all()
    _count(leases[0].owner, ((row.campaign_id, MessageState.LEASED, row.state) for row in rows))


def record(table: Table, results: Sequence[Result], at: datetime) -> int:
    """Write what became of the rows; returns how many were still held by their owner."""
    if not results:
        return 0
    told: dict[str, Any] = {"state": String(), "due_at": UtcDateTime(), "code": Integer()}
    told |= {"status": String(), "text": String()}
    ended = given({**_HELD, **told})
    statement = (
        update(table)
        .where(*_holds(table, ended))
        .values(
            state=ended.c.state,
            due_at=func.coalesce(ended.c.due_at, table.due_at),
            ended_at=case((ended.c.state.in_([state.value for state in ENDED]), literal(at, UtcDateTime()))),
            owner=case((ended.c.state == MessageState.IN_DOUBT.value, table.owner)),
            reply_code=ended.c.code,
            reply_status=ended.c.status,
            reply_text=ended.c.text,
        )
        .returning(table.id, table.state, *campaign_of(table))
    )
    rows = db.session.execute(statement, {"given": rows_of(map(_result_row, results))}).all()
    _count(results[0].lease.owner, ((row.campaign_id, MessageState.LEASED, row.state) for row in rows))
    return len(rows)


_HELD: dict[str, Any] = {"id": BigInteger(), "attempt": Integer(), "owner": String()}


def _holds(table: Table, rows: FromClause) -> tuple[ColumnElement[bool], ...]:
    """Only rows whose lease is still this one: the fence that a sender taken for dead runs into."""
    return (
        table.id == rows.c.id,
        table.attempt == rows.c.attempt,
        table.owner == rows.c.owner,
        table.state == MessageState.LEASED,
    )


def _belongs(table: Table) -> tuple[ColumnElement[bool], ...]:
    """Join a row with its invitation, and a message with its campaign."""
    joined = (Invitation.id == table.invitation_id,)
    return (*joined, Campaign.id == Message.campaign_id) if table is Message else joined


def _runs(table: Table) -> tuple[ColumnElement[bool], ...]:
    return (Campaign.state == CampaignState.RUNNING,) if table is Message else ()


def _over(table: Table) -> ColumnElement[bool]:
    """What has become useless: the invitation withdrawn, the campaign stopped, a reminder to somebody who answered."""
    if table is Notice:
        return Invitation.state == InvitationState.WITHDRAWN
    return or_(
        Invitation.state != InvitationState.OPEN,
        Campaign.state == CampaignState.STOPPED,
        and_(Campaign.purpose == CampaignPurpose.REMINDER, Invitation.reply.is_not(None)),
    )


def _unwanted(table: Table, digest: ColumnElement[str]) -> ColumnElement[bool]:
    """The address must not be written to: by its keyed hash, for everything or for this event."""
    found = (
        select(Suppression.id)
        .where(Suppression.digest == digest, Suppression.lifted_at.is_(None))
        .where(or_(Suppression.event_id.is_(None), Suppression.event_id == Invitation.event_id))
        .correlate(Invitation)
    )
    if table is Notice:
        found = found.where(Suppression.reason.in_(UNWANTED_BY_ALL))
    return found.exists()


def _braked() -> ColumnElement[bool]:
    return select(Brake.id).where(Brake.pulled_at.is_not(None)).exists()


def _before_lease(table: Table) -> ColumnElement[MessageState]:
    return case(
        (table.tries > 0, literal(MessageState.RETRY, table.state.type)),
        else_=literal(MessageState.QUEUED, table.state.type),
    )


def campaign_of(table: Table) -> tuple[Any]:
    """The column that names a row's campaign; none for a notice."""
    return (Message.campaign_id,) if table is Message else (null().label("campaign_id"),)


def _count(writer: str, changes: Iterable[tuple[int | None, MessageState, MessageState]]) -> None:
    moves: Counter[tuple[int, MessageState]] = Counter()
    for campaign_id, before, after in changes:
        if campaign_id is not None:
            moves[campaign_id, before] -= 1
            moves[campaign_id, after] += 1
    figures.move(moves, writer)


def _lease_row(lease: Lease) -> dict[str, Any]:
    return {"id": lease.id, "attempt": lease.attempt, "owner": lease.owner}


def _intent_row(intent: Intent) -> dict[str, Any]:
    rest = {"email": intent.email, "digest": intent.digest, "merged": intent.merged}
    return {**_lease_row(intent.lease), **rest}


def _result_row(result: Result) -> dict[str, Any]:
    told = {"code": result.code, "status": result.status[:12], "text": result.text[:500]}
    return {**_lease_row(result.lease), "state": result.state.value, "due_at": result.due_at, **told}
