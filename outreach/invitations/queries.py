"""Finds invitations."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from outreach.database import db
from outreach.errors import BadLink, NotFound
from outreach.invitations.models import Invitation
from outreach.links import DAMAGED


def get_invitation(number: int) -> Invitation:
    """The invitation of that number, with its event and contact. Raises NotFound."""
    invitation = db.session.get(
        Invitation, number, options=[joinedload(Invitation.event), joinedload(Invitation.contact)]
    )
    if invitation is None:
        raise NotFound("This invitation does not exist.")
    return invitation


def get_by_key(key: str) -> Invitation:
    """The invitation that a link names, with its event and contact. Raises BadLink."""
    invitation = db.session.scalars(
        select(Invitation)
        .where(Invitation.key == key)
        .options(joinedload(Invitation.event), joinedload(Invitation.contact))
    ).one_or_none()
    if invitation is None:
        raise BadLink(DAMAGED)
    return invitation


def find_invitation(event_id: int, contact_id: int) -> Invitation | None:
    """The invitation of a contact to an event, if there is one."""
    return db.session.scalars(
        select(Invitation).where(Invitation.event_id == event_id, Invitation.contact_id == contact_id)
    ).one_or_none()
