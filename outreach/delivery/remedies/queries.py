"""Finds the messages and notices that one decision is about, and says who they are for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from outreach.contacts.models import Contact
from outreach.database import db
from outreach.delivery.models import Message
from outreach.delivery.remedies.choices import ABOUT, Decision
from outreach.delivery.remedies.settling import AT_ONCE
from outreach.delivery.states import MessageState
from outreach.delivery.writes import Table
from outreach.invitations.models import Invitation

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision would be about: their numbers, and for whom the first of them are."""

    numbers: Sequence[int]
    names: Sequence[str]


def chosen(table: Table, decision: Decision, numbers: Collection[int], campaign_id: int | None = None) -> Decided:
    """Those of these rows that this may still be decided about; of one campaign when one is given."""
    found = select(table.id).where(table.id.in_(sorted(numbers)[:AT_ONCE]), table.state.in_(ABOUT[decision]))
    if table is Message and campaign_id is not None:
        found = found.where(Message.campaign_id == campaign_id)
    return _decided(table, db.session.scalars(found.order_by(table.id)).all())


def all_of(table: Table, decision: Decision, state: MessageState, campaign_id: int | None = None) -> Decided:
    """The first in that state, in the order of their index, as many as are decided about at once.

    Nobody, where this may not be decided about that state.
    """
    if state not in ABOUT[decision]:
        return Decided([], [])
    found = select(table.id).where(table.state == state).limit(AT_ONCE)
    if table is Message:
        found = found.where(Message.campaign_id == campaign_id).order_by(Message.lane)
    found = found.order_by(table.due_at, table.id)
    return _decided(table, db.session.scalars(found).all())


def _decided(table: Table, numbers: Sequence[int]) -> Decided:
    rows = db.session.execute(
        select(table.id, table.email, Contact)
        .join(Invitation, Invitation.id == table.invitation_id)
        .outerjoin(Contact, Contact.id == Invitation.contact_id)
        .where(table.id.in_(numbers[:SHOWN]))
        .order_by(table.id)
    ).all()
    names = [
        (contact.name if contact and contact.erased_at is None else "") or email or "" for _n, email, contact in rows
    ]
    return Decided(numbers, [name for name in names if name])
