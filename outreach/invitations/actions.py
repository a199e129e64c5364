"""Invites, withdraws."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, literal, select

from outreach.contacts.models import Contact
from outreach.database import COUNTED, affected, db, random_key
from outreach.errors import Refusal
from outreach.events.models import Event
from outreach.invitations.models import Channel, Invitation, InvitationState, Origin
from outreach.invitations.queries import find_invitation
from outreach.links import new_key


def invite(
    event: Event,
    contact: Contact | None,
    origin: Origin,
    at: datetime,
    *,
    language: str | None = None,
    parent: Invitation | None = None,
    represents: Invitation | None = None,
    channel: Channel | None = None,
) -> Invitation:
    """One invitation; without a contact it stays pending until an address is confirmed.

    Somebody invited already keeps the invitation they have: that one is returned.
    """
    if contact is not None and (known := find_invitation(event.id, contact.id)) is not None:
        return known
    invitation = Invitation(
        key=new_key(),
        event=event,
        contact=contact,
        state=InvitationState.OPEN if contact else InvitationState.PENDING,
        origin=origin,
        language=language or (contact.language if contact else None),
        parent_id=parent.id if parent else None,
        root_id=(parent.root_id or parent.id) if parent else None,
        depth=parent.depth + 1 if parent else 0,
        represents_id=represents.id if represents else None,
        channel=channel,
        created_at=at,
    )
    db.session.add(invitation)
    db.session.flush()
    return invitation


def invite_all(event_id: int, contacts: Select[Any], at: datetime) -> int:
    """Invite every contact of a query of contact ids, in one statement; returns how many were not invited yet."""
    chosen = contacts.subquery()
    contact_id = chosen.c[0]
    known = select(Invitation.id).where(Invitation.event_id == event_id, Invitation.contact_id == contact_id)
    values: dict[Any, Any] = {
        Invitation.key: random_key(),
        Invitation.event_id: literal(event_id),
        Invitation.contact_id: contact_id,
        Invitation.state: literal(InvitationState.OPEN, Invitation.state.type),
        Invitation.origin: literal(Origin.AUDIENCE, Invitation.origin.type),
        Invitation.language: Contact.language,
        Invitation.depth: literal(0),
        Invitation.coming: literal(0),
        Invitation.brought: literal(0),
        Invitation.reached_again: literal(0),
        Invitation.named_as_relay: literal(False),
        Invitation.created_at: literal(at, Invitation.created_at.type),
    }
    rows = (
        select(*values.values())
        .select_from(chosen)
        .join(Contact, Contact.id == contact_id)
        .where(~known.exists())
        .order_by(contact_id)
    )
    statement = insert(Invitation).from_select(list(values), rows)
    return affected(db.session.execute(statement, execution_options=COUNTED))


def withdraw(invitation: Invitation) -> None:
    """Take an invitation back; its links then say so. Refuses one already merged into another."""
    if invitation.state is InvitationState.MERGED:
        raise Refusal("This invitation was joined to another one.")
    invitation.state = InvitationState.WITHDRAWN
