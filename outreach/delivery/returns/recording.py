"""Keeps what came back, once, and does what follows from it. Whoever calls commits."""

import hashlib
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, update

from outreach.accounts.actions import record
from outreach.contacts.actions import suppress
from outreach.contacts.models import SuppressionReason
from outreach.contacts.retention import months_after
from outreach.database import db, insertion
from outreach.delivery import breaker, figures
from outreach.delivery.history import steps
from outreach.delivery.history.models import StepKind
from outreach.delivery.models import Message, Notice
from outreach.delivery.queries import refused_elsewhere
from outreach.delivery.returns import deciding, finding, queries
from outreach.delivery.returns.clues import clues
from outreach.delivery.returns.deciding import Effect
from outreach.delivery.returns.finding import Subject
from outreach.delivery.returns.models import ReturnedReport
from outreach.delivery.returns.outcomes import FINAL, Kind, Outcome
from outreach.delivery.returns.parts import header
from outreach.delivery.returns.reports import Report
from outreach.delivery.returns.verp import ReturnAddresses
from outreach.delivery.states import MessageState
from outreach.invitations import stop_actions
from outreach.links import links

WRITER: Final = breaker.RETURNS
"""In whose name the counts move."""
MONTHS: Final = 12
"""How long a report is kept: what is known of a single recipient is kept no longer."""
_LONGEST: Final = 8000
_SAYS_NOTHING: Final = "5.0.0"


def keep(report: Report, body: bytes, returns: ReturnAddresses, source: str, at: datetime) -> Effect:
    """Keep a report about something of ours and do what follows; says what came of it."""
    subject = finding.find(clues(report, returns))
    if subject is None:
        return Effect.FOREIGN
    outcome = _outcome(report, subject)
    values = _values(report, outcome, subject, source, at)
    values["digest"] = _digest(subject.key, header(report.headers, "Message-ID"), body)
    made = insertion(ReturnedReport).values(values).on_conflict_do_nothing().returning(ReturnedReport.id)
    number = db.session.scalar(made)
    if number is None:
        return Effect.KNOWN
    kept = db.session.get_one(ReturnedReport, number)
    return _follow(kept, subject, outcome, at)


def follow_up(number: int, at: datetime) -> bool:
    """Do now what had to wait for a sender; False while it has the message in hand still, or once it was forgotten."""
    kept = db.session.get(ReturnedReport, number, with_for_update=True, populate_existing=True)
    if kept is None:
        return False
    row = finding.held(Message if kept.message_id else Notice, kept.message_id or kept.notice_id or 0)
    if not kept.pending or row is None or row.state is MessageState.LEASED:
        return False
    _follow(kept, finding.of_row(row), queries.outcome_of(kept), at)
    return True


def forget(invitation_ids: Collection[int]) -> None:
    """Empty what came back about these invitations: it names and quotes people. That it came is kept."""
    emptied = {"recipient": "", "reason": "", "subject": "", "headers": "", "human": ""}
    db.session.execute(update(ReturnedReport).where(ReturnedReport.invitation_id.in_(invitation_ids)).values(emptied))


def forget_old(at: datetime) -> None:
    """Drop the reports that were kept for long enough."""
    db.session.execute(delete(ReturnedReport).where(ReturnedReport.retain_until < at.date()))


def _outcome(report: Report, subject: Subject) -> Outcome:
    email = (subject.row.email if subject.row is not None else None) or ""
    said = deciding.chosen(report.outcomes, email)
    if subject.row is None and said.kind not in {Kind.BOUNCE, Kind.DELAY}:
        return replace(said, kind=Kind.STOP)
    return said


