"""Finds invitations."""

from functools import cache

from sqlalchemy import Select, bindparam, select
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
    """The invitation that a link names, with its event and contact. Raises BadLink.

    One that was joined to another leads there: its contact turned out to be the other's.
    """
    invitation = db.session.scalars(_by_key(), {"key": key}).one_or_none()
    if invitation is None:
        raise BadLink(DAMAGED)
    return invitation if invitation.joined_to_id is None else get_invitation(invitation.joined_to_id)


@cache
def _by_key() -> Select[Invitation]:
    """Built once: every page and every form asks for it."""
    whole = (joinedload(Invitation.event), joinedload(Invitation.contact))
    return select(Invitation).where(Invitation.key == bindparam("key")).options(*whole)


def find_invitation(event_id: int, contact_id: int) -> Invitation | None:
    """The invitation of a contact to an event, if there is one."""
    return db.session.scalars(
        select(Invitation).where(Invitation.event_id == event_id, Invitation.contact_id == contact_id)
    ).one_or_none()
