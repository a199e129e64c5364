"""Reads what came back."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from outreach.contacts.models import Address
from outreach.database import db
from outreach.delivery.models import Message
from outreach.delivery.returns.models import ReturnedReport
from outreach.delivery.returns.outcomes import Outcome
from outreach.errors import NotFound
from outreach.invitations.models import Invitation
from outreach.links import links

MOST = 50


def get_report(number: int) -> ReturnedReport:
    """One report. Raises NotFound."""
    found = db.session.get(ReturnedReport, number)
    if found is None:
        raise NotFound("There is no such report (any more).")
    return found


def reports_of_message(message_id: int) -> Sequence[ReturnedReport]:
    """What came back about a message, in the order of its reading."""
    return _some(ReturnedReport.message_id == message_id)


def reports_of_notice(notice_id: int) -> Sequence[ReturnedReport]:
    """The same about a notice."""
    return _some(ReturnedReport.notice_id == notice_id)


def reports_of_contact(contact_id: int) -> Sequence[ReturnedReport]:
    """What came back about all that was sent to a contact, the newest first."""
    theirs = select(Invitation.id).where(Invitation.contact_id == contact_id)
    return _some(ReturnedReport.invitation_id.in_(theirs))[::-1]


def pending() -> Sequence[int]:
    """The reports whose message was in a sender's hand when they were read."""
    waiting = select(ReturnedReport.id).where(ReturnedReport.pending).order_by(ReturnedReport.id)
    return db.session.scalars(waiting.limit(500)).all()


def suspected_elsewhere(email: str, campaign_id: int | None) -> bool:
    """True when a report about a message of another campaign to this address said so, without a telling code."""
    other = aliased(Message)
    before = (
        select(ReturnedReport.id)
        .join(other, other.id == ReturnedReport.message_id)
        .join(Invitation, Invitation.id == ReturnedReport.invitation_id)
        .join(Address, Address.contact_id == Invitation.contact_id)
        .where(Address.digest == links().digest(email), other.email == email, ReturnedReport.suspects_address)
    )
    if campaign_id is not None:
        before = before.where(other.campaign_id != campaign_id)
    return db.session.scalar(before.limit(1)) is not None


def outcome_of(kept: ReturnedReport) -> Outcome:
    """What a report said, as it was understood."""
    return Outcome(
        recipient=kept.recipient,
        kind=kept.kind,
        cause=kept.cause,
        status=kept.status,
        code=kept.code,
        reason=kept.reason,
        temporary=kept.code < 500 if kept.code else kept.status.startswith("4"),
    )


def _some(condition: ColumnElement[bool]) -> Sequence[ReturnedReport]:
    chosen = select(ReturnedReport).where(condition).order_by(ReturnedReport.id)
    return db.session.scalars(chosen.limit(MOST)).all()