def _values(report: Report, outcome: Outcome, subject: Subject, source: str, at: datetime) -> dict[str, Any]:
    row = subject.row
    values = {
        "message_id": row.id if isinstance(row, Message) else None,
        "notice_id": row.id if isinstance(row, Notice) else None,
        "invitation_id": subject.invitation.id,
        "kind": outcome.kind,
        "cause": outcome.cause,
        "permanent": outcome.permanent,
        "ends_address": outcome.ends_address,
        "suspects_address": outcome.suspect,
        "pending": False,
        "status": outcome.status,
        "code": outcome.code,
        "received_at": at,
        "source": _clean(source, 200),
        "retain_until": months_after(at.date(), MONTHS),
    }
    contact = subject.invitation.contact
    erased = contact is not None and contact.erased_at is not None
    told = {"recipient": "", "reason": "", "subject": "", "headers": "", "human": ""}
    if not erased:
        told = {
            "recipient": _clean(outcome.recipient, 254),
            "reason": _clean(outcome.reason, 500),
            "subject": _clean(report.subject, 300),
            "headers": _clean("\n".join(f"{name}: {value}" for name, value in report.headers.raw_items()), _LONGEST),
            "human": _clean(report.human, _LONGEST),
        }
    return values | told


def _digest(key: str, message_id: str, body: bytes) -> str:
    """The same wherever it is read: what servers add on the way stands in headers, and line ends differ."""
    plain = body.replace(b"\r\n", b"\n").rstrip()
    return hashlib.sha256(b"\0".join((key.encode(), message_id.encode("utf-8", "replace"), plain))).hexdigest()


def _follow(kept: ReturnedReport, subject: Subject, outcome: Outcome, at: datetime) -> Effect:
    """Locks in the order of senders, lest two wait for each other: message, counts, addresses, campaign."""
    row = subject.row
    turn = deciding.turn(row.state if row is not None else MessageState.SENT, outcome)
    kept.pending = turn.later
    if turn.state is not None and row is not None:
        _flip(row, turn.state, outcome, at)
    email = row.email if row is not None else None
    if email and (turn.ends_address or (turn.suspects_address and _suspected(email, row))):
        suppress(email, SuppressionReason.BOUNCE, at, note=f"{outcome.status} {kept.reason}"[:300])
    if turn.stops:
        _stop(subject, email, outcome.kind, at)
    if turn.state is MessageState.BOUNCED and isinstance(row, Message):
        if outcome.cause not in FINAL:
            breaker.excuse(row.campaign_id)
        breaker.check(row.campaign_id, at)
    db.session.flush()
    return _effect(turn)


def _effect(turn: deciding.Turn) -> Effect:
    if turn.stops:
        return Effect.STOPPED
    if turn.later:
        return Effect.WAITING
    return Effect.RETURNED if turn.state is MessageState.BOUNCED else Effect.NOTED


def _flip(row: Message | Notice, state: MessageState, outcome: Outcome, at: datetime) -> None:
    before = row.state
    if state is MessageState.BOUNCED:
        steps.keep(type(row), [row.id], StepKind.RETURNED, at)
        row.reply_code = outcome.code
        row.reply_status = "" if outcome.status == _SAYS_NOTHING else outcome.status[:12]
        row.reply_text = _clean(outcome.reason, 500)
    row.state, row.ended_at, row.owner = state, at, None
    db.session.flush()
    if isinstance(row, Message):
        figures.move({(row.campaign_id, before): -1, (row.campaign_id, state): 1}, WRITER)


def _suspected(email: str, row: Message | Notice | None) -> bool:
    """Another campaign was refused there too, with no better word."""
    campaign_id = row.campaign_id if isinstance(row, Message) else None
    return refused_elsewhere(email, campaign_id)


def _stop(subject: Subject, email: str | None, kind: Kind, at: datetime) -> None:
    """As its reader wishes: a complaint weighs on every address of theirs, like their own click."""
    if kind is Kind.COMPLAINT:
        addresses = {*([email] if email else []), *stop_actions.addresses(subject.invitation)}
        for address in sorted(addresses, key=links().digest):
            suppress(address, SuppressionReason.COMPLAINT, at)
    stop_actions.stop(subject.invitation, stop_actions.Scope.EVERYTHING, at)
    told = "reader.complained" if kind is Kind.COMPLAINT else "reader.stopped_by_mail"
    record(told, "invitation", subject.invitation.id)


def _clean(text: str, most: int) -> str:
    """What any database takes: no NUL, no halves of characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()[:most]
